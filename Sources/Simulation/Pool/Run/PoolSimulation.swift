public import DataPlane

/// What a pool's world is made of: settings of the seed's, or given ones.
struct PoolWorld {
  var given: PoolPlan?
  /// Looks at the stage before the curtain rises, for tests that spoil something.
  var prepare: (Stage) -> Void = { _ in }

  func plan(in world: SimulatedWorld) -> PoolPlan { given ?? PoolPlan(random: &world.random) }
}

extension Simulation {
  /// Runs one seed in which all clients share servers, a transaction at a time.
  public func runPool(seed: UInt64, isTraced: Bool = false) -> SimulationReport {
    run(seed: seed, isTraced: isTraced, plan: nil, pool: PoolWorld()) { $0 }
  }

  /// The same in a world with given faults.
  func runPool(seed: UInt64, plan: FaultPlan, pool: PoolWorld) -> SimulationReport {
    run(seed: seed, isTraced: false, plan: plan, pool: pool) { $0 }
  }

  /// The same on a kernel made of the simulated one: how tests make sure that the invariants can fail.
  public func runPool<K: Kernel & ~Copyable>(
    seed: UInt64, wrapping: (SimulatedKernel) -> K
  ) -> SimulationReport {
    run(seed: seed, isTraced: false, plan: nil, pool: PoolWorld(), wrapping: wrapping)
  }
}

/// What happened in a world in which clients share servers.
public struct PoolReport: Sendable {
  /// Clients that tried to come in.
  public let clients: Int
  /// Requests that servers ran.
  public let requestsRun: Int
  /// Reads that had to find something that was written, and were judged by that.
  public let readsJudged: Int
  /// Times that a server connection went from one client to another.
  public let handovers: Int
  /// Cancel requests that interrupted what they were meant for.
  public let cancelsHit: Int
  /// Writes that a mode has refused.
  public let writesRefused: Int

  init(_ ledger: PoolLedger) {
    clients = ledger.truths.count
    (requestsRun, handovers) = (ledger.requestsRun, ledger.handovers)
    cancelsHit = ledger.cancelsHit
    readsJudged = ledger.readsJudged
    writesRefused = ledger.writesRefused
  }
}
