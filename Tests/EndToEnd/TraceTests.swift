import Foundation
import LocalFleet
import Testing
import Wire

/// Traces of real transactions, as a collector gets them.
@Suite struct TraceTests {
  private static let trace = "4bf92f3577b34da6a3ce929d0e0e4736"
  private static let span = "00f067aa0ba902b7"
  private static func parent(_ flags: String) -> String { "00-\(trace)-\(span)-\(flags)" }

  private static func withTraces(
    _ settings: String, pooled: Bool = true, name: String,
    _ body: (Fleet, LocalRouter, TraceCollector) async throws -> Void
  ) async throws {
    try await TraceCollector.run { collector, endpoint in
      var options = pooled ? World.pooled(workers: 1) : World.routerOptions(workers: 1)
      options.sections["tracing"] = "{ endpoint: \"\(endpoint)\", \(settings) }"
      try await withRouter(options, name: name) { fleet, router in
        try await body(fleet, router, collector)
      }
    }
  }

  @Test func `a transaction belongs where its session says, and says where it went`() async throws {
    try await Self.withTraces("sample: 0%, slow: 1h", name: "trace-session") {
      fleet, router, collector in
      let tenant = fleet.tenants[0]
      let conninfo = router.conninfo(to: tenant)
        .setting("shardway.traceparent", Self.parent("01"))
      #expect(try await fleet.query("SELECT 41 + 1", at: conninfo) == "42")
      try await eventually("a span") { !collector.requests.isEmpty }
      let request = try #require(collector.requests.first)
      #expect(request.trace == Self.trace && request.parent == Self.span)
      #expect(request.attributes["shardway.tenant"] == tenant.id)
      #expect(request.attributes["shardway.shard"] == tenant.shard)
      #expect(request.attributes["shardway.instance"] == (try fleet.primary(of: tenant).instance))
      #expect(request.attributes["cloud.region"] == FleetZone.region)
      #expect(request.attributes["shardway.tier"] == "strong")
      #expect(request.attributes["shardway.reason"] == "primary")
      #expect(request.attributes["shardway.outcome"] == "served")
      #expect(request.attributes["shardway.cause"] == "sampled")
      #expect(!request.isError)
      let server = try #require(collector.spans.first { $0.name == "server" })
      #expect(server.trace == Self.trace && server.parent == request.id)
      #expect(!collector.text.contains("41 + 1"))
    }
  }

  @Test(arguments: [true, false])
  func `a parameter of its own says it, too, and no server is told`(pooled: Bool) async throws {
    try await Self.withTraces("sample: 0%, slow: 1h", pooled: pooled, name: "trace-own-\(pooled)") {
      fleet, router, collector in
      let client = try WireClient(port: router.postgresPort)
      try client.start([
        "user": FleetRole.application, "database": fleet.tenants[0].id,
        "traceparent": Self.parent("01"),
      ])
      _ = try await client.messages(upTo: "Z")
      try client.query("SELECT 1")
      _ = try await client.messages(upTo: "Z")
      try await eventually("a span") { !collector.requests.isEmpty }
      #expect(collector.requests.first?.parent == Self.span)
      #expect(collector.requests.first?.attributes["shardway.shard"] == fleet.tenants[0].shard)
    }
  }

  @Test func `the comment that a statement begins with says it for one transaction`() async throws {
    try await Self.withTraces("sample: 0%, slow: 1h", name: "trace-comment") {
      fleet, router, collector in
      let client = try PsqlSession(router.conninfo(to: fleet.tenants[0]), in: fleet)
      _ = try await client.query("SELECT 1")
      _ = try await client.query("/*route='x',traceparent='\(Self.parent("01"))'*/ SELECT 2")
      _ = try await client.query("SELECT 3")
      // Of a transaction the first statement that has a comment.
      let other = "00-\(String(Self.trace.reversed()))-\(Self.span)-01"
      _ = try await client.query(
        "BEGIN; /*traceparent='\(other)'*/ SELECT 4; /*traceparent='\(Self.parent("01"))'*/ SELECT 5; COMMIT; SELECT 6"
      )
      _ = try await client.query("/*traceparent='\(Self.parent("00"))'*/ SELECT 7")
      try await eventually("two spans") { collector.requests.count >= 2 }
      #expect(collector.requests.map(\.trace) == [Self.trace, String(Self.trace.reversed())])
    }
  }

  @Test func `a statement of the extended protocol says it as well`() async throws {
    try await Self.withTraces("sample: 0%, slow: 1h", name: "trace-parse") {
      fleet, router, collector in
      let client = try WireClient(port: router.postgresPort)
      try client.start(["user": FleetRole.application, "database": fleet.tenants[0].id])
      _ = try await client.messages(upTo: "Z")
      for name in ["", "named"] {
        let text = "/*traceparent='\(Self.parent("01"))'*/ SELECT 1"
        try client.send(Self.extended(name, text))
        _ = try await client.messages(upTo: "Z")
      }
      try await eventually("two spans") { collector.requests.count == 2 }
      #expect(collector.requests.allSatisfy { $0.trace == Self.trace && !$0.isError })
    }
  }

