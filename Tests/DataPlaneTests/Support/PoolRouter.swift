import DataPlane
import Glibc
import ShardMap
import Uring
import Wire

/// A router of this process on loopback, for tests that play its clients and its servers.
final class PoolRouter {
  let router: Router
  var port: UInt16 { router.addresses[0].port }

  init(
    _ map: CompiledMap, home: HomeSettings? = nil, workers: Int = 1,
    freshness: FreshnessSlot = FreshnessSlot(), spoken: ListenerProtocol? = nil,
    _ change: (inout RouterSettings) -> Void = { _ in }
  ) throws {
    var settings = RouterSettings(
      mapPath: "", workerCount: workers,
      listeners: [
        ListenerSettings(
          address: .loopback(0), spoken: spoken ?? .postgres(identity: [.option, .database]))
      ])
    settings.home = home
    settings.timeouts.stop = .zero
    settings.waitPatiently()
    change(&settings)
    router = try Router(
      settings, map: map, capabilities: try Capabilities.probe(), freshness: freshness)
  }

  deinit { router.stop() }

  /// A client that has sent its start-up packet.
  func client(_ parameters: KeyValuePairs<String, String>) throws -> LoopbackSocket {
    let socket = try LoopbackSocket.make()
    try socket.connect(to: port)
    try socket.send(Packets.startup(parameters))
    return socket
  }

  /// Waits until the workers have counted so much.
  func wait(for counter: WorkerCounter, toReach count: UInt64) throws {
    let end = ContinuousClock.now + .seconds(60)
    while router.count(counter) < count {
      guard ContinuousClock.now < end else { throw SocketFailure(call: "\(counter.name)") }
      sched_yield()
    }
  }

  /// What a client is refused with.
  func refusal(_ parameters: KeyValuePairs<String, String>) throws -> ErrorResponse {
    try client(parameters).error()
  }
}

extension LoopbackSocket {
  /// The next message, which has to be an error.
  func error() throws -> ErrorResponse {
    let header = try receive(5)
    guard header[0] == UInt8(ascii: "E") else { throw SocketFailure(call: "an error") }
    let body = try receive(header[1...].reduce(0) { $0 << 8 | Int($1) } - 4)
    return try ErrorResponse.decode(body.span.bytes)
  }

  /// A start-up packet, or anything else that begins with its length.
  func packet() throws -> [UInt8] {
    let length = try receive(4)
    return length + (try receive(length.reduce(0) { $0 << 8 | Int($1) } - 4))
  }

  /// What a server says to a client that is in: a key, and that it waits.
  static let welcome =
    Packets.message("R", Packets.integer(0, bytes: 4))
    + Packets.message("K", Packets.integer(1, bytes: 4) + [1, 2, 3, 4])
    + Packets.message("Z", Array("I".utf8))
}
