import Glibc
import Routing
import ShardMap
import Telemetry
import Testing

@testable import DataPlane
@testable import Simulation

/// Workers on kernels of their own in one simulated world, in front of one server that counts its processes.
final class CappedWorld {
  /// How long a worker may let the world go on before the others have their turn, in nanoseconds.
  private static let slice: UInt64 = 100_000

  /// A worker, in a place where several can be.
  private final class Seat {
    var worker: Worker<SimulatedKernel>
    let kernel: KernelState
    init(_ worker: consuming Worker<SimulatedKernel>, _ kernel: KernelState) {
      self.worker = worker
      self.kernel = kernel
    }
  }

  /// A tenant, by what its policy says of pooling, of what is given up first, and of consistency.
  struct Tenant {
    let id: String
    let pooling: PoolMode?
    var priority = WorkPriority.interactive
    var tier = Consistency.strong
  }

  static let tenants = [
    Tenant(id: "shares", pooling: .transaction), Tenant(id: "keeps", pooling: .session),
    Tenant(id: "unsaid", pooling: nil),
    Tenant(id: "reports", pooling: .transaction, priority: .batch),
    Tenant(id: "cleans", pooling: .transaction, priority: .background),
    Tenant(id: "reads", pooling: .transaction, tier: .eventual),
  ]

  /// What the map says beside who its tenants are.
  private struct MapPlan {
    var version: UInt64 = 1
    let rate: UInt32?
    let serverConnections: UInt32?
    let hotTenant: HotTenantRules?
    let replicas: Int
    /// The mode of all tenants.
    var mode = ServiceMode.normal
  }

  let world: SimulatedWorld
  let server: CountedServer
  let listeners: [SimulatedListener]
  private let seats: [Seat]
  let contexts: [WorkerContext]
  private var plan: MapPlan
  private(set) var clients: [CountingClient] = []
  private var silent: [SilentClient] = []

  init(
    workers: Int, mode: PoolingMode = .transaction, seed: UInt64 = 1,
    limits: SessionLimits = SessionLimits(), rate: UInt32? = nil,
    serverConnections: UInt32? = nil, hotTenant: HotTenantRules? = nil, replicas: Int = 0,
    _ change: (inout PoolingSettings) -> Void
  ) throws {
    let world = SimulatedWorld(seed: seed, isTraced: false, plan: FaultPlan())
    self.world = world
    let server = CountedServer(world: world)
    self.server = server
    var settings = RouterSettings(mapPath: "", listeners: [])
    settings.pooling.authentication = .trust
    settings.limits = limits
    change(&settings.pooling)
    let plan = MapPlan(
      rate: rate, serverConnections: serverConnections, hotTenant: hotTenant, replicas: replicas)
    self.plan = plan
    contexts = WorkerContext.all(
      count: workers, settings: settings, mapSlot: MapSlot(try Self.map(plan)))
    var listeners: [SimulatedListener] = []
    seats = contexts.map { context in
      let kernel = KernelState(world: world, network: server)
      let descriptor = kernel.open()
      let listener = SimulatedListener()
      descriptor.listener = listener
      listener.watcher = { [unowned kernel, unowned descriptor] in kernel.goOn(descriptor) }
      listeners.append(listener)
      let workerListener = WorkerListener(
        descriptor: descriptor.number, spoken: .postgres(identity: [.database]), pooling: mode)
      return Seat(
        Worker(
          kernel: SimulatedKernel(state: kernel), context: context, listeners: [workerListener],
          seed: world.random.next()), kernel)
    }
    self.listeners = listeners
  }

  /// Where an instance is: the primary is the first, the replicas are the others.
  static func address(of instance: Int) -> SocketAddress {
    SocketAddress(ipv4: 0x0A00_0001 + UInt32(instance), port: 5432)
  }

  private static func map(_ plan: MapPlan) throws -> CompiledMap {
    var map = MapBuilder(mapVersion: plan.version, issuedAt: 0)
    let zone = try map.addZone(id: "z", region: try map.addRegion(id: "r"))
    var instances: [InstanceIndex] = []
    for number in 0...plan.replicas {
      instances.append(
        try map.addInstance(id: "i\(number)", zone: zone, address: address(of: number)))
    }
    let shard = try map.addShard(
      id: "s", epoch: 1, primary: instances[0], replicas: Array(instances.dropFirst()))
    let pool = try map.addPool(id: "p", dedicated: false)
    for tenant in tenants {
      let policy = try map.addPolicy(
        id: tenant.id, tier: tenant.tier, pooling: tenant.pooling,
        envelope: Envelope(
          transactionsPerSecond: plan.rate, transactionBurst: 10,
          serverConnections: plan.serverConnections, priority: tenant.priority),
        hotTenant: plan.hotTenant)
      try map.addTenant(
        id: tenant.id, shard: shard, policy: policy, pool: pool, generation: 1, mode: plan.mode)
    }
    return try map.compiled()
  }