  /// Parse, Bind, Execute, Sync.
  private static func extended(_ name: String, _ text: String) -> [UInt8] {
    let name = Array(name.utf8) + [0]
    return MessageEncoder.encode(
      type: UInt8(ascii: "P"), body: name + Array(text.utf8) + [0, 0, 0])
      + MessageEncoder.encode(type: UInt8(ascii: "B"), body: [0] + name + [0, 0, 0, 0, 0, 0])
      + MessageEncoder.encode(type: UInt8(ascii: "E"), body: [0, 0, 0, 0, 0])
      + MessageEncoder.encode(type: UInt8(ascii: "S"), body: [])
  }

  @Test func `what fails or is slow is told of, whatever the head said; the rest by its share`()
    async throws
  {
    try await Self.withTraces("sample: 0%, slow: 5s", name: "trace-tail") {
      fleet, router, collector in
      let tenant = fleet.tenants[0]
      func run(_ statements: [String], under parent: String) async throws {
        let client = try WireClient(port: router.postgresPort)
        try client.start([
          "user": FleetRole.application, "database": tenant.id, "shardway.traceparent": parent,
        ])
        _ = try await client.messages(upTo: "Z")
        for statement in statements {
          try client.query(statement)
          _ = try await client.messages(upTo: "Z")
        }
      }
      // In a trace of their own: on a busy machine one of them may be slow.
      let quick = "00-\(String(Self.trace.reversed()))-\(Self.span)-00"
      try await run(Array(repeating: "SELECT 1", count: 20), under: quick)
      try await run(
        ["SELECT pg_sleep(6)", "SELECT 1/0", "SELECT secret FROM nowhere"],
        under: Self.parent("00"))
      try await eventually("three spans") {
        collector.requests.count { $0.trace == Self.trace } >= 3
      }
      let all = collector.requests
      #expect(
        all.allSatisfy {
          $0.trace == Self.trace || $0.attributes["shardway.cause"] == "slow" && $0.seconds >= 5
        })
      let requests = all.filter { $0.trace == Self.trace }
      #expect(requests.map { $0.attributes["shardway.cause"] } == ["slow", "failed", "failed"])
      #expect(requests.map(\.isError) == [false, true, true])
      #expect(
        requests.map { $0.attributes["db.response.status_code"] } == [nil, "22012", "42P01"])
      #expect(requests.allSatisfy { $0.parent == Self.span })
      #expect(!collector.text.contains("secret"))
    }
  }

  @Test func `of many transactions the configured share is told of`() async throws {
    try await Self.withTraces("sample: 20%, slow: 1h", name: "trace-share") {
      fleet, router, collector in
      let client = try WireClient(port: router.postgresPort)
      try client.start(["user": FleetRole.application, "database": fleet.tenants[0].id])
      _ = try await client.messages(upTo: "Z")
      for _ in 0..<500 {
        try client.query("SELECT 1")
        _ = try await client.messages(upTo: "Z")
      }
      try client.query("SELECT 1/0")
      _ = try await client.messages(upTo: "Z")
      try await eventually("the last one") { collector.requests.contains { $0.isError } }
      // Six standard deviations of the binomial distribution.
      #expect(46...154 ~= collector.requests.count - 1)
      let traces = collector.requests.map(\.trace)
      #expect(Set(traces).count == traces.count)
      #expect(collector.requests.allSatisfy { $0.parent == nil })
    }
  }

  @Test func `a transaction that is refused is told of, with what it was refused for`()
    async throws
  {
    try await TraceCollector.run { collector, endpoint in
      // Long enough for the server that one of the clients is to hold.
      var options = World.pooled(workers: 1, .trust, ["queryWait": "5s"])
      options.pooling?.serversPerPool = 1
      options.sections["tracing"] = "{ endpoint: \"\(endpoint)\", sample: 0%, slow: 1h }"
      try await withRouter(options, name: "trace-refused") { fleet, router in
        let tenant = fleet.tenants[0]
        let holder = try PsqlSession(router.conninfo(to: tenant), in: fleet)
        _ = try await holder.query("BEGIN; SELECT 1")
        let refused = try await Command.result(
          of: fleet.psql("SELECT 2", at: router.conninfo(to: tenant)))
        #expect(!refused.status.isSuccess)
        try await eventually("a span") { !collector.requests.isEmpty }
        let request = try #require(collector.requests.first)
        #expect(request.attributes["shardway.outcome"] == "refused")
        #expect(request.attributes["db.response.status_code"] == "53300")
        #expect(request.attributes["shardway.tenant"] == tenant.id)
        #expect(Int(request.attributes["shardway.wait_us"] ?? "") ?? 0 >= 5_000_000)
        #expect(collector.spans.map(\.name) == ["transaction", "wait"])
        _ = try await holder.query("COMMIT")
      }
    }
  }
}
