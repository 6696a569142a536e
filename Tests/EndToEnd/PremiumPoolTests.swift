import Foundation
import LocalFleet
import MapDocument
import ShardMap
import Testing
import Wire

/// A premium tenant with a router of its own, beside the one for everybody.
@Suite struct PremiumPoolTests {
  /// A shared and a premium router in front of one server; `acme` is premium, `birch` is not.
  struct Pools {
    let fleet: Fleet
    let shared: LocalRouter
    let premium: LocalRouter
    var gold: FleetTenant { fleet.tenants[0] }
    var plain: FleetTenant { fleet.tenants[1] }

    /// A connection of a role that proves itself by its password, at whichever router logs it in.
    func conninfo(
      _ tenant: FleetTenant, _ router: LocalRouter, by identity: LocalRouter.Identity = .database
    ) -> Conninfo {
      router.conninfo(to: tenant, by: identity, user: FleetRole.password)
        .with("password", FleetRole.passwordText)
    }

    /// What a new session of a tenant is answered.
    func ask(_ statement: String, _ tenant: FleetTenant, _ router: LocalRouter) async throws
      -> String
    {
      try await fleet.query(statement, at: conninfo(tenant, router))
    }

    /// What psql is told by a router that doesn't let it in.
    func refusal(_ tenant: FleetTenant, _ router: LocalRouter) async throws -> String {
      let result = try await Command.result(
        of: fleet.psql("SELECT 1", at: conninfo(tenant, router)))
      #expect(!result.status.isSuccess)
      return result.errorOutput
    }
  }

  private static func withPools(
    isPooled: Bool = false, _ body: (Pools) async throws -> Void
  ) async throws {
    var fleetOptions = FleetOptions.small
    fleetOptions.replicasPerShard = 0
    try await withFleet(fleetOptions) { fleet in
      var options =
        isPooled ? World.pooled(workers: 2, .scram) : World.routerOptions(workers: 2)
      try fleet.republish { $0.makePremium(of: fleet.tenants[0].id) }
      options.sections["pool"] = "{ id: premium-1 }"
      // Ports that the kernel gives to nobody else meanwhile: a test has it start again on them.
      options.postgresPort = try LoopbackPort.free()
      options.tlsPort = try LoopbackPort.free()
      let premium = try await fleet.startRouter(options, name: "router-premium")
      try fleet.republish { $0.pools[1].addresses = ["127.0.0.1:\(premium.postgresPort)"] }
      options.sections["pool"] = "{ id: shared }"
      (options.postgresPort, options.tlsPort) = (0, 0)
      let shared = try await fleet.startRouter(options, name: "router-shared")
      try await body(Pools(fleet: fleet, shared: shared, premium: premium))
      await shared.stop()
      await premium.stop()
    }
  }

