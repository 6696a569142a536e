import ControlClient
import Foundation
import LocalFleet
import MapExchange
import Testing
import Wire

/// A change on its way from the control plane to a session, with real processes.
@Suite struct ControlPathTests {
  @Test func `a created tenant is reachable at once`() async throws {
    try await withFleet(.controlled) { fleet in
      var options = World.routerOptions(workers: 2)
      // However long the map takes: the session waits for it.
      options.sections["timeouts"] = "{ refresh: 10m, login: 10m }"
      let router = try await fleet.startRouter(options)
      let (tenant, _) = try await fleet.createTenant("gale", on: "s2")
      // The first session, without a second attempt.
      #expect(try await fleet.instance(of: tenant, through: router) == "s2-a")
    }
  }

  @Test func `a tenant that was refused as unknown is let in as soon as it is created`()
    async throws
  {
    try await withFleet(.controlled) { fleet in
      let router = try await fleet.startRouter(World.routerOptions(workers: 2))
      for _ in 0..<5 {
        #expect(try await fleet.refusal(of: "gale", by: router)?.sqlState == .invalidCatalogName)
      }
      _ = try await fleet.createTenant("gale", on: "s2")
      try await eventually("a session of the new tenant") {
        try await fleet.refusal(of: "gale", by: router) == nil
      }
    }
  }

  @Test func `a moved tenant is followed, and its session ends between two transactions`()
    async throws
  {
    try await withFleet(.controlled) { fleet in
      var options = World.routerOptions(workers: 2)
      // The session is not cut before its transaction has ended.
      options.sections["timeouts"] = "{ move: 10m }"
      let router = try await fleet.startRouter(options)
      let tenant = fleet.tenants[0]
      let client = try WireClient(port: router.postgresPort)
      try client.start(["user": "app", "database": tenant.id])
      _ = try await client.messages(upTo: "Z")
      try client.query("BEGIN")
      _ = try await client.messages(upTo: "Z")

      try await fleet.moveTenantRecord(tenant, to: "s2")
      try await eventually("a session on the new shard") {
        try await fleet.leads(tenant, to: "s2-a", through: router)
      }
      // The transaction goes on where it began.
      try client.query("SHOW cluster_name")
      let rows = try await client.messages(upTo: "Z").filter { $0.type == "D" }
      #expect(rows.contains { String(decoding: $0.body, as: UTF8.self).contains("s1-a") })
      try client.query("COMMIT")
      _ = try await client.messages(upTo: "Z")
      #expect(try await client.error().sqlState.description == "57P01")
      #expect(try await client.message() == nil)
    }
  }

  @Test func `a suspended tenant is refused, and let in again`() async throws {
    try await withFleet(.controlled) { fleet in
      let router = try await fleet.startRouter(World.routerOptions(workers: 1))
      let tenant = fleet.tenants[1]
      for (state, isLetIn) in [("suspended", false), ("active", true)] {
        _ = try await fleet.asked { client throws(ControlClientError) in
          try await client.patch(
            ResourceKey(kind: .tenant, id: tenant.id), ["state": .string(state)])
        }
        try await eventually("\(state) is in force") {
          try await (fleet.refusal(of: tenant.id, by: router) == nil) == isLetIn
        }
      }
    }
  }

  @Test func `without being told of changes the sidecar finds them at its next poll`() async throws
  {
    var options = FleetOptions.controlled
    options.control?.hearsOfChanges = false
    try await withFleet(options) { fleet in
      let router = try await fleet.startRouter(World.routerOptions(workers: 1))
      let tenant = fleet.tenants[0]
      for shard in ["s2", "s1", "s2"] {
        try await fleet.moveTenantRecord(tenant, to: shard)
        try await eventually("a session on \(shard)") {
          try await fleet.leads(tenant, to: "\(shard)-a", through: router)
        }
      }
    }
  }

  @Test func `the control plane hears which map the router uses`() async throws {
    try await withFleet(.controlled) { fleet in
      _ = try await fleet.startRouter(World.routerOptions(workers: 1))
      let receipt = try await fleet.moveTenantRecord(fleet.tenants[0], to: "s2")
      let version = try #require(receipt.mapVersion)
      try await eventually("a report of version \(version)") {
        let routers = try await fleet.asked { client throws(ControlClientError) in
          try await client.routers()
        }
        return routers.contains { $0["applied"]?["mapVersion"]?.integer == Int64(version) }
      }
    }
  }
}
