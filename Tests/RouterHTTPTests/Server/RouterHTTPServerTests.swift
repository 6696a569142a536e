import DataPlane
import Glibc
import Hummingbird
import Logging
import NIOCore
import ShardMap
import Testing

@testable import RouterHTTP

@Suite("The router's HTTP server", .serialized)
struct RouterHTTPServerTests {
  /// Answers with more bytes than sockets hold.
  private struct LongRoute: RouteGroup {
    static let bytes = 8 << 20

    func add(to routes: HTTPRoutes, of view: RouterView) {
      routes.get("long") { _, _ in String(repeating: "x", count: Self.bytes) }
    }
  }

  /// Tells on how many threads its work is done: what it begins when it is added, what it begins for a
  /// request, and the answer itself.
  private struct ThreadRoute: RouteGroup {
    private actor Place {
      var thread: pthread_t { ThreadRoute.thread }
    }

    private static var thread: pthread_t { pthread_self() }

    func add(to routes: HTTPRoutes, of view: RouterView) {
      let place = Place()
      let early = LoopExecutor.task { await Self.threads(place) }
      routes.get("threads") { _, _ in
        let late = await LoopExecutor.task { await Self.threads(place) }.value
        let own = await Self.threads(place)
        return "\(await early.value.union(late).union(own).count)"
      }
    }

    private static func threads(_ place: Place) async -> Set<pthread_t> {
      var threads: Set<pthread_t> = [thread]
      threads.insert(await place.thread)
      await LoopExecutor.pause(.milliseconds(2))
      threads.insert(thread)
      await LoopExecutor.pause(until: ContinuousClock.now - .seconds(1))
      threads.insert(await place.thread)
      return threads
    }
  }

  @Test("does all of its work on one thread: what a group begins by itself, too")
  func thread() async throws {
    let router = try TestRouter(TestMap.compiled(shards: 1), routes: [ThreadRoute()])
    #expect(try await HTTPConnection.get("/threads", port: router.port).body == "1")
  }

  @Test("answers what its groups have, and 404 for the rest")
  func routes() async throws {
    let router = try TestRouter(TestMap.compiled(shards: 1))
    let metrics = try await HTTPConnection.get("/metrics", port: router.port)
    #expect(metrics.status == 200)
    #expect(metrics.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
    #expect(try await HTTPConnection.get("/nothing", port: router.port).status == 404)
  }

  @Test("answers others while a client doesn't read its answer")
  func blockedClient() async throws {
    let router = try TestRouter(
      TestMap.compiled(shards: 1), routes: [MetricsRoutes(), LongRoute()])
    let blocked = try (0..<3).map { _ in
      try HTTPConnection(port: router.port, receiveBytes: 4096)
    }
    for connection in blocked { try connection.ask("/long") }
    #expect(try await HTTPConnection.get("/metrics", port: router.port).status == 200)
    withExtendedLifetime(blocked) {}
  }

  @Test("counts its scrapes")
  func scrapes() async throws {
    let router = try TestRouter(TestMap.compiled(shards: 1))
    for _ in 0..<3 { _ = try await HTTPConnection.get("/metrics", port: router.port) }
    let told = Exposition(try await HTTPConnection.get("/metrics", port: router.port).body)
    #expect(told["shardway_scrapes_total"] == 4)
    #expect(told["shardway_scrapes_refused_total"] == 0)
  }

  @Test("says why it can't listen, and where")
  func taken() async throws {
    let router = try TestRouter(TestMap.compiled(shards: 1))
    let address = SocketAddress(ipv4: 0x7F00_0001, port: router.port)
    let second = RouterHTTPServer(
      address: address, view: router.view, routes: [], logger: TestRouter.quiet)
    let error = #expect(throws: HTTPServerError.self) { try second.start() }
    #expect(error?.description.contains("127.0.0.1:\(router.port)") == true)
    #expect(error?.description.contains("in use") == true)
  }

  @Test("stops while a client doesn't read its answer, and frees its address")
  func stopping() async throws {
    let router = try TestRouter(TestMap.compiled(shards: 1))
    let server = RouterHTTPServer(
      address: TestRouter.anyPort, view: router.view, routes: [LongRoute()],
      logger: TestRouter.quiet)
    let address = try server.start()
    let blocked = try HTTPConnection(port: address.port, receiveBytes: 4096)
    try blocked.ask("/long")
    #expect(OwnSockets.listen(at: address.port))
    await onWaitingThread { server.stop() }
    // Looked at from inside, and not by connecting: a process that another test has started may have a
    // copy of the listening socket, for a moment, which takes connections and answers none.
    #expect(!OwnSockets.listen(at: address.port))
    withExtendedLifetime(blocked) {}
  }
}
