import Routing
import ShardMap
import Testing

@Suite struct PanicTests {
  /// Failures that make a replica unhealthy, long enough ago that it isn't cooling any more.
  private func breakDown(_ ids: [String], _ worker: Worker) {
    for id in ids { worker.fail(id, times: 5) }
    worker.seconds += 29
  }

  private func fleet(replicas: Int) -> Fleet {
    Fleet(replicas: (0..<replicas).map { "r\($0)@east/a" })
  }

  @Test(arguments: [
    // replicas, broken, panics, recovered to leave
    (1, 1, true, 1), (2, 1, false, 0), (2, 2, true, 2), (3, 1, false, 0), (3, 2, true, 1),
    (4, 2, false, 0), (4, 3, true, 2), (10, 5, false, 0), (10, 6, true, 2), (15, 8, true, 2),
  ])
  func `a shard panics below half and calms down at three fifths`(
    replicas: Int, broken: Int, panics: Bool, recovered: Int
  ) throws {
    let worker = try Worker(fleet(replicas: replicas))
    breakDown((0..<broken).map { "r\($0)" }, worker)
    let reason = try worker.route().reason
    #expect(worker.isPanicking() == panics)
    #expect((reason == .panic) == panics)
    for healthy in 0..<recovered {
      #expect(worker.isPanicking())
      worker.connect("r\(healthy)")
      _ = try worker.route()
    }
    #expect(!worker.isPanicking())
  }

  @Test func `panic makes ejected replicas candidates again`() throws {
    let worker = try Worker(fleet(replicas: 3))
    breakDown(["r0", "r1"], worker)
    #expect(worker.health("r0").isEjected(at: worker.now))
    let chosen = try Set((0..<100).map { _ in try worker.id(worker.route().instance) })
    #expect(chosen == ["r0", "r1", "r2"])
  }

  @Test func `even in panic a replica that failed a moment ago comes after the primary`() throws {
    let worker = try Worker(fleet(replicas: 1))
    worker.fail("r0", times: 5)
    #expect(worker.told() == "p primary-fallback")
    #expect(worker.isPanicking())
    worker.seconds += 5
    #expect(worker.told() == "r0 panic")
    #expect(worker.told(tried: ["r0"]) == "p primary-fallback")
  }

  @Test func `where all have just failed, everything untried gets its chance`() throws {
    let worker = try Worker(fleet(replicas: 2))
    for id in ["r0", "r1", "p"] { worker.fail(id) }
    #expect(worker.told().hasSuffix("last-resort"))
    #expect(worker.told(tried: ["r0"]) == "r1 last-resort")
    #expect(worker.told(tried: ["r0", "r1"]) == "p primary-fallback")
    #expect(worker.told(tried: ["r0", "r1", "p"]) == "no-healthy-instance")
  }

  @Test func `an ejected replica is the last resort where the shard doesn't panic`() throws {
    let worker = try Worker(fleet(replicas: 2))
    worker.fail("r0", times: 5)
    #expect(worker.told(tried: ["r1"]) == "p primary-fallback")
    #expect(worker.told(tried: ["r1", "p"]) == "r0 last-resort")
    #expect(worker.told() == "r1 same-zone")
  }

  @Test func `panic ignores ejections, and never lag`() throws {
    let worker = try Worker(fleet(replicas: 3))
    let tier = Consistency.bounded(milliseconds: 5000)
    breakDown(["r0", "r1"], worker)
    worker.sample("r0", lag: 1)
    worker.sample("r1", lag: 9)
    worker.sample("r2", lag: 9)
    #expect(worker.health("r0").isEjected(at: worker.now))
    for _ in 0..<10 { #expect(worker.told("s1-eventual", tier) == "r0 panic") }
    #expect(worker.isPanicking())
    #expect(
      worker.verdicts("s1-eventual", tier) == [
        "p: replica-preferred", "r0: panic", "r1: lag-over-bound", "r2: lag-over-bound",
      ])
    worker.sample("r0", lag: 9)
    #expect(worker.told("s1-eventual", tier) == "p lag-exceeded")
  }

  @Test func `strong sessions neither cause nor see a panic`() throws {
    let worker = try Worker(fleet(replicas: 2))
    breakDown(["r0", "r1"], worker)
    #expect(worker.told("s1-strong") == "p primary")
    #expect(!worker.isPanicking())
    _ = worker.told("s1-eventual")
    #expect(worker.told("s1-strong") == "p primary")
    #expect(worker.isPanicking(), "a strong session must not calm down what it did not look at")
  }
}
