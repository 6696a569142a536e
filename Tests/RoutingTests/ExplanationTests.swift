import Routing
import ShardMap
import Testing

@Suite struct ExplanationTests {
  @Test func `every candidate says why it was taken or left`() throws {
    let worker = try Worker(
      Fleet(replicas: [
        "far@west/a", "near@east/b", "here@east/a", "busy@east/a", "sick@east/a", "weak@east/a",
      ]))
    worker.begin("busy")
    worker.fail("sick", times: 5)
    worker.fail("weak")
    #expect(
      worker.verdicts() == [
        "p: replica-preferred", "far: farther-away", "near: farther-away", "here: same-zone",
        "busy: more-in-flight", "sick: ejected", "weak: cooling",
      ])
    #expect(
      worker.verdicts(tried: ["here", "busy"]) == [
        "p: replica-preferred", "far: farther-away", "near: same-region", "here: already-tried",
        "busy: already-tried", "sick: ejected", "weak: cooling",
      ])
  }

  @Test func `the two drawn say how the one beat the other`() throws {
    let worker = try Worker(Fleet(replicas: ["r0@east/a", "r1@east/a"]))
    #expect(Set(worker.verdicts().map { $0.drop { $0 != " " } }).contains(" drawn-second"))
    worker.connect("r0", milliseconds: 1)
    worker.connect("r1", milliseconds: 2)
    #expect(worker.verdicts().dropFirst() == ["r0: same-zone", "r1: higher-latency"])
  }

  @Test func `three alike leave one that was not drawn`() throws {
    let worker = try Worker(Fleet(replicas: ["r0@east/a", "r1@east/a", "r2@east/a"]))
    let reasons = worker.verdicts().dropFirst().map { $0.split(separator: " ")[1] }
    #expect(reasons.sorted() == ["drawn-second", "not-drawn", "same-zone"])
  }

  @Test func `the strong tier leaves the replicas`() throws {
    let worker = try Worker(Fleet(replicas: ["here@east/a"]))
    #expect(worker.verdicts("s1-strong") == ["p: primary", "here: tier-needs-primary"])
    let explanation = worker.explain("s1-strong")
    #expect(explanation.tier == .strong)
    #expect(explanation.candidates.map(\.role) == [.primary, .replica])
    #expect(explanation.candidates.map(\.distance) == [.sameZone, .sameZone])
  }

  @Test func `a decision that ends at the tenant has no candidates`() throws {
    let explanation = try Worker(Fleet(replicas: ["here@east/a"])).explain("nobody")
    #expect(explanation.candidates.isEmpty)
    #expect(explanation.shard == nil)
    #expect(explanation.outcome == .failure(.unknownTenant))
  }

  @Test func `stable names are distinct`() {
    let names = RouteReason.allCases.map(\.name) + RejectionReason.allCases.map(\.name)
    #expect(Set(names).count == names.count)
    let texts =
      RouteReason.allCases.map(\.explanation) + RejectionReason.allCases.map(\.explanation)
    #expect(Set(texts).count == texts.count)
    #expect(texts.allSatisfy { $0.count > 10 && !$0.hasSuffix(".") })
  }

  @Test(arguments: [
    RouteRefusal.noReplicaFreshEnough(ShardIndex(0)), .primaryBudgetSpent(ShardIndex(0)),
  ])
  func `a refusal for lag names shard and tenant, and says what to do`(
    refusal: RouteRefusal
  ) throws {
    let worker = try Worker(Fleet(replicas: []))
    let text = refusal.explanation(tenant: "acme", in: worker.map)
    #expect(text.contains("\"s1\"") && text.contains("\"acme\""))
    #expect(refusal.hint.contains("strong"))
  }

  /// Random fleets in random states: what is told is what is done, and it keeps the rules.
  @Test(arguments: 0..<300 as Range<UInt64>)
  func `an explanation foretells the route`(seed: UInt64) throws {
    var random = RandomSource(seed: seed)
    let zones = ["east/a", "east/b", "west/a", "west/b", "north/a"]
    let replicas = (0..<random.index(below: 8)).map {
      "r\($0)@\(zones[random.index(below: zones.count)])"
    }
    let worker = try Worker(Fleet(replicas: replicas), zone: zones.randomElement(using: &random))
    let ids = ["p"] + replicas.indices.map { "r\($0)" }
    for _ in 0..<100 {
      disturb(worker, ids, &random)
      let tried = ids.filter { _ in random.index(below: 4) == 0 }
      let tier = [Consistency.strong, .eventual, .bounded(milliseconds: 5000)].randomElement(
        using: &random)
      let explanation = worker.explain(tier: tier, tried: tried)
      let outcome = Result { () throws(RouteRefusal) in
        try worker.route(tier: tier, tried: tried)
      }
      #expect(explanation.outcome == outcome)
      check(explanation, tried: tried, worker)
    }
  }

  private func disturb(_ worker: Worker, _ ids: [String], _ random: inout RandomSource) {
    worker.seconds += Double(random.index(below: 10))
    let id = ids[random.index(below: ids.count)]
    switch random.index(below: 4) {
    case 0: worker.fail(id, times: 1 + random.index(below: 6))
    case 1: worker.connect(id, milliseconds: UInt64(random.index(below: 60)))
    case 2: worker.begin(id)
    default: break
    }
  }

  private func check(_ explanation: RouteExplanation, tried: [String], _ worker: Worker) {
    let taken = explanation.candidates.filter {
      if case .taken = $0.verdict { true } else { false }
    }
    guard case .success(let route) = explanation.outcome else {
      #expect(taken.isEmpty)
      return
    }
    #expect(taken.map(\.instance) == [route.instance])
    #expect(!tried.contains(worker.id(route.instance)))
    if route.tier == .strong { #expect(worker.id(route.instance) == "p") }
    let wellAndUntried = explanation.candidates.filter {
      $0.role == .replica && $0.health.failures == 0 && !tried.contains(worker.id($0.instance))
    }
    if route.tier == .eventual, let nearest = wellAndUntried.map(\.distance).min() {
      #expect(taken[0].role == .replica)
      #expect(taken[0].distance <= nearest)
    }
  }
}

extension Worker {
  fileprivate func explain(tier: Consistency?, tried: [String]) -> RouteExplanation {
    explain("s1-eventual", tier, tried: tried)
  }

  fileprivate func route(
    tier: Consistency?, tried: [String]
  ) throws(RouteRefusal) -> Route {
    try route("s1-eventual", tier, tried: tried)
  }
}
