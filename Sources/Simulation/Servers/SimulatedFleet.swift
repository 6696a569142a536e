import Glibc
import MapDocument
import Routing
import ShardMap

/// The server's end of a connection.
protocol ServerSession: AnyObject {
  var isOver: Bool { get }
  /// Whether it has a session that a cancel request could be for.
  var canBeCancelled: Bool { get }
  var cancelKey: (processID: Int32, key: [UInt8])? { get }
  /// The server is killed, or the network cuts the connection.
  func die()
}

/// The PostgreSQL servers of a run, and the maps that lead to them.
final class SimulatedFleet: SimulatedNetwork {
  /// One server.
  final class Instance {
    let id: String
    let address: SocketAddress
    var isAlive = true
    var timesDied = 0
    /// Sessions and cancel requests it has; those that have ended are dropped when another comes.
    var backends: [any ServerSession] = []
    init(id: String, address: SocketAddress) {
      self.id = id
      self.address = address
    }
  }

  let world: SimulatedWorld
  let maps: SimulatedMaps
  private(set) var instances: [Instance] = []
  private(set) var truths: [SessionTruth] = []
  /// How many versions of the map have been in force.
  private(set) var versionsPublished = 1
  let excuses: Excuses
  /// Cancel requests that reached the server of their session.
  var cancelsDelivered = 0
  /// The logs of shards whose replicas lag; nil where all servers are alike.
  var replication: SimulatedReplication?
  /// Makes the router's end of a connection to a server, where servers encrypt.
  var encrypt: ((SimulatedSocket) -> SimulatedSocket)?
  /// Makes the server's end of a connection; nil for one that a session has to itself.
  var accept: ((Instance, SimulatedSocket) -> any ServerSession)?

  init(world: SimulatedWorld, maps: SimulatedMaps) {
    self.world = world
    self.maps = maps
    excuses = Excuses(plan: world.plan)
    instances = maps.documents[0].topology.instances.map {
      Instance(id: $0.id, address: SocketAddress($0.address)!)
    }
  }

  // MARK: Sessions

  /// Makes a session known, so that servers recognize it.
  func newTruth(tenant: String, isEventual: Bool) -> SessionTruth {
    let truth = SessionTruth(id: truths.count, tenant: tenant, isEventual: isEventual)
    truths.append(truth)
    return truth
  }

  /// Whether the session may be on this instance, by any map that has been in force.
  func permits(_ truth: SessionTruth, on instance: Instance) -> Bool {
    permits(truth.tenant, isEventual: truth.isEventual, on: instance, from: 1)
  }

  /// Whether a tenant may be served by this instance, by any map that has been in force from a version on.
  func permits(
    _ tenant: String, isEventual: Bool, on instance: Instance, from version: Int
  ) -> Bool {
    maps.documents[(version - 1)..<versionsPublished].contains { document in
      guard let tenant = document.tenants.first(where: { $0.id == tenant }),
        let shard = document.shards.first(where: { $0.id == tenant.shard })
      else { return false }
      let isEventual = isEventual || shard.mode == .eventualOnly
      return shard.primary == instance.id
        ? !isEventual || excuses.instancesMayFail
        : isEventual && shard.replicas.contains(instance.id)
    }
  }

  /// The same for any tier: where lag is looked at, any instance may be the right one for those that have one.
  func permits(
    _ tenant: String, _ tier: Consistency, on instance: Instance, from version: Int
  ) -> Bool {
    switch tier {
    case .strong, .eventual:
      permits(tenant, isEventual: tier == .eventual, on: instance, from: version)
    case .session, .bounded:
      permits(tenant, isEventual: true, on: instance, from: version)
        || permits(tenant, isEventual: false, on: instance, from: version)
    }
  }

  /// Whether the tenant's shard has been paused.
  func mayBePaused(_ tenant: String) -> Bool {
    maps.documents[0..<versionsPublished].contains { document in
      let shard = document.tenants.first { $0.id == tenant }?.shard
      return document.shards.first { $0.id == shard }?.mode == .paused
    }
  }

  /// The modes that a tenant's shard may be in, by any map that has been in force from a version on.
  func modes(of tenant: String, from version: Int) -> Set<ServiceMode> {
    Set(
      maps.documents[(version - 1)..<versionsPublished].compactMap { document in
        let shard = document.tenants.first { $0.id == tenant }?.shard
        return document.shards.first { $0.id == shard }?.mode
      })
  }

