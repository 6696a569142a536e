internal import ArgumentParser
internal import Console
internal import LoadResults
internal import LoadScenario

/// `shardway-bench saturate`.
struct SaturateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "saturate",
    abstract: "Measures how many transactions a target takes: a closed loop.",
    discussion: """
      Each connection sends the next transaction as soon as it has its answer. That says what a \
      target can do at most, and nothing about latency under a load that doesn't wait: `run` and \
      `find-limit` do.

      With a scenario its loads run without their schedules, its faults and its objectives; without \
      one, a load from the options.

      Exit status: 0 it was measured, 2 it could not be, 130 interrupted.

      Examples:
        shardway-bench saturate Config/scenarios/smoke.yaml --fleet
        shardway-bench saturate --target 127.0.0.1:6432 --connections 64 --tenant acme
      """)

  @Argument(
    help: "A scenario's file; leave it out for a load from the options.",
    completion: .file(extensions: ["yaml", "yml"]))
  var scenario: String?

  @OptionGroup var target: TargetOptions
  @OptionGroup var changes: ScenarioChanges

  @OptionGroup(title: "Load without a scenario") var load: SimpleLoadOptions

  @OptionGroup var output: OutputOptions

  @Flag(help: "Make the tables that the transactions use; with --fleet always.")
  var prepare = false

  func validate() throws {
    if scenario != nil, load.isUsed {
      throw ValidationError("a scenario says itself what its load is: leave out the load's options")
    }
  }

  func run() async throws {
    let session = try BenchExit.orFail { () throws(BenchError) in try makeSession() }
    let result = try await BenchExit.run { try await session.run() }
    if result.ending == .interrupted { throw BenchExit.interrupted }
  }

  private func makeSession() throws(BenchError) -> RunSession {
    let scenario = try closedLoop()
    return RunSession(
      scenario: scenario, place: try target.place(for: scenario), prepares: prepare,
      outputs: output.outputs(named: "\(scenario.name)-saturated"), logPath: nil,
      live: LiveDisplay(terminal: .standard))
  }

  private func closedLoop() throws(BenchError) -> Scenario {
    var edition = changes.edition
    edition.breaksThings = false
    guard let scenario else { return try load.scenario(edition) }
    var read = try edition.scenario(from: scenario).closedLoop()
    read.objectives = []
    return read
  }
}
