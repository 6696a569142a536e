import Glibc
import Routing
import ShardMap
import Testing

@testable import DataPlane
@testable import Simulation

/// A prober on the simulated kernel, the servers that it samples, and a check after each of its turns that nothing it has proven is wrong.
final class ProbedWorld {
  static let interval: UInt64 = 500_000_000

  let world: SimulatedWorld
  private let kernel: KernelState
  private let network: ProbedNetwork
  let mapSlot: MapSlot
  let context: ProberContext
  let line = CountedLine()
  private var version: UInt64 = 1
  /// How often something was proven of a replica.
  private(set) var proofs = 0
  /// Told after each turn.
  var watcher: (() -> Void)?

  /// A world with the primary `a` and so many replicas `b`, `c`, ….
  init(
    seed: UInt64, replicas: Int = 2, plan: FaultPlan? = nil,
    makeLogin: @escaping @Sendable () -> ProbeLogin = {
      ProbeLogin(ProbeSettings(user: "probe"))
    }
  ) throws {
    world = SimulatedWorld(seed: seed, isTraced: false, plan: plan)
    let log = ProbedLog(timeline: 1)
    let servers = (0...replicas).map { [world] place in
      ProbedServer(
        id: String("abcdefgh".dropFirst(place).prefix(1)), address: Self.address(place),
        world: world, log: log, isPrimary: place == 0)
    }
    network = ProbedNetwork(world: world, servers: servers)
    mapSlot = MapSlot(
      try Self.map(version: 1, shards: [(servers[0], Array(servers.dropFirst()))]))
    let freshness = FreshnessSlot()
    freshness.connect(line)
    context = ProberContext(
      settings: ProbeSettings(user: "probe"), mapSlot: mapSlot, freshness: freshness,
      makeLogin: makeLogin)
    kernel = KernelState(world: world, network: network)
  }

  /// All servers, those included that no map has.
  var servers: [ProbedServer] { network.servers }

  static func address(_ place: Int) -> SocketAddress {
    SocketAddress(ipv4: 0x0A00_0001 + UInt32(place), port: 5432)
  }

  // MARK: The map

  private static func map(
    version: UInt64, shards: [(primary: ProbedServer, replicas: [ProbedServer])]
  ) throws -> CompiledMap {
    var map = MapBuilder(mapVersion: version, issuedAt: 0)
    let zone = try map.addZone(id: "z", region: try map.addRegion(id: "r"))
    for (place, shard) in shards.enumerated() {
      let members = try ([shard.primary] + shard.replicas).map {
        try map.addInstance(id: $0.id, zone: zone, address: $0.address)
      }
      _ = try map.addShard(
        id: "s\(place)", epoch: version, primary: members[0], replicas: Array(members.dropFirst()))
    }
    return try map.compiled()
  }

  /// Puts a map of these shards in force.
  func publish(_ shards: [(primary: ProbedServer, replicas: [ProbedServer])]) {
    version += 1
    do {
      mapSlot.publish(try Self.map(version: version, shards: shards))
    } catch {
      world.violate("a map could not be made: \(error)")
    }
    context.noteMapChange()
  }

  /// Adds a server that no map has yet.
  func addServer(_ id: String, at place: Int) -> ProbedServer {
    let server = ProbedServer(
      id: id, address: Self.address(place), world: world, log: servers[0].log, isPrimary: false)
    network.servers.append(server)
    return server
  }

  /// What the board says of a server; nil also when the map hasn't got it.
  func known(_ server: ProbedServer) -> ProbedInstance? {
    let edition = mapSlot.edition
    return edition.map.instance(id: server.id).flatMap { edition.samples.probed($0) }
  }

  // MARK: A run

  /// Lets the prober run for a while, then stops it and looks whether anything is left.
  func run(milliseconds: Int) {
    world.after(milliseconds * 1_000_000) { [unowned self] in context.orderStop() }
    var prober = Prober(
      kernel: SimulatedKernel(state: kernel), context: context, seed: world.random.next())
    var idleTurns = 0
    while world.violation == nil, !prober.isFinished {
      let events = world.eventCount
      prober.turn()
      check()
      watcher?()
      idleTurns = world.eventCount == events ? idleTurns + 1 : 0
      if idleTurns > 2_000 { world.violate("the prober turns and turns, and nothing happens") }
      if kernel.isStuck { world.violate("the prober waits for something that will never come") }
    }
    while world.violation == nil, world.nextTime != nil, servers.contains(where: \.isBusy) {
      _ = world.step(until: .max)
    }
    if kernel.openCount > 0 { world.violate("\(kernel.openCount) sockets are open") }
    if !kernel.underWay.isEmpty || kernel.doorbell != nil {
      world.violate("something is under way")
    }
    for server in servers where known(server) != nil {
      world.violate("\(server.id) is known after the stop")
    }
    #expect(world.violation == nil)
    for server in servers { server.dismantle() }
    world.dismantle()
    kernel.dismantle()
  }

  /// The one that writes.
  var primary: ProbedServer { servers.first(where: \.isPrimary)! }

  /// No replica lacks what was committed before the moment that it is said to be fresh as of.
  private func check() {
    for server in servers where server.isAlive && !server.isPrimary {
      guard let sample = known(server)?.sample, sample.freshAsOf != .origin else { continue }
      proofs += 1
      guard
        let owed = primary.log.commits.last(where: { $0.time < sample.freshAsOf.nanoseconds }),
        owed.position > server.replayed || !server.log.commits.contains(owed)
      else { continue }
      world.violate(
        "\(server.id) is said to be fresh as of \(sample.freshAsOf.nanoseconds), and lacks a commit of \(owed.time)"
      )
    }
  }
}

extension ProbedServer {
  fileprivate var isBusy: Bool { openConnections > 0 }
}

/// The servers of a world, by their addresses.
final class ProbedNetwork: SimulatedNetwork {
  private let world: SimulatedWorld
  var servers: [ProbedServer]

  init(world: SimulatedWorld, servers: [ProbedServer]) {
    self.world = world
    self.servers = servers
  }

  func attempt(_ address: SimulatedAddress) -> (delay: Int, result: Int) {
    let server = servers.first { $0.address == address }!
    guard server.isAlive else { return (world.delay(), Int(-ECONNREFUSED)) }
    guard world.random.chance(world.plan.connectFails) else { return (world.delay(), 0) }
    return world.random.pick([
      (world.delay(), Int(-ECONNREFUSED)), (130_000_000_000, Int(-ETIMEDOUT)),
    ])
  }

  func connect(_ address: SimulatedAddress) -> SimulatedSocket {
    servers.first { $0.address == address }!.connect()
  }
}

/// Counts the wishes for a refresh, in a world that has one thread.
final class CountedLine: RefreshLine, @unchecked Sendable {
  private(set) var refreshWanted: UInt32 = 0

  func wantRefresh() -> UInt32 {
    refreshWanted += 1
    return refreshWanted
  }
}
