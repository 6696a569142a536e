import DataPlane
import Routing

/// Runs the whole way of a map in a simulated world: control planes that are away, slow or lie,
/// sidecars that are killed, clocks that are set, and routers that let sessions in by what they know.
public struct MapSimulation: Sendable {
  /// What is broken on purpose, to see that it is found.
  public enum Sabotage: String, CaseIterable, Sendable {
    /// An older map is put over the one on the disk.
    case olderMapOnDisk
    /// A byte of the map on the disk is changed.
    case damagedMapOnDisk
    /// The sidecar tells of a confirmation that it never had.
    case inventedConfirmation
    /// Routers are told that the map is younger than it is.
    case youngerAge
    /// Routers are told that the map is older than it is.
    case olderAge
    /// A sidecar that was killed is never started again.
    case deadSidecar
  }

  /// Nothing to prepare.
  public init() {}

  /// Runs one seed.
  public func run(seed: UInt64, isTraced: Bool = false) -> MapReport {
    run(seed: seed, isTraced: isTraced, sabotage: nil)
  }

  /// Runs one seed with something broken.
  public func run(seed: UInt64, isTraced: Bool = false, sabotage: Sabotage?) -> MapReport {
    var random = RandomSource(seed: seed ^ Self.planSalt)
    return run(seed: seed, plan: MapPlan(random: &random), isTraced: isTraced, sabotage: sabotage)
  }

  /// The plan and the world draw from different numbers.
  private static let planSalt: UInt64 = 0x6D61_7020_7761_7973

  func run(
    seed: UInt64, plan: MapPlan, isTraced: Bool = false, sabotage: Sabotage? = nil,
    script: (MapStage) -> Void = { _ in }
  ) -> MapReport {
    let world = SimulatedWorld(seed: seed, isTraced: isTraced, plan: FaultPlan())
    let stage = MapStage(world: world, plan: plan, sabotage: sabotage)
    defer { stage.dismantle() }
    stage.raiseCurtain()
    script(stage)
    while world.violation == nil, !stage.isOver {
      if let life = stage.life {
        Self.work(life, stage, seed: seed)
      } else if !world.step(until: .max) {
        world.violate("nothing happens any more")
      }
    }
    return stage.report(seed: seed)
  }

  /// Turns a worker until its router has stopped.
  private static func work(_ life: WorkerLife, _ stage: MapStage, seed: UInt64) {
    let world = stage.world
    var worker = Worker(
      kernel: SimulatedKernel(state: life.kernel), context: life.context,
      listeners: life.listeners, seed: seed)
    while world.violation == nil, !worker.isFinished {
      worker.turn()
      if life.kernel.isStuck { world.violate("the worker waits for what will never come") }
    }
    let audit = worker.audit()
    if world.violation == nil, !audit.isEmpty {
      world.violate("the worker has stopped and still holds \(audit)")
    }
    stage.routerStopped()
  }
}

/// What became of one seed.
public struct MapReport: Sendable {
  /// The seed.
  public let seed: UInt64
  /// The invariant that was broken; nil if none was.
  public let violation: String?
  /// The last things that happened, in a traced run.
  public let trace: [String]
  /// Equal for two runs in which the same happened.
  public let digest: UInt64
  /// Versions that were committed.
  public let versions: Int
  /// Sidecars that were killed, at any moment or in an operation on a file.
  public let deaths: Int
  /// Requests that control planes got.
  public let requests: Int
  /// Sessions that were let in.
  public let letIn: Int
  /// Sessions refused because their permissions were too old.
  public let refusedForAge: Int
  /// Sessions refused for another reason.
  public let refusedOtherwise: Int
  /// How long after the last fault every router had the newest map, in nanoseconds.
  public let convergedAfter: UInt64
  /// Simulated time, in nanoseconds.
  public let virtualNanoseconds: UInt64
}
