import Routing
import ShardMap
import Testing

@Suite("Bounded reads")
struct BoundedTests {
  private static let second: UInt64 = 1_000_000_000
  private static let now = 1000 * second

  /// What is proven, when the sample was taken, and where a read of `bounded:5s` goes.
  @Test(
    "take a replica up to the last nanosecond of the bound, the sample's age included",
    arguments: [
      (freshAsOf: now, takenAt: now, "r only-candidate"),
      (freshAsOf: now - 5 * second, takenAt: now, "r only-candidate"),
      (freshAsOf: now - 5 * second - 1, takenAt: now, "p lag-exceeded"),
      (freshAsOf: now - 5 * second, takenAt: now - 4 * second, "r only-candidate"),
      (freshAsOf: now - 5 * second - 1, takenAt: now - 5 * second, "p lag-exceeded"),
      (freshAsOf: now - 900 * second, takenAt: now, "p lag-exceeded"),
      // Nothing is proven.
      (freshAsOf: 0, takenAt: now, "p lag-unknown"),
      // A clock of another thread may be a moment ahead.
      (freshAsOf: now + 1, takenAt: now + 2, "r only-candidate"),
    ] as [(freshAsOf: UInt64, takenAt: UInt64, String)])
  func boundary(freshAsOf: UInt64, takenAt: UInt64, expected: String) throws {
    let worker = try Worker(Fleet(replicas: ["r@east/a"]))
    worker.set(sample(takenAt: takenAt, freshAsOf: freshAsOf), of: "r")
    #expect(worker.told("s1-eventual", .bounded(milliseconds: 5000)) == expected)
  }

  @Test(
    "take no sample for proof that is older than ten seconds",
    arguments: [(10 * second, "r only-candidate"), (10 * second + 1, "p lag-unknown")])
  func oldSample(age: UInt64, expected: String) throws {
    let worker = try Worker(Fleet(replicas: ["r@east/a"]))
    worker.set(sample(takenAt: Self.now - age, freshAsOf: Self.now - age), of: "r")
    #expect(worker.told("s1-eventual", .bounded(milliseconds: 60_000)) == expected)
  }

  @Test("take the whole range of bounds, also right after the clock's origin")
  func extremes() throws {
    let worker = try Worker(Fleet(replicas: ["r@east/a"]))
    worker.seconds = 0.000_000_003
    worker.set(sample(takenAt: 2, freshAsOf: 1), of: "r")
    let longest = Consistency.bounded(milliseconds: Consistency.longestBoundMilliseconds)
    #expect(worker.told("s1-eventual", longest) == "r only-candidate")
    #expect(worker.told("s1-eventual", .bounded(milliseconds: 1)) == "r only-candidate")
    worker.set(sample(takenAt: 2, freshAsOf: 0), of: "r")
    #expect(worker.told("s1-eventual", longest) == "p lag-unknown")
  }

  @Test("prefer a far replica that is fresh enough to a near one that is not")
  func nearestFresh() throws {
    let worker = try Worker(Fleet(replicas: ["here@east/a", "near@east/b", "far@west/a"]))
    worker.sample("here", lag: 6)
    worker.sample("near", lag: 5)
    worker.sample("far", lag: 1)
    #expect(worker.told("s1-eventual", .bounded(milliseconds: 5000)) == "near same-region")
    #expect(worker.told("s1-eventual", .bounded(milliseconds: 2000)) == "far other-region")
    #expect(worker.told("s1-eventual", .bounded(milliseconds: 6000)) == "here same-zone")
    #expect(worker.told("s1-eventual", .eventual) == "here same-zone")
    #expect(worker.told("s1-eventual", .bounded(milliseconds: 500)) == "p lag-exceeded")
    #expect(
      worker.verdicts("s1-eventual", .bounded(milliseconds: 2000)) == [
        "p: replica-preferred", "here: lag-over-bound", "near: lag-over-bound",
        "far: other-region",
      ])
  }

  @Test("are refused by policy where no replica is fresh enough, and only then")
  func refused() throws {
    var fleet = Fleet(replicas: ["r0@east/a", "r1@east/a"])
    fleet.boundedFallback = .refuse
    let worker = try Worker(fleet)
    let tier = Consistency.bounded(milliseconds: 5000)
    worker.sample("r0", lag: 6)
    #expect(worker.told("s1-eventual", tier) == "no-replica-fresh-enough")
    #expect(
      worker.verdicts("s1-eventual", tier) == [
        "p: policy-refuses", "r0: lag-over-bound", "r1: lag-unproven",
      ])
    worker.sample("r1", lag: 1)
    #expect(worker.told("s1-eventual", tier) == "r1 same-zone")
    // It is fresh enough, but nobody reaches it: the primary is no way out.
    #expect(worker.told("s1-eventual", tier, tried: ["r1"]) == "no-healthy-instance")
    worker.floor = SessionFloor(
      lastWriteEndedAt: MonotonicTime(nanoseconds: Self.now - 2 * Self.second))
    #expect(worker.told("s1-eventual", .session, tried: ["r1"]) == "p primary-fallback")
  }

  @Test("take one that is failing before they are refused")
  func failing() throws {
    var fleet = Fleet(replicas: ["r0@east/a", "r1@east/a"])
    fleet.boundedFallback = .refuse
    let worker = try Worker(fleet)
    worker.sample("r0", lag: 6)
    worker.sample("r1", lag: 1)
    worker.fail("r1")
    #expect(worker.told("s1-eventual", .bounded(milliseconds: 5000)) == "r1 last-resort")
    worker.fail("r1", times: 5)
    #expect(worker.told("s1-eventual", .bounded(milliseconds: 5000)) == "r1 last-resort")
  }

  private func sample(takenAt: UInt64, freshAsOf: UInt64) -> InstanceSample {
    InstanceSample(
      role: .replica, takenAt: MonotonicTime(nanoseconds: takenAt),
      position: LogPosition(rawValue: 1), freshAsOf: MonotonicTime(nanoseconds: freshAsOf))
  }
}
