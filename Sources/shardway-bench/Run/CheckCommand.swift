internal import ArgumentParser
internal import Console
internal import LoadScenario

/// `shardway-bench check`.
struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Checks a scenario, and says what it would do.",
    discussion: """
      Contacts nobody. Exit status: 0 it can be run, 2 it can't, with file, line and reason.

      Example:
        shardway-bench check Config/scenarios/smoke.yaml
      """)

  @Argument(help: "The scenario's file.", completion: .file(extensions: ["yaml", "yml"]))
  var scenario: String

  @OptionGroup var changes: ScenarioChanges

  func run() throws {
    let scenario = try BenchExit.orFail { () throws(BenchError) in
      try changes.edition.scenario(from: self.scenario)
    }
    Terminal.standard.show(scenario)
  }
}
