import ControlClient
import Foundation
import LocalFleet
import ShardMap
import Testing
import Wire

/// The control plane is away, or the sidecar, or both.
@Suite struct ControlOutageTests {
  @Test func `without a control plane, sidecar and router start again and serve whom they know`()
    async throws
  {
    try await withFleet(.controlled) { fleet in
      let sidecar = try #require(fleet.sidecar)
      var options = World.routerOptions(workers: 2)
      // Ports that no outgoing connection takes while the router is stopped.
      options.postgresPort = try LoopbackPort.free()
      options.tlsPort = try LoopbackPort.free()
      var router = try await fleet.startRouter(options)
      try await fleet.moveTenantRecord(fleet.tenants[0], to: "s2")
      try await eventually("the move is in force") {
        try await fleet.leads(fleet.tenants[0], to: "s2-a", through: router)
      }
      await fleet.stopControl()
      await sidecar.stop()
      router = try await fleet.restartRouter(router)
      // Only a map on the disk, and nobody who looks after it.
      #expect(try await fleet.instance(of: fleet.tenants[0], through: router) == "s2-a")
      try await sidecar.start()
      router = try await fleet.restartRouter(router)
      for _ in 0..<20 {
        #expect(try await fleet.instance(of: fleet.tenants[0], through: router) == "s2-a")
        #expect(try await fleet.instance(of: fleet.tenants[1], through: router) == "s2-a")
      }
      #expect(try await fleet.refusal(of: "stranger", by: router)?.sqlState == .invalidCatalogName)
      try await eventually("the status says why it is not confirmed") {
        try await fleet.sidecarStatus()["condition"] as? String == "unreachable"
      }

      try await fleet.startControl()
      try await fleet.moveTenantRecord(fleet.tenants[0], to: "s1")
      try await eventually("a change after the outage") {
        try await fleet.leads(fleet.tenants[0], to: "s1-a", through: router)
      }
    }
  }

  @Test
  func `permissions are refused exactly when they are too old, and used when confirmed again`()
    async throws
  {
    var options = FleetOptions.controlled
    var rules = FreshnessRules.standard
    rules[.permissions] = FreshnessBound(ttlMilliseconds: 1000, maxStaleMilliseconds: 3000)
    options.control?.freshness = rules
    try await withFleet(options) { fleet in
      let router = try await fleet.startRouter(World.routerOptions(workers: 1))
      let tenant = fleet.tenants[0]
      // On a busy machine a poll may come too late for the first.
      var opened: PsqlSession?
      try await eventually("a session") {
        opened = try PsqlSession(router.conninfo(to: tenant), in: fleet)
        return (try? await opened?.query("SELECT 1")) == "1"
      }
      let session = try #require(opened)
      await fleet.stopControl()

      // What the sidecar had heard by then is told by now, and the router goes by it.
      try await eventually("the router knows that nobody confirms the map any more") {
        router.process.signal(SIGUSR1)
        return router.log.contains("control-plane=unreachable")
      }
      let end = try fleet.confirmedAtMilliseconds() + 3000
      try await eventually("a refusal") {
        let asked = Date.nowMilliseconds
        let isRefused = try await fleet.refusal(of: tenant.id, by: router) != nil
        let answered = Date.nowMilliseconds
        // Who is let in has asked before the end, and who is refused hears of it after.
        if isRefused {
          #expect(answered >= end - 20, "refused \(end - answered) ms before the end")
        } else {
          try #require(asked <= end + 20, "let in \(asked - end) ms after the end")
        }
        return isRefused
      }
      for _ in 0..<10 { #expect(try await fleet.refusal(of: tenant.id, by: router) != nil) }
      // What is established goes on.
      #expect(try await session.query("SELECT 2") == "2")

      try await fleet.startControl()
      try await eventually("a session after the outage") {
        try await fleet.refusal(of: tenant.id, by: router) == nil
      }
    }
  }

  @Test func `a killed sidecar disturbs nobody, and goes on where it was`() async throws {
    try await withFleet(.controlled) { fleet in
      let sidecar = try #require(fleet.sidecar)
      let router = try await fleet.startRouter(World.routerOptions(workers: 1))
      let tenant = fleet.tenants[0]
      for shard in ["s2", "s1", "s2"] {
        let before = try await fleet.instance(of: tenant, through: router)
        await sidecar.kill()
        #expect(!sidecar.isRunning)
        try await fleet.moveTenantRecord(tenant, to: shard)
        #expect(try await fleet.instance(of: tenant, through: router) == before)
        try await sidecar.start()
        try await eventually("a session on \(shard)") {
          try await fleet.leads(tenant, to: "\(shard)-a", through: router)
        }
      }
    }
  }
}
