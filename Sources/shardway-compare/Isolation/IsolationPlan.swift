internal import LoadScenario
internal import LocalFleet
internal import MapDocument
internal import ShardMap

/// Who disturbs whom: a premium tenant that asks little and steadily, and a shared one that asks for
/// ten times what it may.
struct IsolationPlan: Sendable, Codable {
  /// Transactions a second of the premium tenant, at random moments.
  var premiumRate = 400.0
  /// Transactions a second that the shared tenant may begin.
  var envelope = 20
  /// What it asks for, in relation to that.
  var factor = 10
  /// How many rows one of its transactions counts: what it costs the server.
  var rowsCounted = 5_000
  /// Rounds: each is one block alone and one beside the flood, for each contender.
  var rounds = 5
  /// Seconds of a block.
  var blockSeconds = 6

  static let premiumClients = 8
  static let floodClients = 32
  /// Server connections for each tenant, by every contender.
  static let serversPerTenant = 8
  /// How long the router lets the flood's transactions wait: then they are refused.
  static let maxDelayMilliseconds: UInt32 = 50

  /// Not every PgBouncer follows prepared statements from one server connection to another.
  private static let mode = QueryMode.extended

  /// What the premium tenant does.
  func premium(_ tenant: String) -> Scenario {
    var load = Load(
      name: "premium", tenants: .uniform([tenant]), connections: Self.premiumClients,
      arrivals: .open(.poisson, RatePlan(transactionsPerSecond: premiumRate)),
      mix: [WeightedTransaction(.selectOnly)])
    load.mode = Self.mode
    return scenario(load)
  }

  /// What the shared tenant does.
  func flood(_ tenant: String) -> Scenario {
    let script = SQLScript(
      name: "count", variables: [],
      statements: [[.text("SELECT count(*) FROM generate_series(1, \(rowsCounted))")]])
    var load = Load(
      name: "flood", tenants: .uniform([tenant]), connections: Self.floodClients,
      arrivals: .open(
        .poisson, RatePlan(transactionsPerSecond: Double(envelope * factor))),
      mix: [WeightedTransaction(.script(script))])
    load.mode = Self.mode
    return scenario(load)
  }

  private func scenario(_ load: Load) -> Scenario {
    var scenario = Scenario(
      name: load.name, duration: .seconds(blockSeconds), loads: [load])
    scenario.warmUp = ComparisonLimits.isolationWarmUp
    scenario.connectTimeout = ComparisonLimits.connecting
    return scenario
  }

  /// One line for people.
  var summary: String {
    "premium: \(Int(premiumRate)) transactions/s of one row; flood: \(envelope * factor)/s, each counts"
      + " \(rowsCounted) rows, of which the envelope allows \(envelope)/s; \(rounds) rounds of"
      + " \(blockSeconds) s blocks"
  }

  /// The fleet's map with the premium tenant in a pool of its own, and the shared one in its envelope.
  func document(_ fleet: Fleet) -> MapDocument {
    var document = fleet.mapDocument
    document.mapVersion = 2
    document.policies = [
      Policy(id: "premium", tier: .strong),
      Policy(
        id: "shared", tier: .strong,
        envelope: Envelope(
          transactionsPerSecond: UInt32(envelope), transactionBurst: UInt32(max(1, envelope / 10)),
          maxDelayMilliseconds: Self.maxDelayMilliseconds)),
    ]
    document.pools = [Pool(id: "premium-1", dedicated: true), Pool(id: "shared", dedicated: false)]
    document.tenants[0].policy = "premium"
    document.tenants[0].pool = "premium-1"
    document.tenants[1].policy = "shared"
    return document
  }
}
