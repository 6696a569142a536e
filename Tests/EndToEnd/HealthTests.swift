import Foundation
import LocalFleet
import Testing

/// Whether a router lives, whether it wants clients, and what it depends on: three questions with three answers.
@Suite struct HealthTests {
  private static let section = "{ http: \"127.0.0.1:0\", tcp: \"127.0.0.1:0\" }"

  /// The ports of a router's health.
  private struct Ports {
    let http: UInt16
    let tcp: UInt16

    init(_ router: LocalRouter) async throws {
      try await eventually("health is answered") {
        router.port(of: "health-http") != nil && router.port(of: "health-tcp") != nil
      }
      http = router.port(of: "health-http")!
      tcp = router.port(of: "health-tcp")!
    }

    func status(_ path: String) async throws -> Int {
      try await HTTPAnswer(of: path, port: http).status
    }

    var isOpen: Bool {
      guard let descriptor = LoopbackSocket.connected(to: tcp, patience: .seconds(60)) else {
        return false
      }
      close(descriptor)
      return true
    }
  }

  @Test func `a router is live and ready, and a draining one is live and not ready`() async throws {
    var options = World.routerOptions(workers: 2)
    options.sections["health"] = Self.section
    options.sections["drain"] = "{ keepAccepting: 10m, spread: 0s, deadline: 20m }"
    try await withRouter(options, name: "health-drain") { fleet, router in
      let ports = try await Ports(router)
      #expect(try await ports.status("/live") == 200)
      #expect(try await ports.status("/ready") == 200)
      #expect(ports.isOpen)

      router.process.signal(SIGTERM)
      try await eventually("it is not ready") { try await ports.status("/ready") == 503 }
      try await eventually("the TCP listener is closed") { !ports.isOpen }
      #expect(try await HTTPAnswer(of: "/ready", port: ports.http).body == "draining\n")
      #expect(try await ports.status("/live") == 200)
      let report = try await HTTPAnswer(of: "/dependencies", port: ports.http)
      #expect(report.status == 200)
      #expect(report.body.contains("\"phase\" : \"draining\""))
      // It still takes whom others send.
      let tenant = fleet.tenants[0]
      let name = try await fleet.query("SELECT current_database()", at: router.conninfo(to: tenant))
      #expect(name == tenant.database)
    }
  }

  @Test func `a router stays ready without control plane and databases, and tells of them`()
    async throws
  {
    try await withFleet(.controlled) { fleet in
      var options = World.routerOptions(workers: 1)
      options.sections["health"] = Self.section
      options.sections["probes"] =
        "{ user: \(FleetRole.router), database: postgres, interval: 100ms }"
      let router = try await fleet.startRouter(options, name: "health-dependencies")
      let ports = try await Ports(router)
      func report() async throws -> [String: Any] {
        let body = try await HTTPAnswer(of: "/dependencies", port: ports.http).body
        let object = try JSONSerialization.jsonObject(with: Data(body.utf8))
        return try #require(object as? [String: Any])
      }
      func part(_ name: String, _ key: String) async throws -> Any? {
        (try await report()[name] as? [String: Any])?[key]
      }
      try await eventually("the control plane is reached") {
        try await part("controlPlane", "isReachable") as? Bool == true
      }

      await fleet.stopControl()
      for shard in fleet.shards { await shard.primary.stop(.immediate) }
      try await eventually("both are known to be gone") {
        let isReachable = try await part("controlPlane", "isReachable") as? Bool
        let unhealthy = try await part("shards", "withoutHealthyPrimary") as? Int
        return isReachable == false && unhealthy == fleet.shards.count
      }
      #expect(try await ports.status("/ready") == 200)
      #expect(try await ports.status("/live") == 200)
      #expect(try await ports.status("/dependencies") == 200)
      #expect(ports.isOpen)
      await router.stop()
    }
  }

  @Test func `a service manager is told that the router serves, lives and stops`() async throws {
    let path = FileManager.default.temporaryDirectory
      .appendingPathComponent("shardway-notify-\(getpid())").path
    let manager = try #require(NotificationSocket(path: path))
    var options = World.routerOptions(workers: 1)
    options.sections["drain"] = "{ keepAccepting: 0s, spread: 0s, deadline: 10s }"
    // So long that the router says once that it lives, at its first look, and then rarely: the
    // socket holds ten messages, and what finds no place is lost.
    options.environment = ["NOTIFY_SOCKET": path, "WATCHDOG_USEC": "60000000"]
    try await withRouter(options, name: "notify") { _, router in
      try await eventually("READY=1") { manager.all.contains("READY=1") }
      try await eventually("WATCHDOG=1") { manager.all.contains("WATCHDOG=1") }
      #expect(!manager.all.contains("STOPPING=1"))
      #expect(await router.stop() == .exited(code: 0))
      #expect(manager.all.contains("STOPPING=1"))
      #expect(manager.all.contains("EXTEND_TIMEOUT_USEC=20000000"))
    }
  }
}
