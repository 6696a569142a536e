internal import ArgumentParser
internal import ConfigurationFile
internal import LoadScenario

/// What the command line changes in a scenario.
struct ScenarioChanges: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Length of the measurement, as 30s. (default: as the scenario says)", valueName: "time"))
  var duration: TimeArgument?

  @Option(help: "Generating threads. (default: as the scenario says)")
  var workers: Int?

  /// What is asked for.
  var edition: ScenarioEdition {
    ScenarioEdition(duration: duration?.duration, workers: workers)
  }
}

/// A scenario of a file, with changes.
struct ScenarioEdition {
  /// Length of the measurement; nil as the scenario says.
  var duration: Duration?
  /// Generating threads; nil as the scenario says.
  var workers: Int?
  /// Whether its faults stay.
  var breaksThings = true

  /// Reads and checks it.
  ///
  /// - Throws: `BenchError.scenario`, `.field` when it can't be run with the changes.
  func scenario(from path: String) throws(BenchError) -> Scenario {
    var scenario: Scenario
    do { scenario = try ScenarioFile.load(path) } catch { throw .scenario(error) }
    if !breaksThings { scenario.faults = [] }
    if let workers { scenario.workers = workers }
    do { return try scenario.lasting(duration ?? scenario.duration) } catch {
      throw .field(error)
    }
  }
}
