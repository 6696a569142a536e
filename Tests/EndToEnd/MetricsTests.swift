import Foundation
import LocalFleet
import Testing

/// What a router's metrics say, beside what was done through it.
@Suite struct MetricsTests {
  private func options(_ pooling: Bool) -> RouterOptions {
    var options = pooling ? World.pooled(workers: 2) : World.routerOptions(workers: 2)
    options.sections["http"] = #"{ address: "127.0.0.1:0", latencyBuckets: [1us, 1s, 60s] }"#
    return options
  }

  @Test(
    "requests are counted and timed by shard, tier and outcome", arguments: [false, true])
  func requests(pooling: Bool) async throws {
    try await withRouter(options(pooling), name: "router-metrics-\(pooling)") { fleet, router in
      let tenant = try fleet.tenant("dune")
      let script = try fleet.write("SELECT 1;\n", to: "select-one-\(pooling).sql")
      let report = try await PgbenchRun(fleet: fleet, conninfo: router.conninfo(to: tenant))
        .run(["-n", "-c", "4", "-t", "25", "-f", script])
      #expect(report.contains("number of transactions actually processed: 100/100"))
      try await eventually("all clients have gone") {
        try await Scrape(router)["shardway_connections_closed_total"] >= 4
      }
      let told = try await Scrape(router)
      #expect(told[#"shardway_requests_total{outcome="served"}"#] == 100)
      #expect(told[#"shardway_requests_total{outcome="failed"}"#] == 0)
      #expect(told[#"shardway_requests_total{outcome="abandoned"}"#] == 0)
      let labels = #"shard="\#(tenant.shard)",tier="strong",outcome="served""#
      #expect(told["shardway_request_duration_seconds_count{\(labels)}"] == 100)
      #expect(told["shardway_request_wait_seconds_count{\(labels)}"] == 100)
      #expect(told["shardway_request_duration_seconds_bucket{\(labels),le=\"60\"}"] == 100)
      #expect(told["shardway_request_duration_seconds_bucket{\(labels),le=\"0.000001\"}"] == 0)
      #expect(told["shardway_request_duration_seconds_sum{\(labels)}"] > 0)
      #expect(told.sum("shardway_route_decisions_total", #"reason="primary""#) >= 1)
    }
  }

  @Test func `server connections and clients are counted where they are`() async throws {
    try await withRouter(options(true), name: "router-metrics-pools") { fleet, router in
      let tenant = try fleet.tenant("birch")
      let client = try await Self.login(tenant, router)
      _ = try await Self.answer(to: "BEGIN; SELECT 1", client)
      let active = #"shardway_pool_servers{shard="\#(tenant.shard)",state="active"}"#
      let idle = #"shardway_pool_servers{shard="\#(tenant.shard)",state="idle"}"#
      // Workers that are late with their census are told of by their last one.
      try await eventually("one server and one client that are active") {
        let told = try await Scrape(router)
        return told[active] == 1 && told[#"shardway_sessions{state="active"}"#] == 1
      }
      _ = try await Self.answer(to: "COMMIT", client)
      try await eventually("an idle server, and a client that is idle") {
        let told = try await Scrape(router)
        return told[active] == 0 && told[idle] >= 1
          && told[#"shardway_sessions{state="idle"}"#] == 1
      }
      withExtendedLifetime(client) {}
    }
  }

  @Test func `a server's end and a refusal are told apart from what was served`() async throws {
    try await withRouter(options(true), name: "router-metrics-outcomes") { fleet, router in
      let tenant = try fleet.tenant("cedar")
      let client = try await Self.login(tenant, router)
      // What the statement itself has earned is an answer.
      #expect(try await Self.answer(to: "SELECT 1/0", client).contains { $0.type == "E" })
      #expect(try await Scrape(router)[#"shardway_requests_total{outcome="served"}"#] == 1)
      _ = try? await Self.answer(to: "SELECT pg_terminate_backend(pg_backend_pid())", client)
      try await eventually("the request counts as failed") {
        try await Scrape(router)[#"shardway_requests_total{outcome="failed"}"#] == 1
      }
      #expect(try await Scrape(router)[#"shardway_requests_total{outcome="served"}"#] == 1)
      #expect(try await fleet.refusal(of: "nobody", by: router) != nil)
      let refused = try await Scrape(router)
      #expect(
        refused[#"shardway_route_decisions_total{result="refused",reason="unknown-tenant"}"#] >= 1)
    }
  }

  /// A client that is in.
  private static func login(
    _ tenant: FleetTenant, _ router: LocalRouter
  ) async throws -> WireClient {
    let client = try WireClient(port: router.postgresPort)
    try client.start(["user": FleetRole.application, "database": tenant.id])
    _ = try await client.messages(upTo: "Z")
    return client
  }

  private static func answer(
    to statements: String, _ client: WireClient
  ) async throws -> [WireClient.Message] {
    try client.query(statements)
    return try await client.messages(upTo: "Z")
  }
}
