import RouterAPI
import Testing

@Suite("The JSON API", .serialized) struct APITests {
  @Test("tells who the router is, and how its map stands")
  func fleet() async throws {
    let answer = try await TellingRouter().get("/api/v1/fleet")
    #expect(answer.header("content-type") == "application/json")
    #expect(answer.header("cache-control") == "no-store")
    let fleet: FleetDocument = try answer.document()
    #expect(fleet.router.id == "r1" && fleet.router.version == "test")
    #expect(fleet.router.region == "eu" && fleet.router.zone == "eu-a")
    #expect(fleet.router.workers == 1 && fleet.router.uptimeSeconds >= 0)
    #expect(fleet.map.version == 7 && fleet.map.counts.tenants == 2)
    // Without a sidecar no rules of age hold.
    #expect(fleet.controlPlane.state == "none" && fleet.map.ageMilliseconds == nil)
    #expect(fleet.map.classes.isEmpty && fleet.probes == nil)
    #expect(fleet.totals == FleetDocument.Totals())
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

  @Test("tells of workers with their counters, of settings without secrets, and of nothing else")
  func others() async throws {
    let router = try TellingRouter()
    let workers: WorkersDocument = try await router.get("/api/v1/workers").document()
    #expect(workers.workers.map(\.number) == [0] && workers.workers[0].overload == "none")
    #expect(workers.workers[0].counters["connections_accepted"] == 0)
    let config: ConfigDocument = try await router.get("/api/v1/config").document()
    #expect(config.settings.first { $0.key == "location.zone" }?.value == "eu-a")
    #expect(config.settings.first { $0.key == "timeouts.stop" }?.standard == "10s")
    let pools: PoolsDocument = try await router.get("/api/v1/pools").document()
    #expect(pools == PoolsDocument(pools: [], total: 0, isCut: false))
    let modes: ModesDocument = try await router.get("/api/v1/modes").document()
    #expect(modes.modes.isEmpty)
    let tenants: TenantsDocument = try await router.get("/api/v1/tenants").document()
    #expect(tenants.tenants.isEmpty && tenants.limits.contains { $0.name == "rate" })
    #expect(try await router.get("/api/v1/nothing").status == 404)
  }

  @Test("keeps a point a second, and tells those behind a moment")
  func latency() async throws {
    let router = try TellingRouter()
    var points: [LatencyDocument.Point] = []
    for _ in 0..<600 where points.count < 2 {
      let told: LatencyDocument = try await router.get("/api/v1/latency").document()
      #expect(told.stepMilliseconds == 1000)
      points = told.points
      if points.count < 2 { try await Task.sleep(for: .milliseconds(50)) }
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
