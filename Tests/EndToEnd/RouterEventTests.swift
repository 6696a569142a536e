import ControlClient
import Foundation
import LocalFleet
import MapExchange
import Testing

/// What happens to a router, as the control plane hears of it by way of the sidecar.
@Suite struct RouterEventTests {
  private static let console =
    "{ address: \"127.0.0.1:0\", users: [olga], authentication: trust }"

  /// Waits until `shardway routers events` has an event of a kind; its text.
  private static func event(
    _ kind: String, after sequence: UInt64 = 0, in fleet: Fleet
  ) async throws -> ControlRouterEvent {
    var found: ControlRouterEvent?
    try await eventually("an event \(kind)") {
      let all = try await fleet.asked { client throws(ControlClientError) in
        try await client.routerEvents(after: sequence)
      }
      found = all.first { $0.kind == kind }
      return found != nil
    }
    return try #require(found)
  }

  private static func kinds(in fleet: Fleet) async throws -> [String] {
    try await fleet.asked { client throws(ControlClientError) in
      try await client.routerEvents()
    }.map(\.kind)
  }

  @Test func `maps, throttled tenants and reloads reach the control plane`()
    async throws
  {
    try await withFleet(.controlled) { fleet in
      var options = World.pooled(workers: 1)
      options.sections["admin"] = Self.console
      let router = try await fleet.startRouter(options)
      let first = try await Self.event("map-applied", in: fleet)
      #expect(first.text.hasSuffix("is in use by all workers"))

      let receipt = try await fleet.asked { client throws(ControlClientError) in
        try await client.patch(
          ResourceKey(kind: .policy, id: "standard"),
          [
            "envelope": .object([
              "transactionsPerSecond": .integer(5), "burst": .integer(1),
              "maxDelay": .string("60s"),
            ])
          ])
      }
      let version = receipt.mapVersion ?? 0
      try await fleet.awaitPublished(version)
      let second = try await Self.event("map-applied", after: first.sequence, in: fleet)
      #expect(second.text.hasPrefix("version "))

      let tenant = fleet.tenants[0]
      let client = try WireClient(port: router.postgresPort)
      try client.start(["user": FleetRole.application, "database": tenant.id])
      _ = try await client.messages(upTo: "Z")
      // All at once: more than the limit allows, however slowly they are answered.
      for _ in 0..<10 { try client.query("SELECT 1") }
      for _ in 0..<10 { _ = try await client.messages(upTo: "Z") }
      let throttled = try await Self.event("tenant-throttled", in: fleet)
      #expect(throttled.tenant == tenant.id && throttled.text.contains("limit rate"))

      try await Self.reload(router, fleet)
      _ = try await Self.event("configuration-reloaded", in: fleet)
      try Data("nonsense: 1\n".utf8).write(to: URL(fileURLWithPath: "\(fleet.path)/router.yaml"))
      try await Self.reload(router, fleet)
      let refused = try await Self.event("configuration-refused", in: fleet)
      #expect(refused.text.hasPrefix("the configuration stays as it was: "))
      await router.stop()
    }
  }

  private static func reload(_ router: LocalRouter, _ fleet: Fleet) async throws {
    guard let port = router.adminPort else { throw Missing(what: "an admin console") }
    _ = try await Command.result(
      of: fleet.psql("RELOAD", at: Conninfo(port: port, user: "olga", database: "shardway")))
  }

  @Test func `an instance that is ejected is told of once, and so is its return`() async throws {
    try await withFleet(.controlled) { fleet in
      let router = try await fleet.startRouter(World.routerOptions(workers: 2))
      let tenant = fleet.tenants[0]
      let primary = try fleet.primary(of: tenant)
      await primary.stop()
      try await eventually(within: .seconds(120), "the ejection") {
        _ = try? await fleet.query("SELECT 1", at: router.conninfo(to: tenant))
        return try await Self.kinds(in: fleet).contains("instance-ejected")
      }
      let ejected = try await Self.event("instance-ejected", in: fleet)
      #expect(ejected.shard == tenant.shard && ejected.text.hasPrefix(primary.instance))
      try await primary.start()
      // A session that the worker serves which has ejected it.
      try await eventually(within: .seconds(120), "the return") {
        _ = try? await fleet.query("SELECT 1", at: router.conninfo(to: tenant))
        return try await Self.kinds(in: fleet).contains("instance-readmitted")
      }
      #expect(try await Self.kinds(in: fleet).count { $0 == "instance-ejected" } == 1)
      await router.stop()
    }
  }
}
