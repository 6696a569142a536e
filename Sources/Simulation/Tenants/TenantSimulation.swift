import DataPlane

/// Runs the real workers before the clients of many tenants, each of which has an envelope.
public struct TenantSimulation: Sendable {
  /// A simulation.
  public init() {}

  /// Runs one seed.
  public func run(seed: UInt64, isTraced: Bool = false) -> TenantReport {
    run(seed: seed, isTraced: isTraced, plan: nil, faults: nil)
  }

  /// Runs one seed with given tenants, in a world with given faults.
  func run(
    seed: UInt64, isTraced: Bool = false, plan: TenantPlan?, faults: FaultPlan?
  ) -> TenantReport {
    let world = SimulatedWorld(seed: seed, isTraced: isTraced, plan: faults)
    let plan = plan ?? TenantPlan(random: &world.random)
    do {
      let tenants = try TenantWorld(world: world, plan: plan)
      try tenants.run()
      defer { tenants.dismantle() }
      return TenantReport(seed, world, tenants)
    } catch {
      preconditionFailure("the map of seed \(seed) can't be made: \(error)")
    }
  }
}

/// What became of one seed.
public struct TenantReport: Sendable {
  /// The seed.
  public let seed: UInt64
  /// The invariant that was broken; nil if none was.
  public let violation: String?
  /// The last things that happened, in a traced run.
  public let trace: [String]
  /// Equal for two runs in which the same happened.
  public let digest: UInt64
  /// Turns of the workers.
  public let turns: Int
  /// Transactions that servers ran.
  public let transactions: Int
  /// Client connections that were let in or refused.
  public let connections: Int
  /// Times that work had to wait for its tenant.
  public let delayed: Int
  /// Transactions and connections that were refused because of an envelope.
  public let refused: Int
  /// Of these, transactions whose sessions went on.
  public let errors: Int
  /// Transactions that were counted as refused because of an envelope, and as refused for another reason.
  let limitedRequests, refusedRequests: Int
  /// Simulated time.
  public let virtualNanoseconds: UInt64
  /// What tenants were given, by number.
  let accounts: [TenantLedger.Account]

  init(_ seed: UInt64, _ world: SimulatedWorld, _ tenants: TenantWorld) {
    (self.seed, violation, trace, digest) = (seed, world.violation, world.trace, world.digest)
    turns = tenants.turns
    accounts = tenants.ledger.accounts
    transactions = accounts.reduce(0) { $0 + $1.transactions }
    connections = Int(tenants.sum(of: .accepted))
    delayed = Int(tenants.sum(of: .workDelayed))
    let refusals: [WorkerCounter] = [
      .refusedForRate, .refusedForServerConnections, .refusedForAttempts,
      .refusedForClientConnections,
    ]
    refused = refusals.reduce(0) { $0 + Int(tenants.sum(of: $1)) }
    errors = tenants.errors
    limitedRequests = Int(tenants.sum(of: .requestsLimited))
    refusedRequests = Int(tenants.sum(of: .requestsRefused))
    virtualNanoseconds = world.now
  }
}
