import Foundation
import LocalFleet
import MapDocument
import ShardMap
import Testing
import Wire

/// A router with a freshness page that the test writes.
@Suite struct FreshnessTests {
  private static let cluster = "SHOW cluster_name"

  @Test func `a new map is told to have been applied by all workers, and when`() async throws {
    try await withFleet(.small) { fleet in
      let sidecar = try FakeSidecar(fleet)
      try sidecar.confirm()
      _ = try await fleet.startRouter(.withPage(fleet))
      try await eventually("the router's statement") {
        try sidecar.page.routers.first?.appliedVersion == fleet.publishedVersion()
      }
      // On a thread of its own: those that the tests share may all be busy for seconds.
      try await withCheckedThrowingContinuation {
        (continuation: CheckedContinuation<Void, any Error>) in
        Thread.detachNewThread {
          continuation.resume(with: Result { try Self.waitForThreeAtOnce(fleet, sidecar) })
        }
      }
    }
  }

  /// Publishes one map after the other until the router was woken for three in a row.
  ///
  /// A round counts when it begins just after a look of the router's: with one every 200 ms, and
  /// nobody woken, the next map is applied that much later than the last one. Others say nothing,
  /// and on a machine that has other work some are slow.
  private static func waitForThreeAtOnce(_ fleet: Fleet, _ sidecar: FakeSidecar) throws {
    let deadline = ContinuousClock.now + .seconds(120)
    var last: Int64 = 0
    var quick = 0
    var times: [Int64] = []
    func checkTime() throws {
      guard ContinuousClock.now < deadline else {
        throw Missing(what: "three maps in a row applied at once: they came \(times) µs apart")
      }
    }
    while quick < 3 {
      try checkTime()
      let before = wallMicroseconds
      try fleet.republish { _ in }
      let told = wallMicroseconds
      try sidecar.confirm()
      let version = try fleet.publishedVersion()
      while sidecar.page.routers.first?.appliedVersion != version {
        try checkTime()
        usleep(1000)
      }
      guard let applied = sidecar.page.routers.first?.appliedAtWallMicroseconds, applied >= before
      else { throw Missing(what: "a map that was applied after it was published") }
      if told - last < 100_000 {
        times.append(applied - last)
        quick = applied - last < 150_000 ? quick + 1 : 0
      }
      last = applied
    }
  }

  private static var wallMicroseconds: Int64 { FreshnessClock.now().wallMilliseconds * 1000 }

  /// A router that holds sessions for longer than any client of a test waits: what becomes of them
  /// sooner has another reason.
  private static func patient(_ fleet: Fleet) -> RouterOptions {
    var options = RouterOptions.withPage(fleet)
    options.sections["timeouts"] = "{ refresh: 10m, connect: 10m, login: 10m }"
    return options
  }

