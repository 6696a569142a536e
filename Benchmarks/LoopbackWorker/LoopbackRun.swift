import DataPlane
import Glibc
import ShardMap

/// A worker on the loopback kernel, all of whose sessions are logged in.
public final class LoopbackRun {
  private var worker: Worker<LoopbackKernel>
  /// Messages asked for since the beginning.
  private var goal = 0

  /// Logs in `sessions` clients, whose messages have `messageBytes` each way, and which have a server
  /// connection each, or share so many.
  public init(sessions: Int, messageBytes: Int, sharing servers: Int? = nil) throws {
    let address = SocketAddress(ipv4: 0x7F00_0001, port: 5432)
    let spoken = ListenerProtocol.postgres(identity: [.database])
    let pooling = servers == nil ? PoolingMode.session : .transaction
    var settings = RouterSettings(
      mapPath: "",
      listeners: [ListenerSettings(address: address, spoken: spoken, pooling: pooling)])
    // Far below its limit: a router that is full gives work up, and looks at each piece for that.
    settings.limits.clientConnections = 4 * sessions
    settings.pooling.serversPerPool = servers ?? sessions
    settings.pooling.authentication = .trust
    let context = WorkerContext.all(
      count: 1, settings: settings, mapSlot: MapSlot(try Self.map(address)))[0]
    worker = Worker(
      kernel: LoopbackKernel(
        sessions: sessions, conversation: try Conversation(messageBytes: messageBytes)),
      context: context,
      listeners: [
        WorkerListener(descriptor: LoopbackKernel.listener, spoken: spoken, pooling: pooling)
      ], seed: 42)
    relay(messages: Self.warmUpRounds * sessions)
  }

  /// Enough for every session to log in and every table to have its size.
  private static let warmUpRounds = 1_000

  /// Turns the worker until so many more messages have arrived, queries and answers alike.
  ///
  /// The last turn may bring a few more; the next call then relays as many fewer.
  public func relay(messages: Int) {
    goal += messages
    Self.relay(upTo: goal, by: &worker)
  }

  /// Takes the worker out of the object, so that only the call checks for exclusive access.
  private static func relay(upTo goal: Int, by worker: inout Worker<LoopbackKernel>) {
    while worker.kernel.relayedCount < goal { worker.turn() }
  }

  /// One tenant on one instance, from a file that is gone when this returns.
  private static func map(_ address: SocketAddress) throws -> CompiledMap {
    var map = MapBuilder(mapVersion: 1, issuedAt: 0)
    let zone = try map.addZone(id: "zone", region: try map.addRegion(id: "region"))
    let primary = try map.addInstance(id: "s1-a", zone: zone, address: address)
    let shard = try map.addShard(id: "s1", epoch: 1, primary: primary, replicas: [])
    _ = try map.addTenant(
      id: Conversation.tenant, shard: shard,
      policy: try map.addPolicy(id: "standard", tier: .strong),
      pool: try map.addPool(id: "shared", dedicated: false), generation: 1)
    let path = "/tmp/shardway-worker-loop.\(getpid())"
    try map.publish(to: path)
    defer { unlink(path) }
    return try CompiledMap.open(path: path)
  }
}