  /// Puts another map in force, in which all tenants are in such a mode and which says the same else.
  func publish(mode: ServiceMode = .normal) throws {
    plan.version += 1
    plan.mode = mode
    contexts[0].mapSlot.publish(try Self.map(plan))
    for context in contexts { context.noteMapChange() }
  }

  // MARK: Clients

  /// Clients of one user at one worker, each of which asks again so many nanoseconds after an answer; nil for those that only ask when told to.
  @discardableResult
  func enter(
    _ count: Int, user: String, at worker: Int = 0, tenant: String = "shares",
    pause: Int? = 1_000_000
  ) -> [CountingClient] {
    let new = (0..<count).map { _ in
      CountingClient(world, at: listeners[worker], user: user, tenant: tenant, pause: pause)
    }
    clients += new
    return new
  }

  /// Clients that connect to a worker and say nothing; with `greeting`, those bytes only.
  func connectSilently(
    _ count: Int, at worker: Int = 0, greeting: [UInt8] = []
  ) -> [SilentClient] {
    let new = (0..<count).map { _ in
      SilentClient(world, at: listeners[worker], greeting: greeting)
    }
    silent += new
    return new
  }

  // MARK: A run

  /// Lets the workers run for so long, each a slice after the other.
  func run(milliseconds: Int) {
    let end = world.now + UInt64(milliseconds) * 1_000_000
    while world.now < end, world.violation == nil { turn(until: end) }
  }

  /// A worker that is alone need not give way.
  private func turn(until end: UInt64) {
    for seat in seats {
      let next = MonotonicTime(nanoseconds: seats.count == 1 ? end : world.now + Self.slice)
      seat.worker.choresDue = min(seat.worker.choresDue ?? next, next)
      seat.worker.turn()
    }
  }

  /// Lets the workers run until something is so, for as many milliseconds at most; whether it was.
  func run(atMost milliseconds: Int, until isSo: () -> Bool) -> Bool {
    for _ in 0..<milliseconds {
      if isSo() { return true }
      run(milliseconds: 1)
    }
    return isSo()
  }

  /// Has all leave and the workers stop, and looks whether anything is left.
  func close() {
    for client in clients { client.leave() }
    for client in silent { client.leave() }
    for context in contexts { context.orderStop() }
    let end = world.now + 60_000_000_000
    while world.violation == nil, world.now < end, seats.contains(where: { !$0.worker.isFinished })
    {
      turn(until: world.now + Self.slice)
    }
    for seat in seats {
      if !seat.worker.isFinished { world.violate("a worker doesn't stop") }
      let audit = seat.worker.audit()
      if !audit.isEmpty { world.violate("a worker has stopped and still holds \(audit)") }
      if seat.kernel.openCount > 0 { world.violate("\(seat.kernel.openCount) sockets are open") }
    }
    #expect(world.violation == nil)
    world.dismantle()
    for seat in seats { seat.kernel.dismantle() }
  }

  /// What a worker holds.
  func audit(of worker: Int = 0) -> WorkerAudit { seats[worker].worker.audit() }

  /// What a worker has told last of what it is short of.
  func reading(of worker: Int = 0) -> OverloadReading { contexts[worker].report.overload.last }

  /// What a worker has counted.
  func count(_ counter: WorkerCounter, of worker: Int = 0) -> UInt64 {
    contexts[worker].report.counters.value(counter)
  }

  /// The events that the workers have left for the control plane.
  func routerEvents() -> [RouterEvent] { contexts[0].outbox.takeAll() }

  /// How many instances have a cap.
  var caps: Int { contexts[0].caps?.count ?? 0 }

  /// Pools that a worker has.
  func pools(of worker: Int) -> Int {
    (0..<seats[worker].worker.pools.touched).count { seats[worker].worker.pools.has($0) }
  }

  /// How many idle links a worker counts: in all, by its shares of instances, and by its pools.
  func idleLinks(of worker: Int) -> [Int] {
    var inPools = 0
    for place in 0..<seats[worker].worker.pools.touched
    where seats[worker].worker.pools.has(place) {
      inPools += seats[worker].worker.pools[place].idleCount
    }
    let shares = seats[worker].worker.shares
    return [
      seats[worker].worker.idleLinkCount, shares.reduce(0) { $0 + $1.idleCount }, inPools,
    ]
  }
}