  /// Whether a tenant may be kept from writing, and whether it has to be, by any such map.
  func refusesWrites(of tenant: String, from version: Int) -> (mayBe: Bool, mustBe: Bool) {
    let refused = modes(of: tenant, from: version).map { $0 == .readOnly || $0 == .eventualOnly }
    return (refused.contains(true), !refused.contains(false))
  }

  /// A session that could be cancelled now.
  func anyBackendKey() -> (processID: Int32, key: [UInt8])? {
    let ready = instances.flatMap(\.backends).filter { $0.canBeCancelled }
    return ready.isEmpty ? nil : world.random.pick(ready).cancelKey
  }

  // MARK: Events

  /// The next map, if there is one.
  func publishNextMap() -> CompiledMap? {
    guard versionsPublished < maps.compiled.count else { return nil }
    if replication != nil { failOver(to: maps.documents[versionsPublished]) }
    versionsPublished += 1
    world.note("map version \(versionsPublished)")
    excuses.movedTenants.formUnion(maps.movedTenants(by: versionsPublished - 1))
    return maps.compiled[versionsPublished - 1]
  }

  /// Kills the primaries that a map has replaced, and promotes those that it has instead.
  private func failOver(to document: MapDocument) {
    for shard in document.shards {
      guard let replication, let primary = shard.primary as String?,
        replication.isReplica(primary)
      else { continue }
      let old = replication.shard(of: primary).primary
      if let instance = instances.first(where: { $0.id == old }) {
        crash(instance, downFor: 2_000_000_000)
      }
      replication.promote(primary)
      excuses.hasFailedOver = true
    }
  }

  /// Kills a server, and starts it again after a while.
  func crash(_ instance: Instance, downFor nanoseconds: Int) {
    // A connection's end is known by then, and with it that the replica may have less.
    let nanoseconds = replication == nil ? nanoseconds : nanoseconds + 50_000_000
    instance.timesDied += 1
    let life = instance.timesDied
    replication?.crashed(instance.id, until: world.now + UInt64(nanoseconds))
    world.note("\(instance.id) dies")
    instance.isAlive = false
    for backend in instance.backends { backend.die() }
    // Some have a last word to send.
    instance.backends.removeAll { $0.isOver }
    // Killed again meanwhile it is down for longer.
    world.after(nanoseconds) { if instance.timesDied == life { instance.isAlive = true } }
  }

  // MARK: Network

  func decided(_ address: SimulatedAddress) {
    // A cancel request goes where its session is, whatever the map says.
    if accept == nil, world.plan.oddClients == 0, excuses.permissionsHaveExpired() {
      world.violate("a session was let in though nobody had confirmed the map for too long")
    }
  }

  func attempt(_ address: SimulatedAddress) -> (delay: Int, result: Int) {
    guard let instance = instances.first(where: { $0.address == address }) else {
      world.violate("a connection was asked for to \(address), where no instance is")
      return (0, Int(-ECONNREFUSED))
    }
    guard instance.isAlive else { return (world.delay(), Int(-ECONNREFUSED)) }
    guard world.random.chance(world.plan.connectFails) else { return (world.delay(), 0) }
    return world.random.pick([
      (world.delay(), Int(-ECONNREFUSED)), (world.delay(), Int(-ECONNRESET)),
      (130_000_000_000, Int(-ETIMEDOUT)),
    ])
  }

  func connect(_ address: SimulatedAddress) -> SimulatedSocket {
    let instance = instances.first { $0.address == address }!
    let (near, far) = SimulatedSocket.pair(world, "router", instance.id)
    instance.backends.removeAll { $0.isOver }
    let backend =
      accept?(instance, far) ?? SimulatedBackend(fleet: self, instance: instance, socket: far)
    // It died while the connection was being made.
    if instance.isAlive { instance.backends.append(backend) } else { backend.die() }
    return encrypt?(near) ?? near
  }

  /// Connections that servers have.
  var connectionCount: Int {
    instances.reduce(0) { $0 + $1.backends.count { !$0.isOver } }
  }

  /// Lets go of the sessions, which hold their server.
  func dismantle() {
    for instance in instances { instance.backends = [] }
  }
}
