internal import ArgumentParser
internal import Console
internal import LoadScenario

/// `shardway-bench prepare`.
struct PrepareCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "prepare",
    abstract: "Makes the tables that a scenario's transactions use, in each tenant's database.",
    discussion: """
      Through the scenario's target, or --target. What is there stays; rows that are missing are \
      added.

      Example:
        shardway-bench prepare Config/scenarios/smoke.yaml --target 127.0.0.1:6432
      """)

  @Argument(help: "The scenario's file.", completion: .file(extensions: ["yaml", "yml"]))
  var scenario: String

  @OptionGroup var target: TargetOptions

  func validate() throws {
    guard !target.fleet else {
      throw ValidationError(
        "a local fleet is prepared by the run that starts it: leave out --fleet")
    }
  }

  func run() async throws {
    let (scenario, place) = try BenchExit.orFail { () throws(BenchError) in
      let scenario = try ScenarioEdition(breaksThings: false).scenario(from: self.scenario)
      return (scenario, try target.place(for: scenario))
    }
    let terminal = Terminal.standard
    try await BenchExit.run {
      try await Stage.with(place, terminal: terminal) { stage in
        try await Preparation(scenario: scenario, stage: stage) { terminal.status($0) }.run()
      }
    }
    terminal.line("the tables of \(scenario.name) are there")
  }
}