  @Test(arguments: [false, true])
  func `is served at its router, and relayed there by the shared one; others are refused there`(
    isPooled: Bool
  ) async throws {
    try await Self.withPools(isPooled: isPooled) { pools in
      let (gold, plain) = (pools.gold, pools.plain)
      for router in [pools.premium, pools.shared] {
        #expect(try await pools.ask("SELECT current_database()", gold, router) == gold.database)
      }
      #expect(
        try await pools.ask("SELECT current_database()", plain, pools.shared) == plain.database)
      let refused = try await pools.refusal(plain, pools.premium)
      #expect(refused.contains("tenant \"\(plain.id)\" is not served here"))
      #expect(refused.contains("pool \"shared\"") && refused.contains("pool \"premium-1\""))

      // However the client names its tenant, and also what it says of its own.
      for identity in [LocalRouter.Identity.option, .user] {
        let conninfo = pools.conninfo(gold, pools.shared, by: identity)
          .with("application_name", "by-\(identity)")
        #expect(
          try await pools.fleet.query("SHOW application_name", at: conninfo) == "by-\(identity)")
      }
      // A relayed session is one as any other: it has transactions, and moves its megabytes.
      let long = try PsqlSession(pools.conninfo(gold, pools.shared), in: pools.fleet)
      #expect(try await long.query("BEGIN; SELECT txid_current() > 0") == "t")
      #expect(try await long.query("SELECT length(repeat('x', 4000000))") == "4000000")
      #expect(try await long.query("SELECT repeat('y', 300000)").count == 300_000)
      #expect(try await long.query("COMMIT; SELECT 7").hasSuffix("7"))
      #expect(await long.close().isSuccess)
    }
  }

  @Test func `a session that says it was relayed already goes no further`() async throws {
    try await Self.withPools { pools in
      let client = try WireClient(port: pools.shared.postgresPort)
      try client.start(["user": "app", "database": pools.gold.id, "shardway.relayed": "elsewhere"])
      let error = try await client.error()
      #expect(error.sqlState == .cannotConnectNow)
      #expect(error.detail?.contains("\"premium-1\"") == true)
      #expect(error.detail?.contains("\"shared\"") == true)
    }
  }

  @Test(arguments: [false, true])
  func `Ctrl-C in psql cancels a statement that is relayed`(isPooled: Bool) async throws {
    try await Self.withPools(isPooled: isPooled) { pools in
      var launch = pools.fleet.psql("", at: pools.conninfo(pools.gold, pools.shared))
      launch.arguments += ["-c", "SELECT pg_sleep(60)"]
      let psql = try ChildProcess(launch)
      try await eventually("a sleeping statement") {
        try await pools.fleet.queryDirectly(
          """
          SELECT count(*) FROM pg_stat_activity WHERE state = 'active'
            AND query LIKE '%pg_sleep(60)%' AND pid <> pg_backend_pid()
          """, pools.gold) == "1"
      }
      psql.signal(SIGINT)
      _ = await psql.wait(upTo: .seconds(60))
      #expect(psql.errorOutput.contains("57014"), "\(psql.errorOutput)")
      psql.signal(SIGKILL)
    }
  }

  @Test func `a killed premium router is told to who comes by the shared one, until it is back`()
    async throws
  {
    try await Self.withPools { pools in
      let open = try PsqlSession(pools.conninfo(pools.gold, pools.shared), in: pools.fleet)
      #expect(try await open.query("SELECT 1") == "1")
      pools.premium.process.signal(SIGKILL)
      _ = await pools.premium.process.wait()
      let refused = try await pools.refusal(pools.gold, pools.shared)
      #expect(refused.contains("tenant \"\(pools.gold.id)\" can't be reached now"))
      #expect(refused.contains("No router of its pool \"premium-1\""))
      // Nobody else feels it.
      #expect(try await pools.ask("SELECT 2", pools.plain, pools.shared) == "2")
      let again = try await pools.fleet.restartRouter(pools.premium)
      #expect(try await pools.ask("SELECT 3", pools.gold, pools.shared) == "3")
      await again.stop()
    }
  }

  @Test func `a tenant that changes its pool finds its new router with its next session`()
    async throws
  {
    try await Self.withPools { pools in
      let (fleet, gold) = (pools.fleet, pools.gold)
      let open = try PsqlSession(pools.conninfo(gold, pools.premium), in: fleet)
      #expect(try await open.query("SELECT 1") == "1")
      try fleet.republish { $0.tenants[0].pool = "shared" }
      try await eventually("the premium router refuses it") {
        let client = try WireClient(port: pools.premium.postgresPort)
        try client.start(["user": "app", "database": gold.id])
        return try await client.message()?.type == "E"
      }
      // What is open goes on.
      #expect(try await open.query("SELECT 2") == "2")
      // Until it has the new map, too, it relays to the premium router, which refuses.
      try await eventually("the shared router serves it") {
        (try? await pools.ask("SELECT 3", gold, pools.shared)) == "3"
      }
    }
  }

  // MARK: Workers for a label

  @Test func `a flood at the shared workers takes no server connection of a labelled tenant`()
    async throws
  {
    var fleetOptions = FleetOptions.small
    fleetOptions.replicasPerShard = 0
    try await withFleet(fleetOptions) { fleet in
      try fleet.republish { $0.label(fleet.tenants[0].id, "gold") }
      var options = World.pooled(
        workers: 2, .trust, ["serversPerInstance": "2", "serversPerPool": "2"])
      options.sections["dedicated"] = "[{ label: gold, workers: 1, serversPerInstance: 2 }]"
      options.sections["admin"] =
        "{ address: \"127.0.0.1:0\", users: [olga], authentication: trust }"
      let router = try await fleet.startRouter(options)
      let (gold, plain) = (fleet.tenants[0], fleet.tenants[1])
      // Both of the shared workers' connections are taken, and a third session waits for one.
      var flood: [PsqlSession] = []
      for _ in 0..<2 {
        let session = try PsqlSession(router.conninfo(to: plain), in: fleet)
        _ = try await session.query("BEGIN; SELECT 1")
        flood.append(session)
      }
      let late = Task { try await fleet.query("SELECT 2", at: router.conninfo(to: plain)) }
      #expect(try await fleet.query("SELECT 3", at: router.conninfo(to: gold)) == "3")
      let kept = try PsqlSession(router.conninfo(to: gold), in: fleet)
      _ = try await kept.query("BEGIN; SELECT 1")

      let console = Conninfo(
        port: try #require(router.adminPort), user: "olga", database: "shardway")
      // A client that has gone is counted until its worker has noticed; a late worker is left out.
      try await eventually("what the shared worker has, and what the labelled one") {
        let workers = try await fleet.query("SHOW WORKERS", at: console).split(separator: "\n")
          .map { $0.split(separator: "|", omittingEmptySubsequences: false).map(String.init) }
        let names = workers.map { [$0[0], $0[1]] }
        guard names == [["0", ""], ["1", "gold"]] else { return false }
        guard workers[0][4] == "2", let clients = Int(workers[0][3]) else { return false }
        return clients >= 2 && workers[1][3] == "1" && workers[1][4] == "1"
      }

      for session in flood { _ = try await session.query("COMMIT") }
      #expect(try await late.value == "2")
      _ = try await kept.query("COMMIT")
      await router.stop()
    }
  }

  // MARK: The sample

  @Test(arguments: ["shared", "premium", "quarantine"])
  func `the sample in Config/premium is right`(name: String) async throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("shardway-premium-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(at: folder) }
    let map = folder.appendingPathComponent("map.swmap").path
    try await Command.run(
      Launch(
        World.shardwayExecutable,
        ["map", "compile", "Config/premium/map.json", "--output", map]))
    let sample = try String(contentsOfFile: "Config/premium/\(name).yaml", encoding: .utf8)
    let text = sample.replacing("/tmp/shardway-premium.swmap", with: map)
    #expect(text != sample)
    let file = folder.appendingPathComponent("router.yaml")
    try text.write(to: file, atomically: false, encoding: .utf8)
    let output = try await Command.run(
      Launch(World.routerExecutable, ["--config", file.path, "--check"]))
    #expect(output.contains("configuration: good") && output.contains("runs for pool \(name)"))
    // The same file for a pool that isn't there.
    let refused = try await Command.result(
      of: Launch(
        World.routerExecutable, ["--config", file.path, "--check", "--pool", "platinum"]))
    #expect(!refused.status.isSuccess)
    #expect(refused.errorOutput.contains("--pool: the map has no pool \"platinum\""))
  }
}

extension MapDocument {
  /// Has a premium pool whose addresses aren't known yet, for one tenant; the other pool's routers relay to it.
  mutating func makePremium(of tenant: String) {
    pools[0].foreign = .relay
    pools.append(Pool(id: "premium-1", dedicated: true))
    for place in tenants.indices where tenants[place].id == tenant {
      tenants[place].pool = "premium-1"
    }
  }

  /// Gives one tenant a policy of its own, with a label.
  fileprivate mutating func label(_ tenant: String, _ label: String) {
    var policy = policies[0]
    (policy.id, policy.label) = ("labelled", label)
    policies.append(policy)
    for place in tenants.indices where tenants[place].id == tenant {
      tenants[place].policy = "labelled"
    }
  }
}
