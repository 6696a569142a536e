public import DataPlane
import TLS

/// Runs the real worker in simulated worlds in which everybody encrypts, clients and servers.
///
/// Half of the seeds are worlds of sessions, half of them worlds of a pool: those of ``Simulation``, with TLS in front of each connection, and with people
/// who never come to the end of a handshake.
public struct SecureSimulation: Sendable {
  private let simulation: Simulation
  private let certificates: SimulatedCertificates

  /// Makes the certificates, and prepares the maps that all runs share.
  public init() throws {
    simulation = try Simulation()
    certificates = try SimulatedCertificates(simulation.maps(for: nil))
  }

  /// Runs one seed on the simulated kernel.
  public func run(seed: UInt64, isTraced: Bool = false) -> SimulationReport {
    run(seed: seed, isTraced: isTraced, plan: nil, secure: nil) { $0 }
  }

  /// Runs one seed on a kernel made of the simulated one, below the layer that encrypts: how tests make sure that the invariants can fail.
  public func run<K: Kernel & ~Copyable>(
    seed: UInt64, wrapping: (SimulatedKernel) -> K
  ) -> SimulationReport {
    run(seed: seed, isTraced: false, plan: nil, secure: nil, wrapping: wrapping)
  }

  /// Runs one seed in a world with given faults.
  func run(seed: UInt64, plan: FaultPlan, secure: SecurePlan) -> SimulationReport {
    run(seed: seed, isTraced: false, plan: plan, secure: secure) { $0 }
  }

  private func run<K: Kernel & ~Copyable>(
    seed: UInt64, isTraced: Bool, plan: FaultPlan?, secure: SecurePlan?,
    wrapping: (SimulatedKernel) -> K
  ) -> SimulationReport {
    let world = SimulatedWorld(seed: seed, isTraced: isTraced, plan: plan)
    let pool = seed.isMultiple(of: 2) ? PoolWorld().plan(in: world) : nil
    let plan = secure ?? SecurePlan(random: &world.random, faults: world.plan)
    do throws(TLSError) {
      let encryption = try SecureStage(world: world, plan: plan, certificates: certificates)
      let stage = Stage(
        world: world, maps: simulation.maps(for: pool), pool: pool, encryption: encryption)
      return stage.play(
        seed,
        on: try encryption.layer(
          over: wrapping(SimulatedKernel(state: stage.kernel)), report: stage.context.report)
      ) { kernel in
        encryption.proberLayer(over: kernel)
      }
    } catch {
      preconditionFailure("the certificates of the simulation can't be used: \(error)")
    }
  }
}

/// What a stage needs where everybody encrypts.
struct SecureStage {
  let parties: SecureParties
  let material: TLSMaterial
  /// What the prober counts.
  private let proberReport = WorkerReport()

  /// Sockets that the worker or the prober can have at a time: more than a run has.
  private static let sockets = 1024

  init(
    world: SimulatedWorld, plan: SecurePlan, certificates: SimulatedCertificates
  ) throws(TLSError) {
    parties = try SecureParties(world: world, plan: plan, certificates: certificates)
    material = plan.material(certificates)
  }

  /// The layer that encrypts, over a kernel.
  func layer<K: Kernel & ~Copyable>(
    over kernel: consuming K, report: WorkerReport
  ) throws(TLSError) -> SecureKernel<K> {
    try SecureKernel(kernel, capacity: Self.sockets, material: material, report: report)
  }

  /// The same for the prober.
  func proberLayer(over kernel: SimulatedKernel) -> SecureKernel<SimulatedKernel> {
    // The worker's was made of the same material.
    try! layer(over: kernel, report: proberReport)
  }

  /// Has some clients never come to the end of their handshake.
  func halfOpen(among others: any Cast, in world: SimulatedWorld) -> any Cast {
    HalfOpenCast(others: others, world: world, parties: parties)
  }

  /// Puts TLS in front of the servers and of the listeners that don't pass it on.
  func encrypt(
    _ fleet: SimulatedFleet, _ listeners: [SimulatedListener],
    _ workerListeners: inout [WorkerListener]
  ) {
    let parties = parties
    fleet.excuses.handshakesMayBeCut = parties.plan.mostHandshakes < SecurePlan.ampleHandshakes
    fleet.encrypt = { parties.encrypt(.server, $0) }
    for place in [0, 2] {
      listeners[place].encrypt = { parties.encrypt(.client, $0) }
      workerListeners[place].tls = .required
    }
  }

  /// Looks whether what has gone wrong was counted, and nothing else.
  func checkCounters(of report: WorkerReport) {
    parties.ledger.check([report, proberReport])
  }
}
