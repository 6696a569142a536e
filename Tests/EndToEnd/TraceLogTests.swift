import Foundation
import LocalFleet
import Testing

/// The log for programs: one JSON object a line.
@Suite struct TraceLogTests {
  /// The lines that are whole; the last one may be under way.
  private static func lines(_ router: LocalRouter) -> [Substring] {
    let log = router.log
    return log[..<(log.lastIndex(of: "\n") ?? log.startIndex)].split(separator: "\n")
  }

  private static func objects(_ lines: [Substring]) -> [[String: String]] {
    lines.compactMap { line in
      (try? JSONSerialization.jsonObject(with: Data(line.utf8))) as? [String: String]
    }
  }

  @Test func `every line is an object with time, level and message, and says whose it is`()
    async throws
  {
    // Long enough for the server that one of the clients is to hold.
    var options = World.pooled(workers: 1, .trust, ["queryWait": "5s"])
    options.pooling?.serversPerPool = 1
    options.sections["log"] = "{ format: json }"
    options.sections["tracing"] = "{ endpoint: \"http://127.0.0.1:1\", sample: 0% }"
    try await withRouter(options, name: "log-json") { fleet, router in
      let tenant = fleet.tenants[0]
      let trace = "4bf92f3577b34da6a3ce929d0e0e4736"
      let holder = try PsqlSession(router.conninfo(to: tenant), in: fleet)
      _ = try await holder.query("BEGIN; SELECT 1")
      _ = try await Command.result(
        of: fleet.psql(
          "SELECT 'secret'",
          at: router.conninfo(to: tenant)
            .setting("shardway.traceparent", "00-\(trace)-00f067aa0ba902b7-00")))
      try await eventually("the refusal's line") {
        Self.objects(Self.lines(router)).contains { $0["sqlstate"] == "53300" }
      }
      let lines = Self.lines(router)
      let all = Self.objects(lines)
      #expect(all.count == lines.count)
      #expect(all.allSatisfy { $0["time"] != nil && $0["level"] != nil && $0["message"] != nil })
      #expect(all.allSatisfy { $0["region"] == FleetZone.region })
      let refusal = try #require(all.first { $0["sqlstate"] == "53300" })
      #expect(refusal["level"] == "info" && refusal["tenant"] == tenant.id)
      #expect(refusal["shard"] == tenant.shard && refusal["trace_id"] == trace)
      #expect(refusal["client"]?.hasPrefix("127.0.0.1:") == true)
      for field in ["session", "request"] { #expect(refusal[field]?.utf8.count == 16) }
      #expect(!router.log.contains("secret"))
      _ = try await holder.query("COMMIT")
    }
  }

  @Test func `of one cause so many lines a second are written, and how many more there were`()
    async throws
  {
    var options = World.routerOptions(workers: 1)
    options.sections["log"] = "{ format: json, perCauseASecond: 2 }"
    try await withRouter(options, name: "log-rate") { fleet, router in
      var refused = 0
      // All of a round come at once, but may be looked at over some seconds.
      try await eventually("a line about the others") {
        let clients = try (0..<20).map { _ in try WireClient(port: router.postgresPort) }
        for client in clients { try client.start(["user": "app", "database": "nobody"]) }
        for client in clients { _ = try await client.error() }
        refused += clients.count
        return Self.objects(Self.lines(router)).contains { $0["suppressed"] != nil }
      }
      let lines = Self.objects(Self.lines(router))
      let suppressed = try #require(lines.first { $0["suppressed"] != nil })
      #expect(suppressed["cause"] == "refused 3D000")
      #expect(Int(suppressed["suppressed"] ?? "") ?? 0 > 0)
      #expect(lines.count { $0["sqlstate"] == "3D000" } < refused)
    }
  }
}
