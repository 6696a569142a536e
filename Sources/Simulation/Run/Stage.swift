import DataPlane
import MapDocument
import Routing
import ShardMap

/// One run's world around the worker: who takes part, what happens when, and what must be true in the end.
final class Stage {
  /// Turns without anything happening in the world after which the worker is said to spin.
  private static let idleTurns = 50_000
  /// Nanoseconds from one look at the whole to the next.
  private static let heartbeat = 50_000_000
  /// After the last client has gone, how long sessions may last: longer than any of the worker's time-outs.
  private static let afterglow: UInt64 = 40_000_000_000
  /// After a drain's deadline, how long the worker may take to cut who is left.
  private static let farewell: UInt64 = 5_000_000_000
  /// Longer than any run takes that goes on.
  private static let longestRun: UInt64 = 900_000_000_000

  let world: SimulatedWorld
  let kernel: KernelState
  let fleet: SimulatedFleet
  let context: WorkerContext
  /// What the control plane would be told.
  let outbox = RouterOutbox()
  let workerListeners: [WorkerListener]
  /// The router's prober, in a world that has replicas to look at.
  let probing: (kernel: KernelState, context: ProberContext)?
  /// How everybody encrypts; nil in a world in which nobody does.
  let encryption: SecureStage?
  private let mapSlot: MapSlot
  private let freshness: SimulatedFreshness
  private let listeners: [SimulatedListener]
  private let cast: any Cast
  /// What happened on the pooled listener; nil in a world without one.
  let ledger: PoolLedger?
  private var clients: [any Participant] = []
  private var lastClientDoneAt: UInt64?
  private var isStopOrdered = false
  private var lastEventCount = 0
  private var lastEventTurn = 0
  private var heartbeats = 0

  init(
    world: SimulatedWorld, maps: SimulatedMaps, pool: PoolPlan? = nil,
    encryption: SecureStage? = nil
  ) {
    self.world = world
    self.encryption = encryption
    fleet = SimulatedFleet(world: world, maps: maps)
    kernel = KernelState(world: world, network: fleet)
    mapSlot = MapSlot(maps.compiled[0])
    freshness = SimulatedFreshness(world: world)
    let names = ListenerProtocol.postgres(identity: [.option, .user, .database])
    let spoken: [(ListenerProtocol, PoolingMode)] = [
      (names, .session), (.tcp(serverNameSuffix: ".db.sim"), .session), (names, .transaction),
    ]
    var settings = RouterSettings(
      mapPath: "", region: "here", zone: SimulatedMaps.zone,
      listeners: spoken.map {
        ListenerSettings(
          address: SocketAddress(ipv4: 0x7F00_0001, port: 6432), spoken: $0, pooling: $1)
      })
    if let pool {
      settings.pooling = pool.settings
      settings.probes = pool.probes
    }
    (settings.tls, settings.serverTLS) = (
      encryption?.material.clients, encryption?.material.servers
    )
    settings.limits.clientConnections = world.plan.clientLimit
    settings.limits.relayBytesPerWorker = world.plan.relayBytes
    let taken = TakenMap()
    context =
      WorkerContext.all(
        count: 1, settings: settings, mapSlot: mapSlot, freshness: freshness.slot,
        outbox: outbox,
        mapApplied: { taken.note($1) })[0]
    if let probes = settings.probes {
      probing = (
        KernelState(world: world, network: fleet),
        ProberContext(
          settings: probes, mapSlot: mapSlot, freshness: freshness.slot, tls: settings.serverTLS)
      )
    } else {
      probing = nil
    }
    if let probing { (kernel.companion, probing.kernel.companion) = (probing.kernel, kernel) }
    let cast: any Cast
    if let pool {
      cast = PoolCast(fleet: fleet, plan: pool, taken: taken)
    } else {
      cast = SessionCast(fleet: fleet, passesTLSOn: encryption == nil)
    }
    self.cast = encryption.map { $0.halfOpen(among: cast, in: world) } ?? cast
    ledger = (cast as? PoolCast)?.ledger
    var listeners: [SimulatedListener] = []
    var workerListeners: [WorkerListener] = []
    for (spoken, pooling) in spoken {
      let descriptor = kernel.open()
      let listener = SimulatedListener()
      descriptor.listener = listener
      listener.watcher = { [unowned kernel, unowned descriptor] in kernel.goOn(descriptor) }
      listeners.append(listener)
      workerListeners.append(
        WorkerListener(descriptor: descriptor.number, spoken: spoken, pooling: pooling))
    }
    encryption?.encrypt(fleet, listeners, &workerListeners)
    self.listeners = listeners
    self.workerListeners = workerListeners
  }

