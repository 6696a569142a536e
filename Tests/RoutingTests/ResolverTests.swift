import Routing
import ShardMap
import Testing

@Suite struct ResolverTests {
  static let threeZones = ["far@west/a", "near@east/b", "here@east/a"]

  @Test(arguments: [
    ("s1-strong", nil, "p primary"),
    ("s1-strong", Consistency.eventual, "here same-zone"),
    ("s1-eventual", nil, "here same-zone"),
    ("s1-eventual", .strong, "p primary"),
    ("s1-suspended", nil, "tenant-suspended"),
    ("s1-suspended", .eventual, "tenant-suspended"),
    ("nobody", nil, "unknown-tenant"),
    ("", nil, "unknown-tenant"),
  ])
  func `the session's tier wins over the policy's`(
    tenant: String, tier: Consistency?, expected: String
  ) throws {
    let worker = try Worker(Fleet(replicas: Self.threeZones))
    #expect(worker.told(tenant, tier) == expected)
  }

  @Test(arguments: [Consistency.strong, .eventual, .bounded(milliseconds: 5000)])
  func `a paused shard takes no session of any tier`(tier: Consistency) throws {
    let worker = try Worker(Fleet(replicas: Self.threeZones, mode: .paused))
    #expect(worker.told("s1-strong", tier) == "shard-paused")
    #expect(worker.told("s1-suspended", tier) == "tenant-suspended")
  }

  @Test func `a refusal names the tenant or the shard`() throws {
    let worker = try Worker(Fleet(replicas: []))
    let suspended = try #require(worker.map.tenant(id: "s1-suspended"))
    #expect(throws: RouteRefusal.tenantSuspended(suspended)) {
      try worker.route("s1-suspended")
    }
    #expect(throws: RouteRefusal.noHealthyInstance(ShardIndex(0), tried: 1)) {
      try worker.route("s1-strong", tried: ["p"])
    }
  }

  @Test func `a route carries all that it was decided from`() throws {
    let worker = try Worker(Fleet(replicas: Self.threeZones))
    let route = try worker.route("s1-eventual")
    #expect(route.tenant == worker.map.tenant(id: "s1-eventual"))
    #expect(route.shard == ShardIndex(0))
    #expect(worker.id(route.instance) == "here")
    #expect(route.slot == worker.slot("here"))
    #expect(route.tier == .eventual)
  }

  @Test func `a route tells what was asked, and how fresh its replica is proven to be`() throws {
    let worker = try Worker(Fleet(replicas: ["here@east/a"]))
    let unproven = try worker.route("s1-eventual")
    #expect(unproven.tierAsked == nil)
    #expect(unproven.provenLagNanoseconds == nil && unproven.sampleAgeNanoseconds == nil)
    worker.sample("here", lag: 0.5, age: 0.25)
    for tier in [Consistency.eventual, .session, .bounded(milliseconds: 500)] {
      let route = try worker.route("s1-strong", tier)
      #expect(worker.id(route.instance) == "here")
      #expect(route.tier == tier && route.tierAsked == tier)
      #expect(route.provenLagNanoseconds == 500_000_000)
      #expect(route.sampleAgeNanoseconds == 250_000_000)
      let candidate = worker.explain("s1-strong", tier).candidates[1]
      #expect(candidate.provenLagNanoseconds == 500_000_000)
      #expect(candidate.sampleAgeNanoseconds == 250_000_000)
    }
    let primary = try worker.route("s1-strong")
    #expect(primary.provenLagNanoseconds == nil && primary.sampleAgeNanoseconds == nil)
  }

  @Test(arguments: [
    ("east/a", nil, "here same-zone"),
    ("east/b", nil, "near same-zone"),
    ("west/a", nil, "far same-zone"),
    ("east/c", nil, "here same-region"),
    (nil, "west", "far same-region"),
    (nil, "west", "far same-region"),
    ("east/a", "west", "far same-region"),
    ("east/a", "nowhere", "far other-region"),
    ("nowhere", nil, "far other-region"),
    (nil, nil, "far other-region"),
  ])
  func `the nearest replica serves`(zone: String?, region: String?, expected: String) throws {
    // A spare makes the zone east/c, where no replica is.
    var fleet = Fleet(replicas: Self.threeZones)
    fleet.spares = ["spare@east/c"]
    let worker = try Worker(fleet, zone: zone, region: region)
    // Where distance does not decide, the measured latency or what is in flight does.
    worker.connect("far", milliseconds: 5)
    worker.connect("near", milliseconds: 50)
    worker.connect("here", milliseconds: 25)
    worker.begin("near")
    #expect(worker.told() == expected)
  }

  @Test func `what was tried is not chosen again, and the primary comes after the replicas`() throws
  {
    let worker = try Worker(Fleet(replicas: Self.threeZones))
    #expect(worker.told(tried: ["here"]) == "near same-region")
    #expect(worker.told(tried: ["here", "near"]) == "far other-region")
    #expect(worker.told(tried: ["here", "near", "far"]) == "p primary-fallback")
    #expect(worker.told(tried: ["here", "near", "far", "p"]) == "no-healthy-instance")
    #expect(worker.told("s1-strong", tried: ["here"]) == "p primary")
    #expect(worker.told("s1-strong", tried: ["p"]) == "no-healthy-instance")
  }

  @Test func `a session has as many attempts as it has room to remember`() throws {
    let replicas = (0..<TriedInstances.capacity + 1).map { "r\($0)@east/a" }
    let worker = try Worker(Fleet(replicas: replicas))
    let ids = replicas.indices.map { "r\($0)" }
    let allButOne = Array(ids.prefix(TriedInstances.capacity - 1))
    #expect(worker.told(tried: allButOne + allButOne).hasSuffix(" same-zone"))
    #expect(worker.told(tried: ids) == "no-healthy-instance")
    #expect(worker.verdicts(tried: ids).last == "r8: attempts-exhausted")
  }

  @Test func `a shard without replicas serves eventual reads from its primary`() throws {
    let worker = try Worker(Fleet(replicas: []))
    #expect(worker.told() == "p primary-fallback")
    #expect(!worker.isPanicking())
  }

  @Test func `a single replica is named as such`() throws {
    let worker = try Worker(Fleet(replicas: ["far@west/a"]))
    #expect(worker.told() == "far only-candidate")
  }

  @Test func `an ejected primary still serves the tier that has no alternative`() throws {
    let worker = try Worker(Fleet(replicas: ["here@east/a"]))
    worker.fail("p", times: 5)
    #expect(worker.health("p").isEjected(at: worker.now))
    #expect(worker.told("s1-strong") == "p primary")
  }

  @Test(arguments: [
    ("nobody", [], "tenant \"nobody\" is not in the map (version 1)"),
    ("s1-suspended", [], "tenant \"s1-suspended\" is suspended: it may not open sessions"),
    (
      "s1-strong", ["p"],
      "shard \"s1\" of tenant \"s1-strong\" has no instance left that may serve the session (1 tried)"
    ),
  ])
  func `a refusal tells what happened to what`(
    tenant: String, tried: [String], expected: String
  ) throws {
    let worker = try Worker(Fleet(replicas: []))
    let refusal = try #require(throws: RouteRefusal.self) {
      try worker.route(tenant, tried: tried)
    }
    #expect(refusal.explanation(tenant: tenant, in: worker.map) == expected)
  }
}
