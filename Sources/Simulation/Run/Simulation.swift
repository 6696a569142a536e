public import DataPlane
import MapDocument
import ShardMap

/// Runs the real worker in a simulated world.
public struct Simulation: Sendable {
  /// By the mode that a shard is in for a while.
  private let maps: [ServiceMode: SimulatedMaps]

  /// Prepares the maps that all runs share.
  public init() throws {
    var maps: [ServiceMode: SimulatedMaps] = [:]
    for mode in ServiceMode.allCases { maps[mode] = try SimulatedMaps(mode: mode) }
    self.maps = maps
  }

  /// Runs one seed on the simulated kernel.
  public func run(seed: UInt64, isTraced: Bool = false) -> SimulationReport {
    run(seed: seed, isTraced: isTraced, plan: nil) { $0 }
  }

  /// Runs one seed in a world with given faults.
  func run(seed: UInt64, plan: FaultPlan) -> SimulationReport {
    run(seed: seed, isTraced: false, plan: plan) { $0 }
  }

  /// Runs one seed on a kernel made of the simulated one: how tests make sure that the invariants can fail.
  public func run<K: Kernel & ~Copyable>(
    seed: UInt64, isTraced: Bool = false, wrapping: (SimulatedKernel) -> K
  ) -> SimulationReport {
    run(seed: seed, isTraced: isTraced, plan: nil, wrapping: wrapping)
  }

  /// Runs one seed on a kernel made of the simulated one; with a pool's plan its clients share servers.
  func run<K: Kernel & ~Copyable>(
    seed: UInt64, isTraced: Bool, plan: FaultPlan?, pool: PoolWorld? = nil,
    wrapping: (SimulatedKernel) -> K
  ) -> SimulationReport {
    let world = SimulatedWorld(seed: seed, isTraced: isTraced, plan: plan)
    let poolPlan = pool?.plan(in: world)
    let stage = Stage(world: world, maps: maps(for: poolPlan), pool: poolPlan)
    pool?.prepare(stage)
    return stage.play(
      seed, on: wrapping(SimulatedKernel(state: stage.kernel)), proberKernel: { $0 })
  }

  /// The maps of a plan's mode.
  func maps(for pool: PoolPlan?) -> SimulatedMaps { maps[pool?.mode ?? .normal]! }
}

extension Stage {
  /// Plays the run: the real worker on a kernel of this stage, and the real prober where there is one.
  func play<K: Kernel & ~Copyable, P: Kernel & ~Copyable>(
    _ seed: UInt64, on kernel: consuming K, proberKernel: (SimulatedKernel) -> P
  ) -> SimulationReport {
    defer { dismantle() }
    var worker = Worker(
      kernel: kernel, context: context, listeners: workerListeners, seed: seed)
    raiseCurtain()
    var turns = 0
    if let probing {
      var prober = Prober(
        kernel: proberKernel(SimulatedKernel(state: probing.kernel)), context: probing.context,
        seed: seed)
      while world.violation == nil, !worker.isFinished || !prober.isFinished {
        if !worker.isFinished { worker.turn() } else { probing.kernel.threadHasEnded() }
        if !prober.isFinished { prober.turn() } else { probing.kernel.threadHasEnded() }
        turns += 1
        look(afterTurn: turns, isOver: worker.isFinished, worker.kernel.secured)
      }
    } else {
      while world.violation == nil, !worker.isFinished {
        worker.turn()
        turns += 1
        look(afterTurn: turns, isOver: worker.isFinished, worker.kernel.secured)
      }
    }
    if world.violation == nil { checkLeftovers(worker.audit()) }
    return report(seed, turns: turns)
  }

  private func report(_ seed: UInt64, turns: Int) -> SimulationReport {
    SimulationReport(
      seed: seed, violation: world.violation, trace: world.trace, digest: world.digest,
      turns: turns, sessions: fleet.truths.count, virtualNanoseconds: world.now,
      bytesRelayed: bytesRelayed, cancelsDelivered: fleet.cancelsDelivered,
      pool: ledger.map { PoolReport($0) })
  }
}

/// What became of one seed.
public struct SimulationReport: Sendable {
  /// The seed.
  public let seed: UInt64
  /// The invariant that was broken; nil if none was.
  public let violation: String?
  /// The last things that happened, in a traced run.
  public let trace: [String]
  /// Equal for two runs in which the same happened.
  public let digest: UInt64
  /// Turns of the worker.
  public let turns: Int
  /// Sessions that clients tried to have.
  public let sessions: Int
  /// Simulated time.
  public let virtualNanoseconds: UInt64
  /// Bytes that arrived at clients and servers.
  public let bytesRelayed: Int
  /// Cancel requests that reached the server of the session they name.
  public let cancelsDelivered: Int
  /// What happened on the pooled listener; nil in a world without one.
  public let pool: PoolReport?
}
