internal import ArgumentParser

/// What a premium tenant feels of a shared one that asks for more than it may.
struct IsolationCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "isolation",
    abstract: "Measures what a premium tenant feels of a flood by another tenant.",
    discussion: """
      A premium tenant asks for one row at a time, steadily, at random moments. A shared tenant on \
      the same PostgreSQL server asks for ten times the transactions that its envelope allows, each \
      of them some work for the server. The premium tenant's latency is measured alone and beside \
      that, in interleaved blocks of one run: through a router for each pool, through one router for \
      both tenants, and through a plain PgBouncer, which knows no envelopes.

      EXAMPLES
        shardway-compare isolation
        shardway-compare isolation --factor 20 --rounds 8 --json isolation.json
      """)

  @Option(help: "Rounds: each is one block alone and one beside the flood, for each.")
  var rounds = 5

  @Option(help: "Seconds of a block.")
  var blockSeconds = 6

  @Option(help: "Transactions a second of the premium tenant.")
  var premiumRate = 400.0

  @Option(help: "Transactions a second that the shared tenant may begin.")
  var envelope = 20

  @Option(help: "What the shared tenant asks for, in relation to that.")
  var factor = 10

  @Option(help: "Rows that one of its transactions counts.")
  var rowsCounted = 5_000

  @Option(help: "Write all measurements to this file, too.")
  var json: String?

  @Option(help: "The folder of shardway-router; by default this program's.")
  var programs: String?

  func validate() throws {
    try OptionRange.check("--rounds", rounds, upTo: ComparisonLimits.rounds)
    try OptionRange.check("--block-seconds", blockSeconds, upTo: ComparisonLimits.blockSeconds)
    guard 1...ComparisonLimits.isolationRate ~= premiumRate else {
      throw ValidationError("--premium-rate must be 1 to \(Int(ComparisonLimits.isolationRate))")
    }
    guard envelope >= 1, factor >= 1,
      Double(envelope) * Double(factor) <= ComparisonLimits.isolationRate
    else {
      throw ValidationError(
        "--envelope × --factor must be 1 to \(Int(ComparisonLimits.isolationRate))")
    }
    try OptionRange.check("--rows-counted", rowsCounted, upTo: ComparisonLimits.rowsCounted)
  }

  func run() async throws {
    let plan = IsolationPlan(
      premiumRate: premiumRate, envelope: envelope, factor: factor, rowsCounted: rowsCounted,
      rounds: rounds, blockSeconds: blockSeconds)
    let isolation = Isolation(plan: plan, programs: programs ?? Programs.ownFolder, jsonPath: json)
    try await Programs.uninterrupted { try await isolation.run() }
  }
}
