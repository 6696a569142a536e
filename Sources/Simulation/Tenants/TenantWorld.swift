import DataPlane
import ShardMap

/// Workers on kernels of their own in one simulated world, clients of many tenants before them, and one server behind.
final class TenantWorld {
  /// How long a worker may let the world go on before the others have their turn, in nanoseconds.
  private static let turnNanoseconds: UInt64 = 100_000
  /// From the end of all work until the workers have to have stopped, in nanoseconds.
  private static let endNanoseconds: UInt64 = 100_000_000_000

  /// From one look whether all is done, or all have left, to the next, in nanoseconds.
  private static let lookNanoseconds = 20_000_000

  /// A worker, in a place where several can be.
  private final class Seat {
    var worker: Worker<SimulatedKernel>
    let kernel: KernelState
    init(_ worker: consuming Worker<SimulatedKernel>, _ kernel: KernelState) {
      self.worker = worker
      self.kernel = kernel
    }
  }

  let world: SimulatedWorld
  let ledger: TenantLedger
  private let plan: TenantPlan
  private let mapSlot: MapSlot
  private let contexts: [WorkerContext]
  private let server: TenantServer
  private var seats: [Seat] = []
  private var clients: [TenantClient] = []
  private(set) var turns = 0

  init(world: SimulatedWorld, plan: TenantPlan) throws {
    (self.world, self.plan) = (world, plan)
    ledger = TenantLedger(world: world, plan: plan)
    server = TenantServer(world: world, ledger: ledger, plan: plan)
    mapSlot = MapSlot(try TenantMaps.map(of: plan, version: 1))
    var settings = RouterSettings(mapPath: "", listeners: [])
    settings.pooling.authentication = .trust
    settings.pooling.serversPerPool = 100
    contexts = WorkerContext.all(count: plan.workers, settings: settings, mapSlot: mapSlot)
    var listeners: [[SimulatedListener]] = []
    for context in contexts {
      let kernel = KernelState(world: world, network: server)
      kernel.turnNanoseconds = plan.workers > 1 ? Self.turnNanoseconds : nil
      let (own, forWorker) = Self.listeners(on: kernel)
      listeners.append(own)
      seats.append(
        Seat(
          Worker(
            kernel: SimulatedKernel(state: kernel), context: context, listeners: forWorker,
            seed: world.random.next()), kernel))
    }
    clients = plan.clients.enumerated().map { number, client in
      let listeners = listeners[number % plan.workers]
      return TenantClient(world, ledger, client, at: listeners[client.keepsServer ? 1 : 0])
    }
  }

  /// A listener where sessions share servers, and one where each has its own.
  private static func listeners(
    on kernel: KernelState
  ) -> ([SimulatedListener], [WorkerListener]) {
    var own: [SimulatedListener] = []
    var forWorker: [WorkerListener] = []
    for pooling in [PoolingMode.transaction, .session] {
      let descriptor = kernel.open()
      let listener = SimulatedListener()
      descriptor.listener = listener
      listener.watcher = { [unowned kernel, unowned descriptor] in kernel.goOn(descriptor) }
      own.append(listener)
      forWorker.append(
        WorkerListener(
          descriptor: descriptor.number, spoken: .postgres(identity: [.database]),
          pooling: pooling))
    }
    return (own, forWorker)
  }

  // MARK: A run

  /// Has clients come and ask for a while, and then all leave.
  func run() throws {
    for client in clients {
      world.after(world.random.size(in: 1...100_000_000)) { client.connect() }
    }
    if plan.changesMap {
      let next = try TenantMaps.map(of: plan, version: 2)
      world.at(plan.mapChangeNanoseconds) { [self] in
        mapSlot.publish(next)
        for context in contexts { context.noteMapChange() }
      }
    }
    leaveWhenAllIsDone()
    let end = plan.runNanoseconds + Self.endNanoseconds
    while world.violation == nil, seats.contains(where: { !$0.worker.isFinished }) {
      for seat in seats where !seat.worker.isFinished { seat.worker.turn() }
      turns += 1
      if world.now > end { world.violate("a worker doesn't stop") }
    }
    if world.violation == nil { checkLeftovers() }
  }

  /// Has clients leave at the end, or when they have done enough.
  private func leaveWhenAllIsDone() {
    guard world.now >= plan.runNanoseconds || ledger.workCount >= plan.enough else {
      let next = min(world.now + UInt64(Self.lookNanoseconds), plan.runNanoseconds)
      return world.at(next) { [weak self] in self?.leaveWhenAllIsDone() }
    }
    for client in clients { client.leave() }
    stopWhenAllHaveLeft()
  }

  /// Has the workers stop when every client has got its last answer.
  private func stopWhenAllHaveLeft() {
    if clients.allSatisfy(\.isGone) {
      for context in contexts { context.orderStop() }
    } else {
      world.after(Self.lookNanoseconds) { [weak self] in self?.stopWhenAllHaveLeft() }
    }
  }

  private func checkLeftovers() {
    while world.violation == nil, world.step(until: .max) {}
    for seat in seats {
      let audit = seat.worker.audit()
      if !audit.isEmpty { world.violate("a worker has stopped and still holds \(audit)") }
      if seat.kernel.openCount > 0 { world.violate("\(seat.kernel.openCount) sockets are open") }
      if seat.kernel.isStuck { world.violate("a worker waits for what never comes") }
    }
    ledger.close()
  }

  /// How often something was counted, over all workers.
  func sum(of counter: WorkerCounter) -> UInt64 {
    contexts.reduce(0) { $0 + $1.report.count(counter) }
  }

  /// Sessions that were told why their transaction is refused, and went on.
  var errors: Int { clients.reduce(0) { $0 + $1.errors } }

  func dismantle() {
    world.dismantle()
    for seat in seats { seat.kernel.dismantle() }
  }
}
