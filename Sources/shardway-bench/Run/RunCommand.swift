internal import ArgumentParser
internal import Console
internal import LoadResults
internal import LoadScenario

/// `shardway-bench run`.
struct RunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Runs a scenario, and says whether its objectives hold.",
    discussion: """
      Latency counts from the moment at which a transaction was due, so that a target that stalls \
      can't hide it. Ctrl-C ends the run; what was measured by then is reported.

      Exit status: 0 all objectives hold, 1 one does not, 2 it could not be run, 130 interrupted.

      Examples:
        shardway-bench run Config/scenarios/smoke.yaml --fleet
        shardway-bench run mine.yaml --target 127.0.0.1:6432 --json a.json --html a.html
      """)

  @Argument(help: "The scenario's file.", completion: .file(extensions: ["yaml", "yml"]))
  var scenario: String

  @OptionGroup var target: TargetOptions
  @OptionGroup var changes: ScenarioChanges
  @OptionGroup var output: OutputOptions

  @Option(
    help: ArgumentHelp("Write a line for each transaction to this file.", valueName: "file"))
  var log: String?

  @Flag(help: "Make the tables that the scenario's transactions use; with --fleet always.")
  var prepare = false

  @Flag(help: "Only check the scenario and the options.")
  var check = false

  func run() async throws {
    let session = try BenchExit.orFail { () throws(BenchError) in try makeSession() }
    if check { return Terminal.standard.show(session.scenario) }
    let result = try await BenchExit.run { try await session.run() }
    if result.ending == .interrupted { throw BenchExit.interrupted }
    if !result.holds { throw BenchExit.missed }
  }

  private func makeSession() throws(BenchError) -> RunSession {
    let scenario = try changes.edition.scenario(from: scenario)
    return RunSession(
      scenario: scenario, place: try target.place(for: scenario), prepares: prepare,
      outputs: output.outputs(named: scenario.name), logPath: log,
      live: LiveDisplay(terminal: .standard))
  }
}
