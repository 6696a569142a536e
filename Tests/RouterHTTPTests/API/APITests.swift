import DataPlane
import Foundation
import RouterAPI
import RouterHTTP
import ShardMap
import Testing

@Suite("The JSON API", .serialized) struct APITests {
  /// What a router tells once it is whole: without a worker that had no time to answer it isn't.
  private func told<Document: Decodable>(
    _ router: TellingRouter, _ path: String, until isWhole: (Document) -> Bool
  ) async throws -> Document {
    let deadline = ContinuousClock.now + .seconds(120)
    while true {
      let document: Document = try await router.get(path).document()
      if isWhole(document) || ContinuousClock.now > deadline { return document }
      try await Task.sleep(for: .milliseconds(50))
    }
  }

  @Test("tells who the router is, and how its map stands")
  func fleet() async throws {
    let router = try TellingRouter()
    let answer = try await router.get("/api/v1/fleet")
    #expect(answer.header("content-type") == "application/json")
    #expect(answer.header("cache-control") == "no-store")
    let fleet: FleetDocument = try await told(router, "/api/v1/fleet") {
      $0.totals.unwellInstances != nil
    }
    #expect(fleet.router.id == "r1" && fleet.router.version == "test")
    #expect(fleet.router.region == "eu" && fleet.router.zone == "eu-a")
    #expect(fleet.router.workers == 1 && fleet.router.uptimeSeconds >= 0)
    #expect(fleet.map.version == 7 && fleet.map.counts.tenants == 2)
    // Without a sidecar no rules of age hold.
    #expect(fleet.controlPlane.state == "none" && fleet.map.ageMilliseconds == nil)
    #expect(fleet.map.classes.isEmpty && fleet.probes == nil)
    var totals = FleetDocument.Totals()
    totals.unwellInstances = 0
    #expect(fleet.totals == totals)
  }

  @Test("counts what is not well of the whole map, and not only of the shards that are listed")
  func unwell() async throws {
    // Nobody listens at their primaries.
    let router = try TestRouter(
      TestMap.compiled(shards: 250, tenants: 250, port: 1), routes: [APIRoutes(id: "r1")])
    let client = try HTTPConnection(port: router.router.addresses[0].port)
    let startup = Array("user\0app\0database\0t249\0\0".utf8)
    try client.say([0, 0, 0, UInt8(8 + startup.count), 0, 3, 0, 0] + startup)
    var unwell: Int?
    for _ in 0..<600 where unwell != 1 {
      let body = try await HTTPConnection.get("/api/v1/fleet", port: router.port).body
      unwell = try JSONDecoder().decode(FleetDocument.self, from: Data(body.utf8))
        .totals.unwellInstances
      if unwell != 1 { try await Task.sleep(for: .milliseconds(50)) }
    }
    #expect(unwell == 1)
    withExtendedLifetime(client) {}
  }

  @Test("tells of shards and their instances, as many as are asked for")
  func shards() async throws {
    let router = try TellingRouter()
    let all: ShardsDocument = try await router.get("/api/v1/shards").document()
    #expect(all.shards.map(\.id) == ["s1", "s2"] && all.total == 2)
    #expect(all.shards[0].epoch == 4)
    #expect(all.shards[0].instances.map(\.id) == ["s1-a", "s1-b"])
    #expect(all.shards[0].instances.map(\.role) == ["primary", "replica"])
    #expect(all.shards[0].instances.map(\.zone) == ["eu-a", "eu-b"])
    #expect(all.shards[0].instances.allSatisfy { $0.health == "healthy" && $0.inFlight == 0 })
    #expect(all.shards[0].instances[1].lagMilliseconds == nil)
    let one: ShardsDocument = try await router.get("/api/v1/shards?limit=1").document()
    #expect(one.shards.count == 1 && one.total == 2)
  }

  @Test("explains a tenant's route, in its policy's tier first")
  func route() async throws {
    let answer = try await TellingRouter().get("/api/v1/route?tenant=acme")
    let route: RouteDocument = try answer.document()
    #expect(route.tenant == "acme" && route.shard == "s1" && route.policy == "standard")
    #expect(route.decisions.map(\.tierAsked) == ["eventual", "strong", "session", "bounded:1s"])
    #expect(route.decisions.map(\.isOfPolicy) == [true, false, false, false])
    let (eventual, strong) = (route.decisions[0], route.decisions[1])
    #expect(eventual.instance == "s1-b" && eventual.reason == "only-candidate")
    #expect(strong.instance == "s1-a" && strong.reason == "primary")
    #expect(strong.candidates.map(\.isTaken) == [true, false])
    #expect(strong.candidates[1].reason == "tier-needs-primary")
    #expect(strong.candidates[1].distance == "same-region")
    // Nobody probes: nothing is proven of the replica.
    #expect(route.decisions[3].reason == "lag-unknown")
  }

