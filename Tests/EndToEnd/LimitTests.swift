import LocalFleet
import Testing
import Wire

/// Limits that an operator sets, and kernels that can do less.
@Suite struct LimitTests {
  @Test func `one client too many is told so, and the next is let in when one has gone`()
    async throws
  {
    var options = World.routerOptions(workers: 2)
    options.sections["limits"] = "{ clientConnections: 2 }"
    try await withRouter(options, name: "router-limited") { fleet, router in
      let login: KeyValuePairs = ["user": "app", "database": fleet.tenants[0].id]
      let first = try WireClient(port: router.postgresPort)
      try first.start(login)
      _ = try await first.messages(upTo: "Z")
      do {
        let second = try WireClient(port: router.postgresPort)
        try second.start(login)
        _ = try await second.messages(upTo: "Z")

        let third = try WireClient(port: router.postgresPort)
        try third.start(login)
        let error = try await third.error()
        #expect(error.severity == .fatal && error.sqlState == .tooManyConnections)
        #expect(error.hint != nil)

        // Terminate: the server closes.
        try second.send([UInt8(ascii: "X"), 0, 0, 0, 4])
        #expect(try await second.message() == nil)
      }
      // The session may keep its place for a moment after its client has seen the end.
      try await eventually("a client is let in again") {
        let next = try WireClient(port: router.postgresPort)
        try next.start(login)
        return try await next.message()?.type == "R"
      }
      try first.query("SELECT 1")
      #expect(try await first.messages(upTo: "Z").contains { $0.type == "D" })
    }
  }

  @Test func `a session that is silent for too long is told so`() async throws {
    var options = World.routerOptions(workers: 1)
    options.sections["timeouts"] = "{ idle: 500ms }"
    try await withRouter(options, name: "router-idle") { fleet, router in
      let client = try WireClient(port: router.postgresPort)
      try client.start(["user": "app", "database": fleet.tenants[0].id])
      _ = try await client.messages(upTo: "Z")
      let error = try await client.error()
      #expect(error.severity == .fatal && error.sqlState == .idleSessionTimeout)
      #expect(try await client.message() == nil)
    }
  }

  @Test(
    "a kernel that lacks features routes, relays and stops all the same",
    arguments: [
      "multishot-receive", "incremental-buffers", "futex-wait", "defer-taskrun",
      "multishot-receive, incremental-buffers, futex-wait, defer-taskrun, single-issuer",
    ])
  func fallbacks(without features: String) async throws {
    var options = World.routerOptions(workers: 2)
    options.sections["ring"] = "{ without: [\(features)] }"
    let name = "router-without-\(features.replacing(", ", with: "-"))"
    try await withRouter(options, name: name) { fleet, router in
      let conninfo = router.conninfo(to: fleet.tenants[0])
      #expect(
        try await fleet.query("SELECT md5(repeat('shardway', 1000000))", at: conninfo)
          == fleet.queryDirectly("SELECT md5(repeat('shardway', 1000000))", fleet.tenants[0]))
      let row = try await fleet.query("SELECT repeat('0123456789abcdef', 262144)", at: conninfo)
      #expect(row == String(repeating: "0123456789abcdef", count: 262_144))
    }
  }
}
