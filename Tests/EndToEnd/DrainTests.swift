import Foundation
import LocalFleet
import Testing
import Wire

/// Routers that let go of their clients before they end.
@Suite struct DrainTests {
  private static func withDrain(
    _ section: String, pooled: Bool, name: String,
    _ body: (LocalRouter) async throws -> Void
  ) async throws {
    var options = pooled ? World.pooled(workers: 2) : World.routerOptions(workers: 2)
    options.sections["drain"] = section
    try await withRouter(options, name: name) { _, router in try await body(router) }
  }

  /// A client that is in.
  private static func client(_ router: LocalRouter) async throws -> WireClient {
    let client = try WireClient(port: router.postgresPort)
    try client.start(["user": "app", "database": "acme"])
    _ = try await client.messages(upTo: "Z")
    return client
  }

  private static func run(_ statement: String, _ client: WireClient) async throws {
    try client.query(statement)
    _ = try await client.messages(upTo: "Z")
  }

  private static func isToldGoodbye(_ client: WireClient) async throws {
    let error = try await client.error()
    #expect(error.severity == .fatal)
    #expect(error.sqlState == .adminShutdown)
    #expect(try await client.message() == nil)
  }

  @Test(arguments: [false, true])
  func `a draining router accepts for a while, and ends each session between transactions`(
    pooled: Bool
  ) async throws {
    let section = "{ keepAccepting: 1s, spread: 200ms, deadline: 20m }"
    try await Self.withDrain(section, pooled: pooled, name: "drain-\(pooled)") { router in
      let idle = try await Self.client(router)
      let busy = try await Self.client(router)
      try await Self.run("BEGIN", busy)
      router.process.signal(SIGTERM)
      try await eventually("the router says that it drains") { router.log.contains("draining") }

      // Others may not have noticed yet, and send clients. One that comes when the second is over
      // is refused.
      let late = try? await Self.client(router)

      for client in [idle, late].compactMap({ $0 }) { try await Self.isToldGoodbye(client) }
      try await eventually("nobody is let in") {
        (try? WireClient(port: router.postgresPort)) == nil
      }
      #expect(router.process.isRunning)
      try await Self.run("SELECT 1", busy)
      try await Self.run("COMMIT", busy)
      try await Self.isToldGoodbye(busy)
      #expect(await router.process.wait(upTo: .seconds(60)) == .exited(code: 0))
    }
  }

  @Test(arguments: [false, true])
  func `who is in a transaction at the deadline is told, and the router ends`(pooled: Bool)
    async throws
  {
    let section = "{ keepAccepting: 0s, spread: 0s, deadline: 500ms }"
    try await Self.withDrain(section, pooled: pooled, name: "drain-deadline-\(pooled)") { router in
      let busy = try await Self.client(router)
      try await Self.run("BEGIN", busy)
      router.process.signal(SIGTERM)
      try await Self.isToldGoodbye(busy)
      #expect(await router.process.wait(upTo: .seconds(60)) == .exited(code: 0))
    }
  }

  @Test(arguments: [false, true])
  func `a second signal ends a draining router as if it had no plan`(pooled: Bool) async throws {
    let section = "{ keepAccepting: 10m, spread: 0s, deadline: 20m }"
    try await Self.withDrain(section, pooled: pooled, name: "drain-twice-\(pooled)") { router in
      let idle = try await Self.client(router)
      router.process.signal(SIGTERM)
      try await eventually("the router says that it drains") { router.log.contains("draining") }
      try await Self.run("SELECT 1", idle)
      // It still takes whom others send.
      let late = try await Self.client(router)
      try await Self.run("SELECT 1", late)
      router.process.signal(SIGTERM)
      for client in [idle, late] { try await Self.isToldGoodbye(client) }
      #expect(await router.process.wait(upTo: .seconds(60)) == .exited(code: 0))
    }
  }
}
