import Routing
import ShardMap
import Testing

@Suite("A replica that comes back")
struct RampUpTests {
  private static let decisions = 10_000

  /// How often each replica is chosen, in decisions that change nothing but what they note.
  private func shares(_ worker: Worker, _ tier: Consistency = .eventual) throws -> [String: Double]
  {
    var counts: [String: Int] = [:]
    for _ in 0..<Self.decisions {
      counts[try worker.id(worker.route("s1-eventual", tier).instance), default: 0] += 1
    }
    return counts.mapValues { Double($0) / Double(Self.decisions) }
  }

  private func weight(_ worker: Worker, _ id: String) -> Int {
    worker.health(id).weightPercent(at: worker.now, HealthPolicy())
  }

  @Test("from an ejection grows to its full share in ten seconds")
  func afterEjection() throws {
    let worker = try Worker(Fleet(replicas: ["a@east/a", "b@east/a"]))
    worker.fail("b", times: 5)
    worker.seconds += 30
    worker.connect("b")
    for (elapsed, percent) in [(0.0, 0), (2.5, 25), (5, 50), (9, 90), (10, 100), (60, 100)] {
      worker.seconds = 1030 + elapsed
      #expect(weight(worker, "b") == percent)
      // It wins every comparison: it is as idle as the other, and was never slow.
      worker.connect("a", milliseconds: 50)
      let share = try shares(worker)["b"] ?? 0
      #expect(abs(share - Double(percent) / 100) < 0.03, "after \(elapsed) s")
    }
  }

  @Test("from a few failures, without an ejection, has its full share at once")
  func afterCooling() throws {
    let worker = try Worker(Fleet(replicas: ["a@east/a", "b@east/a"]))
    worker.fail("b", times: 4)
    worker.seconds += 30
    worker.connect("b")
    #expect(weight(worker, "b") == 100)
  }

  @Test("from lag that kept work away for a while grows to its full share in ten seconds")
  func afterLag() throws {
    let worker = try Worker(Fleet(replicas: ["a@east/a", "b@east/a"]))
    let tier = Consistency.bounded(milliseconds: 5000)
    worker.sample("a", lag: 0)
    worker.sample("b", lag: 0)
    #expect(try shares(worker, tier).count == 2)
    worker.seconds += 6
    worker.sample("a", lag: 0)
    worker.sample("b", lag: 6)
    #expect(try shares(worker, tier) == ["a": 1])
    #expect(weight(worker, "b") == 100)
    worker.sample("b", lag: 0)
    _ = try shares(worker, tier)
    #expect(weight(worker, "b") == 0)
    worker.seconds += 4
    worker.sample("a", lag: 0)
    worker.sample("b", lag: 0)
    worker.connect("a", milliseconds: 50)
    for tier in [tier, .eventual] {
      #expect(abs(try shares(worker, tier)["b", default: 0] - 0.4) < 0.03)
    }
    worker.seconds += 6
    #expect(weight(worker, "b") == 100)
  }

  @Test("from lag of a moment, such as a floor it has not reached yet, has its full share at once")
  func afterShortLag() throws {
    let worker = try Worker(Fleet(replicas: ["a@east/a", "b@east/a"]))
    for _ in 0..<20 {
      worker.sample("a", lag: 0)
      worker.sample("b", lag: 0)
      worker.floor = SessionFloor(lastWriteEndedAt: worker.now)
      for _ in 0..<50 { #expect(worker.told("s1-eventual", .session).hasSuffix("same-zone")) }
      worker.floor = SessionFloor(lastWriteEndedAt: worker.now.advanced(byNanoseconds: 1))
      for _ in 0..<4 { #expect(worker.told("s1-eventual", .session) == "p floor-not-reached") }
      worker.seconds += 4
    }
    #expect(weight(worker, "a") == 100 && weight(worker, "b") == 100)
  }

  @Test("beside others that come back shares with them as ever")
  func together() throws {
    var policy = HealthPolicy()
    policy.ejectedMaximumPercent = 100
    let worker = try Worker(
      Fleet(replicas: ["a@east/a", "b@east/a", "c@east/a"]), policy: policy)
    for id in ["a", "b", "c"] { worker.fail(id, times: 5) }
    worker.seconds += 31
    for id in ["a", "b", "c"] { worker.connect(id) }
    worker.seconds += 1
    #expect(["a", "b", "c"].map { weight(worker, $0) } == [10, 10, 10])
    for share in try shares(worker).values { #expect(abs(share - 1.0 / 3) < 0.025) }
  }

  @Test("alone takes what there is, and the other one drawn is told to ramp up")
  func verdicts() throws {
    let worker = try Worker(Fleet(replicas: ["a@east/a", "b@east/a"]))
    worker.fail("b", times: 5)
    worker.seconds += 30
    worker.connect("b")
    worker.connect("a", milliseconds: 50)
    #expect(worker.verdicts().dropFirst() == ["a: same-zone", "b: ramping-up"])
    #expect(worker.told(tried: ["a"]) == "b same-zone")
    #expect(worker.explain().candidates.map(\.weightPercent) == [100, 100, 0])
  }

  @Test("has its full share at once where the ramp is switched off")
  func noRamp() throws {
    var policy = HealthPolicy()
    policy.rampUpNanoseconds = 0
    let worker = try Worker(Fleet(replicas: ["a@east/a", "b@east/a"]), policy: policy)
    worker.fail("b", times: 5)
    worker.seconds += 30
    worker.connect("b")
    worker.connect("a", milliseconds: 50)
    #expect(try shares(worker) == ["b": 1])
    #expect(worker.health("b").weightPercent(at: worker.now, policy) == 100)
  }
}
