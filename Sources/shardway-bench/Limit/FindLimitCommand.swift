internal import ArgumentParser
internal import Console
internal import LoadResults
internal import LoadScenario

/// `shardway-bench find-limit`.
struct FindLimitCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "find-limit",
    abstract: "Raises a scenario's rate until an objective breaks.",
    discussion: """
      All rates of the scenario are multiplied by the same, faults are left out. The rate grows \
      step by step until something breaks twice in a row; then the space between is halved. The \
      limit is the highest rate at which all objectives held.

      Exit status: 0 a limit was found, 1 an objective breaks at the lowest rate, 2 it could not \
      be run, 130 interrupted.

      Example:
        shardway-bench find-limit Config/scenarios/capacity.yaml --fleet --from 500 --to 20000
      """)

  @Argument(help: "The scenario's file.", completion: .file(extensions: ["yaml", "yml"]))
  var scenario: String

  @OptionGroup var target: TargetOptions

  @Option(help: "The lowest rate, transactions a second. (default: the scenario's)")
  var from: Double?

  @Option(help: "The highest rate.")
  var to = 1_000_000.0

  @Option(help: "Seconds of a step, its warm-up not counted.")
  var stepSeconds = 10

  @Option(help: "Generating threads. (default: as the scenario says)")
  var workers: Int?

  @OptionGroup var output: OutputOptions

  @Flag(help: "Make the tables that the scenario's transactions use; with --fleet always.")
  var prepare = false

  func validate() throws {
    guard (2...3600).contains(stepSeconds) else {
      throw ValidationError("--step-seconds must be 2 to 3600")
    }
    guard to > 0, from ?? to > 0, from ?? 0 <= to, to <= ScenarioLimits.rate else {
      throw ValidationError(
        "--from and --to must be above 0, at most \(Int(ScenarioLimits.rate)), and in order")
    }
    guard output.hgrm == nil else {
      throw ValidationError("--hgrm goes with run: a search has many steps")
    }
  }

  func run() async throws {
    let session = try BenchExit.orFail { () throws(BenchError) in try makeSession() }
    let result = try await BenchExit.run { try await session.run() }
    if result.ending == .interrupted { throw BenchExit.interrupted }
    if result.limit == nil { throw BenchExit.missed }
  }

  private func makeSession() throws(BenchError) -> LimitSession {
    let edition = ScenarioEdition(
      duration: .seconds(stepSeconds), workers: workers, breaksThings: false)
    let scenario = try edition.scenario(from: scenario)
    guard !scenario.objectives.isEmpty else {
      throw .unfit(
        scenario: scenario.name, reason: "it has no objective that could break; add `objectives`")
    }
    guard let rate = scenario.offeredRate() else {
      throw .unfit(
        scenario: scenario.name,
        reason: "a load without a schedule has no rate to raise; `saturate` measures its most")
    }
    let lowest = from ?? min(rate, to)
    return LimitSession(
      scenario: scenario, ownRate: rate, place: try target.place(for: scenario), prepares: prepare,
      search: LimitSearch(range: lowest...max(lowest, to)),
      outputs: output.outputs(named: "\(scenario.name)-limit"),
      live: LiveDisplay(terminal: .standard))
  }
}
