import AsyncHTTPClient
import DataPlane
import Foundation
import Logging
import NIOCore
import NIOHTTP1
import RouterHTTP
import ShardMap
import Synchronization
import Uring

/// A router on the real kernel that serves nobody, and tells of itself over HTTP.
final class TellingRouter {
  private let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent("shardway-http-\(UUID().uuidString)")
  private let router: DataPlane.Router
  private let server: RouterHTTPServer
  private let base: String
  private let written: Written

  /// The configuration as it is written just now.
  private final class Written: Sendable {
    private let content: Mutex<RouterSettings>
    init(_ settings: RouterSettings) { content = Mutex(settings) }
    var settings: RouterSettings {
      get { content.withLock { $0 } }
      set { content.withLock { $0 = newValue } }
    }
  }

  /// Starts it; two shards, with a replica of the first.
  init() throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let path = folder.appendingPathComponent("map.swmap").path
    try Self.map().publish(to: path)
    let address = SocketAddress(ipv4: 0x7F00_0001, port: 0)
    var settings = RouterSettings(
      mapPath: path, region: "eu", zone: "eu-a", workerCount: 1,
      listeners: [ListenerSettings(address: address, spoken: .postgres(identity: [.database]))])
    settings.timeouts.stop = .milliseconds(100)
    settings.http = HTTPSettings(address: address)
    let written = Written(settings)
    self.written = written
    router = try Router(
      settings, map: CompiledMap.open(path: path), capabilities: Capabilities.probe(),
      reading: { .good(written.settings, notices: []) })
    server = RouterHTTPServer(
      address: address, view: RouterView(router, version: "test"),
      routes: [APIRoutes(id: "r1"), PageRoutes()],
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    base = "http://\(try server.start())"
  }

  /// On a thread that may wait: those that tests share may not.
  deinit {
    Thread.detachNewThread { [server, router, folder] in
      server.stop()
      router.stop()
      try? FileManager.default.removeItem(at: folder)
    }
  }

  /// Changes the configuration, and has it read again.
  func reload(_ change: (inout RouterSettings) -> Void) {
    var settings = written.settings
    change(&settings)
    written.settings = settings
    _ = router.configuration.reload()
  }

  /// What a GET is answered with.
  struct Answer {
    let status: Int
    fileprivate let headers: HTTPHeaders
    let text: String

    func header(_ name: String) -> String? { headers.first(name: name) }

    func document<Document: Decodable>(_ type: Document.Type = Document.self) throws -> Document {
      try JSONDecoder().decode(Document.self, from: Data(text.utf8))
    }
  }

  /// Asks for a path.
  func get(_ path: String) async throws -> Answer {
    let response = try await HTTPClient.shared.execute(
      HTTPClientRequest(url: base + path), timeout: .seconds(120))
    let body = try await response.body.collect(upTo: 8 << 20)
    return Answer(
      status: Int(response.status.code), headers: response.headers, text: String(buffer: body))
  }

  private static func map() throws(MapBuildError) -> MapBuilder {
    var map = MapBuilder(mapVersion: 7, issuedAt: 0)
    let region = try map.addRegion(id: "eu")
    let zones = [
      try map.addZone(id: "eu-a", region: region), try map.addZone(id: "eu-b", region: region),
    ]
    // Nobody listens there, and nobody is asked to.
    let address = SocketAddress(ipv4: 0x7F00_0001, port: 1)
    let instances = [
      try map.addInstance(id: "s1-a", zone: zones[0], address: address),
      try map.addInstance(id: "s1-b", zone: zones[1], address: address),
      try map.addInstance(id: "s2-a", zone: zones[1], address: address),
    ]
    let first = try map.addShard(
      id: "s1", epoch: 4, primary: instances[0], replicas: [instances[1]])
    _ = try map.addShard(id: "s2", epoch: 1, primary: instances[2])
    let policy = try map.addPolicy(id: "standard", tier: .eventual)
    let pool = try map.addPool(id: "shared", dedicated: false)
    for tenant in ["acme", "<script>alert(1)</script>"] {
      try map.addTenant(id: tenant, shard: first, policy: policy, pool: pool, generation: 1)
    }
    return map
  }
}