  @Test("says why there is no route, for a tenant that the map doesn't have")
  func unknownTenant() async throws {
    let answer = try await TellingRouter().get("/api/v1/route?tenant=nobody%22%3C")
    let route: RouteDocument = try answer.document()
    #expect(route.tenant == "nobody\"<" && route.shard == nil && route.decisions.count == 1)
    #expect(route.decisions[0].instance == nil && !route.decisions[0].isOfPolicy)
    #expect(route.decisions[0].explanation.contains("is not in the map (version 7)"))
    #expect(route.decisions[0].hint != nil)
  }

  @Test("takes names as they are: what is markup elsewhere is a name in JSON")
  func markup() async throws {
    let answer = try await TellingRouter().get(
      "/api/v1/route?tenant=%3Cscript%3Ealert(1)%3C/script%3E")
    #expect(answer.header("x-content-type-options") == "nosniff")
    let route: RouteDocument = try answer.document()
    #expect(route.tenant == "<script>alert(1)</script>" && route.shard == "s1")
  }

  @Test(
    "refuses a question that can't be meant, and says what is wrong",
    arguments: [
      ("route", "the parameter tenant is missing"), ("route?tenant=", "is missing"),
      ("route?tenant=\(String(repeating: "x", count: 64))", "longer than 63 bytes"),
      ("shards?limit=0", "should be 1 to 1000"), ("pools?limit=many", "should be 1 to 1000"),
      ("latency?after=-1", "milliseconds since 1970"),
    ])
  func refused(path: String, detail: String) async throws {
    let answer = try await TellingRouter().get("/api/v1/\(path)")
    #expect(answer.status == 400)
    #expect(answer.header("content-type") == "application/problem+json")
    let problem: ProblemDocument = try answer.document()
    #expect(problem.status == 400 && problem.detail.contains(detail))
  }

  @Test("tells of workers with their counters, of pools, modes and tenants, and of nothing else")
  func others() async throws {
    let router = try TellingRouter()
    let workers: WorkersDocument = try await told(router, "/api/v1/workers") {
      !$0.workers.isEmpty
    }
    let worker = try #require(workers.workers.first)
    #expect(workers.workers.map(\.number) == [0] && worker.overload == "none")
    #expect(worker.counters["connections_accepted"] == 0)
    let pools: PoolsDocument = try await router.get("/api/v1/pools").document()
    #expect(pools == PoolsDocument(pools: [], total: 0, isCut: false))
    let modes: ModesDocument = try await router.get("/api/v1/modes").document()
    #expect(modes.modes.isEmpty)
    let tenants: TenantsDocument = try await router.get("/api/v1/tenants").document()
    #expect(tenants.tenants.isEmpty && tenants.limits.contains { $0.name == "rate" })
    #expect(try await router.get("/api/v1/nothing").status == 404)
  }

  @Test("tells the settings in force, and not those of the start; which a reload changes, too")
  func config() async throws {
    let router = try TellingRouter()
    func setting(_ key: String) async throws -> ConfigDocument.Setting? {
      let config: ConfigDocument = try await router.get("/api/v1/config").document()
      return config.settings.first { $0.key == key }
    }
    let zone = ConfigDocument.Setting(
      key: "location.zone", value: "eu-a", standard: nil, isReloadable: false)
    var login = ConfigDocument.Setting(
      key: "timeouts.login", value: "15s", standard: "15s", isReloadable: true)
    #expect(try await setting("location.zone") == zone)
    #expect(try await setting("timeouts.login") == login)
    router.reload {
      $0.timeouts.login = .milliseconds(2500)
      $0.zone = "eu-b"
    }
    login.value = "2500ms"
    #expect(try await setting("timeouts.login") == login)
    #expect(try await setting("location.zone") == zone)
    #expect(try await setting("configuration.version")?.value == "2")
  }

  @Test("keeps a point a second, and tells those behind a moment")
  func latency() async throws {
    let router = try TellingRouter()
    var points: [LatencyDocument.Point] = []
    // By their moments: those behind the first are asked for below.
    var moments: Set<Int64> { Set(points.map(\.atMilliseconds)) }
    for _ in 0..<600 where moments.count < 2 {
      let told: LatencyDocument = try await router.get("/api/v1/latency").document()
      #expect(told.stepMilliseconds == 1000)
      points = told.points
      if moments.count < 2 { try await Task.sleep(for: .milliseconds(50)) }
    }
    let first = try #require(points.first)
    #expect(first.transactionsPerSecond == 0 && first.p99Microseconds == nil)
    let rest: LatencyDocument = try await router.get(
      "/api/v1/latency?after=\(first.atMilliseconds)"
    ).document()
    #expect(!rest.points.isEmpty)
    #expect(rest.points.allSatisfy { $0.atMilliseconds > first.atMilliseconds })
  }
}
