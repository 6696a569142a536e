import Routing
import ShardMap
import Testing

@Suite("Reads of one's own writes")
struct SessionTests {
  private static let now: UInt64 = 1_000_000_000_000

  /// When the write had ended, and the moment for which the replica is proven.
  @Test(
    "go to a replica that is proven for the moment the write had ended, or a later one",
    arguments: [
      (written: now - 100, freshAsOf: now - 101, "p floor-not-reached"),
      (written: now - 100, freshAsOf: now - 100, "r only-candidate"),
      (written: now - 100, freshAsOf: now - 99, "r only-candidate"),
      (written: now, freshAsOf: now, "r only-candidate"),
      (written: now, freshAsOf: now - 1, "p floor-not-reached"),
      // Nothing is proven of the replica.
      (written: 1, freshAsOf: 0, "p lag-unknown"),
      // The session has written nothing: it knows of nothing that a replica could miss.
      (written: 0, freshAsOf: 0, "r only-candidate"),
      (written: 0, freshAsOf: 1, "r only-candidate"),
    ] as [(written: UInt64, freshAsOf: UInt64, String)])
  func floor(written: UInt64, freshAsOf: UInt64, expected: String) throws {
    let worker = try Worker(Fleet(replicas: ["r@east/a"]))
    worker.set(sample(freshAsOf: freshAsOf), of: "r")
    worker.floor = SessionFloor(lastWriteEndedAt: MonotonicTime(nanoseconds: written))
    #expect(worker.told("s1-eventual", .session) == expected)
  }

  /// A position that was given, the replica's, and whether a write of the session's own is missing.
  @Test(
    "find a position that the session was given, and its own write besides",
    arguments: [
      (given: 100, replayed: 99, isBehind: false, "p floor-not-reached"),
      (given: 100, replayed: 100, isBehind: false, "r only-candidate"),
      (given: 100, replayed: 101, isBehind: false, "r only-candidate"),
      (given: 100, replayed: 101, isBehind: true, "p floor-not-reached"),
      (given: .max, replayed: .max, isBehind: false, "r only-candidate"),
      (given: .max, replayed: .max - 1, isBehind: false, "p floor-not-reached"),
      (given: 0, replayed: 0, isBehind: false, "r only-candidate"),
    ] as [(given: UInt64, replayed: UInt64, isBehind: Bool, String)])
  func explicit(given: UInt64, replayed: UInt64, isBehind: Bool, expected: String) throws {
    let worker = try Worker(Fleet(replicas: ["r@east/a"]))
    worker.set(sample(freshAsOf: Self.now - 10, position: replayed), of: "r")
    worker.floor = SessionFloor(
      lastWriteEndedAt: MonotonicTime(nanoseconds: Self.now - (isBehind ? 9 : 10)),
      explicit: LogPosition(rawValue: given))
    #expect(worker.told("s1-eventual", .session) == expected)
  }

  @Test("find a position that was given without a write of one's own, whenever it was sampled")
  func explicitOnly() throws {
    let worker = try Worker(Fleet(replicas: ["r@east/a"]))
    worker.floor = SessionFloor(explicit: LogPosition(rawValue: 7))
    worker.set(sample(freshAsOf: 0, position: 7), of: "r")
    #expect(worker.told("s1-eventual", .session) == "r only-candidate")
    worker.set(sample(freshAsOf: 0, position: 6), of: "r")
    #expect(worker.told("s1-eventual", .session) == "p floor-not-reached")
    worker.set(nil, of: "r")
    #expect(worker.told("s1-eventual", .session) == "p lag-unknown")
  }

  @Test("go to the primary where the only proof is older than ten seconds")
  func oldSample() throws {
    let worker = try Worker(Fleet(replicas: ["r@east/a"]))
    worker.floor = SessionFloor(lastWriteEndedAt: MonotonicTime(nanoseconds: 1))
    worker.sample("r", lag: 10, age: 10)
    #expect(worker.told("s1-eventual", .session) == "r only-candidate")
    worker.seconds += 0.001
    #expect(worker.told("s1-eventual", .session) == "p lag-unknown")
  }

  @Test("never go to a replica where the session may write")
  func unreachable() throws {
    let worker = try Worker(Fleet(replicas: ["r@east/a"]))
    worker.sample("r", lag: 0, position: .max)
    worker.floor = .unreachable
    #expect(worker.told("s1-eventual", .session) == "p floor-not-reached")
    #expect(worker.told("s1-eventual", .eventual) == "r only-candidate")
    #expect(worker.told("s1-eventual", .bounded(milliseconds: 1)) == "r only-candidate")
  }

  @Test("without a write go to the nearest, and need no sample for it")
  func nothingWritten() throws {
    let worker = try Worker(Fleet(replicas: ["here@east/a", "far@west/a"]))
    #expect(worker.told("s1-eventual", .session) == "here same-zone")
    worker.sample("far", lag: 1)
    #expect(worker.told("s1-eventual", .session) == "here same-zone")
  }

  @Test("tell why a replica was left")
  func verdicts() throws {
    let worker = try Worker(
      Fleet(replicas: ["fresh@west/a", "late@east/a", "dark@east/a", "odd@east/a"]))
    worker.floor = SessionFloor(
      lastWriteEndedAt: MonotonicTime(nanoseconds: Self.now - 2_000_000_000))
    worker.sample("fresh", lag: 1)
    worker.sample("late", lag: 3)
    worker.sample("odd", lag: 0, role: .primary)
    #expect(
      worker.verdicts("s1-eventual", .session) == [
        "p: replica-preferred", "fresh: other-region", "late: behind-floor",
        "dark: lag-unproven", "odd: claims-primary",
      ])
  }

  @Test(
    "are asked for by the policy, or by its tier for what begins READ ONLY",
    arguments: [
      (readTier: Consistency?.none, readOnly: false, "p primary"),
      (readTier: .none, readOnly: true, "p primary"),
      (readTier: .session, readOnly: false, "p primary"),
      (readTier: .session, readOnly: true, "r only-candidate"),
    ] as [(readTier: Consistency?, readOnly: Bool, String)])
  func readTier(readTier: Consistency?, readOnly: Bool, expected: String) throws {
    var fleet = Fleet(replicas: ["r@east/a"])
    fleet.readTier = readTier
    let worker = try Worker(fleet)
    worker.readOnly = readOnly
    #expect(worker.told("s1-strong") == expected)
    #expect(worker.told("s1-strong", .strong) == "p primary", "what is asked for wins")
    #expect(try worker.route("s1-strong").tierAsked == nil)
    #expect(try worker.route("s1-strong", .eventual).tierAsked == .eventual)
  }

  private func sample(freshAsOf: UInt64, position: UInt64 = 1) -> InstanceSample {
    InstanceSample(
      role: .replica, takenAt: MonotonicTime(nanoseconds: Self.now),
      position: LogPosition(rawValue: position),
      freshAsOf: MonotonicTime(nanoseconds: freshAsOf))
  }
}
