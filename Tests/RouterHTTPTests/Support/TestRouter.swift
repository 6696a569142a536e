import DataPlane
import Foundation
import Logging
import RouterHTTP
import ShardMap
import Uring

/// A router on loopback with an HTTP server, both of this process.
final class TestRouter: Sendable {
  let router: Router
  let view: RouterView
  private let server: RouterHTTPServer
  let port: UInt16

  init(
    _ map: CompiledMap, workers: Int = 1, routes: [any RouteGroup] = [MetricsRoutes()]
  ) throws {
    var settings = RouterSettings(
      mapPath: "", workerCount: workers,
      listeners: [
        ListenerSettings(address: Self.anyPort, spoken: .postgres(identity: [.database]))
      ])
    settings.timeouts.stop = .zero
    settings.http = HTTPSettings(address: Self.anyPort)
    router = try Router(settings, map: map, capabilities: try Capabilities.probe())
    view = RouterView(router, version: "test \"1\"")
    server = RouterHTTPServer(
      address: Self.anyPort, view: view, routes: routes, logger: Self.quiet)
    port = try server.start().port
  }

  /// On a thread that may wait: those that tests share may not.
  deinit {
    Thread.detachNewThread { [server, router] in
      server.stop()
      router.stop()
    }
  }

  static let anyPort = SocketAddress(ipv4: 0x7F00_0001, port: 0)
  static let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
}
