import Glibc
import LocalFleet
import Testing
import Wire

/// Servers and routers that stop.
@Suite struct FailureTests {
  @Test func `a server that is down gives a clear error, and its neighbours go on`() async throws {
    var options = FleetOptions()
    options.replicasPerShard = 0
    options.tenants = 2
    try await withFleet(options) { fleet in
      let router = try await fleet.startRouter(World.routerOptions(workers: 1))
      let (down, up) = (fleet.tenants[0], fleet.tenants[1])
      let open = try WireClient(port: router.postgresPort)
      try open.start(["user": "app", "database": down.id])
      _ = try await open.messages(upTo: "Z")

      let primary = try fleet.primary(of: down)
      await primary.stop()

      // The server's own last word comes through, then the end.
      #expect(try await open.error().sqlState == .adminShutdown)
      #expect(try await open.message() == nil)
      let client = try WireClient(port: router.postgresPort)
      try client.start(["user": "app", "database": down.id])
      let error = try await client.error()
      #expect(error.severity == .fatal)
      #expect(error.sqlState == .cannotConnectNow)
      #expect(error.message.contains(down.id))
      #expect(error.hint != nil)
      #expect(try await fleet.query("SELECT 1", at: router.conninfo(to: up)) == "1")

      try await primary.start()
      #expect(try await fleet.query("SELECT 1", at: router.conninfo(to: down)) == "1")
    }
  }

  @Test func `a killed server ends its sessions at once`() async throws {
    try await withFleet(.small) { fleet in
      let router = try await fleet.startRouter(World.routerOptions(workers: 1))
      let client = try WireClient(port: router.postgresPort)
      try client.start(["user": "app", "database": "acme"])
      _ = try await client.messages(upTo: "Z")
      await fleet.shards[0].primary.stop(.immediate)
      // 57P02 when the server got that far, then the end of the stream; no hanging either way.
      while let message = try await client.message() { #expect("ENS".contains(message.type)) }
    }
  }

  @Test func `eventual sessions go on when a replica is down`() async throws {
    try await withFleet(.small) { fleet in
      let router = try await fleet.startRouter(World.routerOptions(workers: 1))
      let conninfo = router.conninfo(to: fleet.tenants[0])
        .setting("shardway.consistency", "eventual")
      let replica = fleet.shards[0].replicas[0]
      await replica.stop()
      let name = "SHOW cluster_name"
      #expect(try await fleet.query(name, at: conninfo) == fleet.shards[0].primary.instance)
      try await replica.start()
    }
  }

  @Test func `a stopping router tells its clients and ends in order`() async throws {
    try await withRouter(World.routerOptions(workers: 2), name: "router-stopping") { _, router in
      let client = try WireClient(port: router.postgresPort)
      try client.start(["user": "app", "database": "acme"])
      _ = try await client.messages(upTo: "Z")
      router.process.signal(SIGTERM)
      let error = try await client.error()
      #expect(error.severity == .fatal)
      #expect(error.sqlState == .adminShutdown)
      #expect(try await client.message() == nil)
      #expect(await router.process.wait(upTo: .seconds(60)) == .exited(code: 0))
      #expect(throws: Missing.self) { try WireClient(port: router.postgresPort) }
    }
  }
}
