import ShardMap
import Testing

@testable import Routing

/// Evidence that a primary is gone: what makes it, and what ends it.
@Suite("Evidence of an absent primary")
struct PrimaryAbsenceTests {
  /// What happens to an instance, and when, in milliseconds.
  enum Event { case fails(Double), answers(Double) }

  @Test(
    "it takes several failures over a time, and one answer ends it",
    arguments: [
      ([Event.fails(0), .fails(300)], false),
      ([.fails(0), .fails(100), .fails(249)], false),
      ([.fails(0), .fails(100), .fails(250)], true),
      ([.fails(0), .fails(1), .fails(2), .fails(3)], false),
      ([.fails(0), .answers(100), .fails(200), .fails(500)], false),
      ([.fails(0), .fails(100), .fails(300), .answers(301)], false),
      ([.fails(0), .fails(100), .fails(300), .answers(301), .fails(302)], false),
      ([.fails(0), .fails(100), .fails(300), .fails(20_000), .fails(40_000)], true),
      ([.fails(0), .fails(100), .fails(30_101)], false),
    ])
  func machine(events: [Event], isAbsent: Bool) {
    var absence = PrimaryAbsence()
    for event in events {
      switch event {
      case .fails(let time): _ = absence.failed(at: Self.time(time))
      case .answers: _ = absence.answered()
      }
    }
    #expect((absence.since != nil) == isAbsent)
  }

  @Test("each turn is told once")
  func turns() {
    var absence = PrimaryAbsence()
    let turned = [0, 200, 400, 600].map { absence.failed(at: Self.time($0)) }
    #expect(turned == [false, false, true, false])
    let begun = Self.time(0)
    #expect(absence.since == begun)
    let ends = [absence.answered(), absence.answered()]
    #expect(ends == [true, false])
  }

  private static func time(_ milliseconds: Double) -> MonotonicTime {
    MonotonicTime(nanoseconds: 1_000_000_000 + UInt64(milliseconds * 1e6))
  }

  // MARK: In a table of health

  private func lostPrimary(
    _ replicas: [String], _ rules: DegradationRules = .standard
  ) throws -> Worker {
    var fleet = Fleet(replicas: replicas)
    fleet.degradation = rules
    let worker = try Worker(fleet)
    for _ in 0..<3 {
      worker.fail("p")
      worker.seconds += 0.2
    }
    return worker
  }

  @Test("a shard without a primary is read-only: reads go on, and strong work finds out")
  func readOnly() throws {
    let worker = try lostPrimary(["near@east/a"])
    #expect(try worker.mode() == "read-only no-primary")
    #expect(worker.told("s1-eventual") == "near only-candidate")
    #expect(worker.told("s1-strong") == "p primary")
    #expect(try worker.route("s1-strong").mode == ModeInForce(.readOnly, .noPrimary))
    worker.answer("p")
    #expect(try worker.mode() == "normal none")
  }

  @Test("a connection alone is no answer")
  func connection() throws {
    let worker = try lostPrimary(["near@east/a"])
    worker.connect("p")
    #expect(try worker.mode() == "read-only no-primary")
  }

  @Test("a shard without replicas has no mode of its own: nothing there could go on")
  func noReplicas() throws {
    #expect(try lostPrimary([]).mode() == "normal none")
  }

  @Test("a replica that is gone degrades nothing")
  func replica() throws {
    let worker = try Worker(Fleet(replicas: ["near@east/a"]))
    for _ in 0..<5 {
      worker.fail("near")
      worker.seconds += 0.2
    }
    #expect(try worker.mode() == "normal none")
  }

  @Test("what people have chosen comes first where it is as deep")
  func chosen() throws {
    let worker = try lostPrimary(["near@east/a"])
    try worker.adopt(Fleet(replicas: ["near@east/a"], mode: .readOnly))
    #expect(try worker.mode() == "read-only map-shard")
    try worker.adopt(Fleet(replicas: ["near@east/a"], mode: .relaxed))
    #expect(try worker.mode() == "read-only no-primary")
    try worker.adopt(Fleet(replicas: ["near@east/a"], mode: .paused))
    #expect(try worker.mode() == "paused map-shard")
  }

  @Test("a policy that puts up with nothing has its reads refused, and its strong work finds out")
  func optedOut() throws {
    let worker = try lostPrimary(["near@east/a"], DegradationRules(deepest: .normal))
    #expect(worker.told("s1-eventual") == "mode-refused")
    #expect(worker.told("s1-strong") == "p primary")
    worker.answer("p")
    #expect(worker.told("s1-eventual") == "near only-candidate")
  }

  @Test("evidence is too old after a while without another failure, noted or not")
  func expires() throws {
    let worker = try lostPrimary(["near@east/a"])
    worker.seconds += 29
    #expect(try worker.mode() == "read-only no-primary")
    worker.seconds += 1
    #expect(try worker.mode() == "normal none")
    worker.forgetOldEvidence()
    worker.seconds -= 1
    #expect(try worker.mode() == "normal none")
  }

  @Test("a map with another primary ends it, and the old one's return changes nothing")
  func otherPrimary() throws {
    let worker = try lostPrimary(["near@east/a"])
    var failedOver = Fleet(replicas: ["p@east/a"])
    failedOver.shards[0].primary = "near@east/a"
    try worker.adopt(failedOver)
    #expect(try worker.mode() == "normal none")
    worker.answer("p")
    try worker.adopt(Fleet(replicas: ["near@east/a"]))
    #expect(try worker.mode() == "normal none")
  }

  @Test("a map without the instance forgets it")
  func gone() throws {
    let worker = try lostPrimary(["near@east/a"])
    var other = Fleet(replicas: ["near@east/a"])
    other.shards[0].primary = "q@east/a"
    try worker.adopt(other)
    try worker.adopt(Fleet(replicas: ["near@east/a"]))
    #expect(try worker.mode() == "normal none")
  }
}