  @Test func `a map that can't be used is refused with a code, and the old one goes on`()
    async throws
  {
    try await withFleet(.small) { fleet in
      let sidecar = try FakeSidecar(fleet)
      try sidecar.confirm()
      let router = try await fleet.startRouter(.withPage(fleet))
      try Data("not a map\n".utf8).write(
        to: URL(fileURLWithPath: fleet.mapPath), options: .atomic)
      try await eventually("the refusal in the router's statement") {
        sidecar.page.routers.first?.refusalCode == "unusable-file"
      }
      let statement = try #require(sidecar.page.routers.first)
      #expect(statement.refusalText.contains("map"))
      #expect(try statement.appliedVersion == fleet.publishedVersion())
      #expect(
        try await fleet.query("SELECT 1", at: router.conninfo(to: fleet.tenants[0])) == "1")
    }
  }

  @Test
  func `unknown tenant, the control plane answers: a tenant that is made meanwhile is served`()
    async throws
  {
    try await withFleet(.small) { fleet in
      let sidecar = try FakeSidecar(fleet)
      try sidecar.confirm()
      let router = try await fleet.startRouter(Self.patient(fleet))
      let seen = sidecar.page.refreshWanted
      let info = Conninfo(
        port: router.postgresPort, user: FleetRole.application, database: "newcomer")
      let waiting = Task { try await fleet.query("SELECT 41 + 1", at: info) }
      let wanted = try await sidecar.refreshWanted(since: seen)
      try fleet.republish { document in
        // In the place of a tenant that has a database already.
        document.tenants[1].database = fleet.tenants[1].database
        document.tenants[1].id = "newcomer"
      }
      try sidecar.confirm(answering: wanted)
      #expect(try await waiting.value == "42")
    }
  }

  @Test func `unknown tenant: asked for once, then refused at once until a new map comes`()
    async throws
  {
    try await withFleet(.small) { fleet in
      let sidecar = try FakeSidecar(fleet)
      try sidecar.confirm()
      let router = try await fleet.startRouter(.withPage(fleet, workers: 1))
      let first = Task { try await Self.refusal(by: router, of: "nobody") }
      let wanted = try await sidecar.refreshWanted(since: 0)
      try sidecar.confirm(answering: wanted)
      #expect(try await first.value == .invalidCatalogName)
      // Remembered: nobody is asked.
      #expect(try await Self.refusal(by: router, of: "nobody") == .invalidCatalogName)
      #expect(sidecar.page.refreshWanted == wanted)
      // A new map may have it: somebody is asked again, and the session waits no longer than it may.
      try fleet.republish { _ in }
      try sidecar.confirm()
      try await eventually("the new map") {
        try sidecar.page.routers.first?.appliedVersion == fleet.publishedVersion()
      }
      let began = ContinuousClock.now
      #expect(try await Self.refusal(by: router, of: "nobody") == .invalidCatalogName)
      #expect(sidecar.page.refreshWanted != wanted)
      #expect(ContinuousClock.now - began >= .milliseconds(900), "it waits for an answer")
    }
  }

  @Test func `unknown tenant, the control plane doesn't answer: refused at once`() async throws {
    try await withFleet(.small) { fleet in
      let sidecar = try FakeSidecar(fleet)
      try sidecar.confirm(.unreachable)
      let router = try await fleet.startRouter(Self.patient(fleet))
      let seen = sidecar.page.refreshWanted
      // If it waited, this client would lose its patience first.
      #expect(try await Self.refusal(by: router, of: "nobody") == .invalidCatalogName)
      #expect(sidecar.page.refreshWanted == seen)
    }
  }

  @Test func `a router that starts with a page nobody writes goes by its true age`() async throws {
    try await withFleet(.small) { fleet in
      try fleet.republish { $0.shortenPermissions(to: 3_600_000) }
      // Old enough for the alarm, and by ten minutes not too old.
      try FakeSidecar(fleet).confirm(.unreachable, ago: .seconds(3000))
      let router = try await fleet.startRouter(.withPage(fleet))
      #expect(
        try await fleet.query("SELECT 1", at: router.conninfo(to: fleet.tenants[0])) == "1")
      #expect(
        router.log.split(separator: "\n").contains {
          $0.contains("permissions: ") && $0.contains("over 80 % of the limit")
        })
      await router.stop()
      // The same page, older than the limit.
      try FakeSidecar(fleet).confirm(.unreachable, ago: .seconds(3601))
      let again = try await fleet.startRouter(.withPage(fleet), name: "again")
      #expect(try await Self.refusal(by: again, of: fleet.tenants[0].id) == .cannotConnectNow)
      #expect(again.log.contains("permissions"))
    }
  }

  @Test func `a router starts without a page, and goes by when its map was issued`() async throws {
    try await withFleet(.small) { fleet in
      try fleet.republish {
        $0.shortenPermissions(to: 3_600_000)
        $0.issuedAt = IssueTime(
          millisecondsSince1970: FreshnessClock.now().wallMilliseconds - 60_000)
      }
      let router = try await fleet.startRouter(.withPage(fleet))
      #expect(
        try await fleet.query("SELECT 1", at: router.conninfo(to: fleet.tenants[0])) == "1")
      try fleet.republish {
        $0.issuedAt = IssueTime(
          millisecondsSince1970: FreshnessClock.now().wallMilliseconds - 3_600_001)
      }
      try await eventually("a refusal by the map's own age") {
        try await Self.refusal(by: router, of: fleet.tenants[0].id) == .cannotConnectNow
      }
      // A sidecar comes, makes the page, and confirms the map.
      try FakeSidecar(fleet).confirm()
      try await eventually("the page is found") {
        try await Self.refusal(by: router, of: fleet.tenants[0].id) == nil
      }
    }
  }

  @Test func `permissions: used to the last moment, refused from maxStale on, sessions go on`()
    async throws
  {
    try await withFleet(.small) { fleet in
      let limit: Duration = .seconds(4)
      try fleet.republish { $0.shortenPermissions(to: 4000) }
      let sidecar = try FakeSidecar(fleet)
      try sidecar.confirm()
      let router = try await fleet.startRouter(.withPage(fleet))
      // The start, and that of psql, may take more than the time there is.
      var opened: PsqlSession?
      try await eventually("a session") {
        try sidecar.confirm()
        opened = try PsqlSession(router.conninfo(to: fleet.tenants[0]), in: fleet)
        return (try? await opened?.query("SELECT 1")) == "1"
      }
      let session = try #require(opened)
      // The map is confirmed at a moment between these two.
      let before = ContinuousClock.now
      try sidecar.confirm(.unreachable)
      let after = ContinuousClock.now
      try await eventually("the router goes by that") {
        // It logs how the map stood at its last look.
        router.process.signal(SIGUSR1)
        return router.log.contains("control-plane=unreachable")
      }
      var lastServed = after
      while true {
        let asked = ContinuousClock.now
        let refusal = try await Self.refusal(by: router, of: fleet.tenants[0].id)
        let answered = ContinuousClock.now
        if refusal != nil {
          #expect(refusal == .cannotConnectNow)
          #expect(answered - before >= limit - .milliseconds(1), "refused too soon")
          break
        }
        lastServed = asked
        try #require(answered - after < limit + .seconds(20), "never refused")
      }
      #expect(lastServed - after < limit + .milliseconds(1), "let in past the limit")
      #expect(try await session.query("SELECT 2") == "2")
      try await eventually("the refusal and the sessions are counted") {
        guard let counters = sidecar.page.routers.first else { return false }
        return counters[.refusedStalePermissions] > 0 && counters[.sessionsRouted] > 0
      }
      // Confirmed again: let in again.
      try sidecar.confirm()
      try await eventually("let in again") {
        try await Self.refusal(by: router, of: fleet.tenants[0].id) == nil
      }
    }
  }

  @Test func `a bounded read goes to the primary or is refused, as the policy has it`()
    async throws
  {
    try await withFleet(.small) { fleet in
      let router = try await fleet.startRouter(World.routerOptions(workers: 1))
      let info = router.conninfo(to: fleet.tenants[0]).setting("shardway.consistency", "bounded:5s")
      #expect(try await fleet.query("SELECT pg_is_in_recovery()", at: info) == "f")
      try fleet.republish { document in
        for index in document.policies.indices {
          document.policies[index].boundedFallback = .refuse
        }
      }
      try await eventually("the refusal by policy") {
        let client = try WireClient(port: router.postgresPort)
        try client.start([
          "user": "app", "database": fleet.tenants[0].id,
          "options": "-c shardway.consistency=bounded:5s",
        ])
        guard let first = try await client.message(), first.type == "E" else { return false }
        return try ErrorResponse.decode(first.body.span.bytes).sqlState == .cannotConnectNow
      }
    }
  }

  @Test func `a primary that is gone has a refresh asked for, and the session follows the new map`()
    async throws
  {
    try await withFleet { fleet in
      let sidecar = try FakeSidecar(fleet)
      try sidecar.confirm()
      let router = try await fleet.startRouter(Self.patient(fleet))
      let tenant = fleet.tenants[0]
      let database = tenant.database
      _ = try await fleet.query(
        "CREATE DATABASE \"\(database)\" OWNER \(FleetRole.application)",
        at: fleet.shards[1].primary.superuserConninfo())
      let seen = sidecar.page.refreshWanted
      // The route leads to a port where nobody listens.
      try fleet.republish { document in
        for index in document.topology.instances.indices
        where document.topology.instances[index].id == "s1-a" {
          document.topology.instances[index].address = "127.0.0.1:1"
        }
      }
      try sidecar.confirm()
      try await eventually("the new map") {
        try sidecar.page.routers.first?.appliedVersion == fleet.publishedVersion()
      }
      let waiting = Task {
        try await fleet.query(Self.cluster, at: router.conninfo(to: tenant))
      }
      _ = try await sidecar.refreshWanted(since: seen)
      try fleet.republish { document in
        for index in document.tenants.indices where document.tenants[index].id == tenant.id {
          document.tenants[index].shard = "s2"
          document.tenants[index].generation += 1
        }
      }
      // Again and again: the first wish is for the instance's failure, and the session waits for
      // the answer to one of its own, which comes a moment later.
      let answering = Task {
        while !Task.isCancelled {
          try sidecar.confirm(answering: sidecar.page.refreshWanted)
          try await Task.sleep(for: .milliseconds(5))
        }
      }
      defer { answering.cancel() }
      #expect(try await waiting.value == "s2-a")
      try await eventually("the evidence is counted") {
        sidecar.page.routers.first?[.staleRouteEvidence] ?? 0 > 0
      }
    }
  }

  /// The SQLSTATE a new session of a tenant is refused with; nil when it is let in.
  private static func refusal(by router: LocalRouter, of tenant: String) async throws -> SQLState? {
    let client = try WireClient(port: router.postgresPort)
    try client.start(["user": "app", "database": tenant])
    guard let first = try await client.message(), first.type == "E" else { return nil }
    return try ErrorResponse.decode(first.body.span.bytes).sqlState
  }
}

extension MapDocument {
  /// Lets permissions of every policy expire after so many milliseconds.
  fileprivate mutating func shortenPermissions(to milliseconds: UInt32) {
    for index in policies.indices {
      policies[index].freshness[.permissions] = FreshnessBound(
        ttlMilliseconds: min(1000, milliseconds), maxStaleMilliseconds: milliseconds)
    }
  }
}