  /// Puts on the agenda what will happen in this run.
  func raiseCurtain() {
    let spread = world.random.pick([1_000_000, 50_000_000, 500_000_000])
    world.after(Self.heartbeat) { [unowned self] in beat() }
    fleet.excuses.permissionsHaveExpired = { [unowned freshness] in
      freshness.permissionsHaveExpired
    }
    freshness.publish = { [unowned self] in if fleet.versionsPublished < 2 { changeMap() } }
    freshness.notify = { [context] in context.noteFreshness() }
    freshness.begin()
    for number in 0..<world.plan.clientCount {
      let client = cast.newClient(number, listeners)
      clients.append(client)
      world.after(world.random.number(in: 0...spread)) { client.begin() }
    }
    if world.plan.mapChanges {
      for _ in 0..<2 {
        world.after(world.random.number(in: 0...2 * spread)) { [unowned self] in changeMap() }
      }
    }
    if world.plan.instancesDie {
      for _ in 0..<3 {
        let instance = world.random.pick(fleet.instances)
        let downFor = world.random.size(in: 1_000_000...5_000_000_000)
        world.after(world.random.number(in: 0...2 * spread)) { [unowned self] in
          fleet.crash(instance, downFor: downFor)
        }
      }
    }
    if world.plan.stopsEarly {
      world.after(world.random.number(in: 0...2 * spread)) { [unowned self] in
        if let plan = world.plan.drain { orderDrain(plan) } else { orderStop() }
      }
    }
  }

  private func changeMap() {
    guard let map = fleet.publishNextMap() else { return }
    mapSlot.publish(map)
    context.noteMapChange()
    probing?.context.noteMapChange()
  }

  private func orderDrain(_ plan: DrainPlan) {
    guard !isStopOrdered else { return }
    world.note("the router is told to drain")
    let deadline = world.now + UInt64(plan.deadline / .nanoseconds(1))
    fleet.excuses.drainDeadline = deadline
    fleet.excuses.drainIsOver = { [unowned world] in world.now >= deadline }
    context.orderDrain(plan)
  }

  private func orderStop() {
    guard !isStopOrdered else { return }
    world.note("the router is told to stop")
    isStopOrdered = true
    fleet.excuses.isStopping = true
    context.orderStop()
    probing?.context.orderStop()
  }

  /// Looks, after each turn, whether the run goes on as it should.
  func look(afterTurn turn: Int, isOver: Bool, _ secured: SecureAudit) {
    encryption?.parties.ledger.look(secured)
    if let deadline = fleet.excuses.drainDeadline, !isOver, world.now > deadline + Self.farewell {
      world.violate("the drain's deadline has passed, and somebody is still there")
    }
    freshness.look()
    if kernel.isStuck { world.violate("the worker waits for something that will never come") }
    let events = world.eventCount - heartbeats - freshness.confirmations
    if events != lastEventCount {
      lastEventCount = events
      lastEventTurn = turn
    } else if turn - lastEventTurn > Self.idleTurns {
      world.violate("the worker turns and turns, and nothing happens")
    }
  }

  /// Looks, now and then, whether everybody has gone. Then the router is told to stop, if it was not before.
  private func beat() {
    heartbeats += 1
    if world.now > Self.longestRun {
      let hanging = clients.filter { !$0.isDone }.map(\.number)
      return world.violate("the run does not end, clients \(hanging) wait for something")
    }
    guard !isStopOrdered else { return }
    if clients.allSatisfy(\.isDone) {
      let since = lastClientDoneAt ?? world.now
      lastClientDoneAt = since
      if kernel.openCount <= listeners.count + cast.sharedConnections { return orderStop() }
      if world.now - since > Self.afterglow {
        return world.violate("sessions are open though their clients have gone")
      }
    }
    world.after(Self.heartbeat) { [unowned self] in beat() }
  }

  /// Looks, when the worker has stopped, whether anything is left of what was.
  func checkLeftovers(_ audit: WorkerAudit) {
    freshness.end()
    if !audit.isEmpty { world.violate("the worker has stopped and still holds \(audit)") }
    while world.violation == nil, world.step(until: .max) {}
    encryption?.checkCounters(of: context.report)
    if let probing, probing.kernel.openCount > 0 {
      world.violate("\(probing.kernel.openCount) descriptors of the prober are still open")
    }
    if kernel.openCount > 0 { world.violate("\(kernel.openCount) descriptors are still open") }
    if kernel.buffers.slicesHeld > 0 {
      world.violate("\(kernel.buffers.slicesHeld) slices of receive buffers were never released")
    }
    if let operation = (kernel.underWay + kernel.submissions).first(where: { $0.descriptor >= 0 }) {
      world.violate("a \(operation.name) is still under way")
    }
    if let client = clients.first(where: { !$0.isDone }) {
      world.violate("client \(client.number) was left hanging")
    }
    for truth in fleet.truths where truth.backendCount > 0 && !truth.isDisturbed {
      if truth.upstream.outstanding > 0 && !fleet.excuses.allowLostBytes(truth) {
        world.violate(
          "\(truth.upstream.outstanding) bytes of the client of session \(truth.id) never arrived")
      }
    }
  }

  /// Bytes that arrived where they should.
  var bytesRelayed: Int {
    fleet.truths.reduce(0) { $0 + $1.upstream.arrived + $1.downstream.arrived }
  }

  /// Has the objects of the run let go of each other.
  func dismantle() {
    world.dismantle()
    kernel.dismantle()
    probing?.kernel.dismantle()
    fleet.dismantle()
  }
}
