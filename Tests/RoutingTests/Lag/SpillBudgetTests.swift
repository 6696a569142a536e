import Routing
import ShardMap
import Testing

@Suite("The budget of reads on a primary")
struct SpillBudgetTests {
  private static func time(_ seconds: Double) -> MonotonicTime {
    MonotonicTime(nanoseconds: UInt64(seconds * 1e9))
  }

  /// Reads of which each spills over if it may; how many did, of the last half.
  private func spilled(percent: UInt8, reads: Int, perSecond: Double) -> Int {
    var budget = SpillBudget()
    var spilled = 0
    for read in 0..<reads {
      let now = Self.time(1000 + Double(read) / perSecond)
      let may = budget.allowsOneMore(percent: percent, at: now)
      budget.count(spilled: may, at: now)
      if may, read >= reads / 2 { spilled += 1 }
    }
    return spilled
  }

  @Test(
    "lets through its share of a steady stream, whatever the rate",
    arguments: [1, 5, 20, 50, 99] as [UInt8], [100.0, 10_000])
  func share(percent: UInt8, perSecond: Double) {
    let reads = Int(40 * perSecond)
    let share = Double(spilled(percent: percent, reads: reads, perSecond: perSecond)) * 200
    // Three in about eight seconds are always let through.
    let least = 300 / (8 * perSecond)
    #expect(abs(share / Double(reads) - max(Double(percent), least)) < 0.05 * Double(percent) + 0.3)
  }

  @Test("of 0 lets nothing through, of 100 everything")
  func extremes() {
    #expect(spilled(percent: 0, reads: 1000, perSecond: 10) == 0)
    #expect(spilled(percent: 100, reads: 1000, perSecond: 1000) == 500)
    #expect(spilled(percent: 255, reads: 10, perSecond: 1) == 5)
  }

  @Test("lets through three at once, whatever the share, and three again when they are forgotten")
  func fewest() {
    var budget = SpillBudget()
    func take(at seconds: Double) -> Bool {
      let may = budget.allowsOneMore(percent: 1, at: Self.time(seconds))
      budget.count(spilled: may, at: Self.time(seconds))
      return may
    }
    #expect((0..<5).map { _ in take(at: 1000) } == [true, true, true, false, false])
    #expect(!take(at: 1002))
    // Of three an eighth less each second leaves two after four seconds.
    #expect(take(at: 1004))
    #expect(!take(at: 1004))
    #expect((0..<4).map { _ in take(at: 1100) } == [true, true, true, false])
    #expect((0..<4).map { _ in take(at: 1_000_000) } == [true, true, true, false])
  }

  @Test("is right with a clock that stands still, jumps, or is set to its end")
  func clocks() {
    var budget = SpillBudget()
    for _ in 0..<1000 { budget.count(spilled: true, at: Self.time(5)) }
    #expect(!budget.allowsOneMore(percent: 50, at: Self.time(5)))
    #expect(!budget.allowsOneMore(percent: 50, at: Self.time(4)), "an earlier time forgets nothing")
    #expect(budget.allowsOneMore(percent: 50, at: MonotonicTime(nanoseconds: .max)))
    budget.count(spilled: true, at: MonotonicTime(nanoseconds: .max))
    #expect(budget.allowsOneMore(percent: 50, at: MonotonicTime(nanoseconds: .max)))
  }

  // MARK: In decisions

  private func lagging(_ replicas: Int = 2, _ configure: (inout Fleet) -> Void = { _ in }) throws
    -> Worker
  {
    var fleet = Fleet(replicas: (0..<replicas).map { "r\($0)@east/a" })
    configure(&fleet)
    let worker = try Worker(fleet)
    for replica in 0..<replicas { worker.sample("r\(replica)", lag: 9) }
    worker.floor = SessionFloor(lastWriteEndedAt: worker.now)
    return worker
  }

  @Test(
    "is spent by reads of every tier but strong",
    arguments: [
      (Consistency.session, "floor-not-reached"),
      (.bounded(milliseconds: 5000), "lag-exceeded"),
    ])
  func spent(tier: Consistency, reason: String) throws {
    let worker = try lagging()
    #expect(
      (0..<3).map { _ in worker.told("s1-eventual", tier) }
        == Array(repeating: "p \(reason)", count: 3))
    #expect(worker.told("s1-eventual", tier) == "primary-budget-spent")
    #expect(worker.verdicts("s1-eventual", tier)[0] == "p: budget-spent")
    for _ in 0..<100 { #expect(worker.told("s1-eventual", .strong) == "p primary") }
    #expect(worker.told("s1-eventual", tier) == "primary-budget-spent")
    // Reads that replicas serve make room.
    for _ in 0..<20 { #expect(worker.told("s1-eventual", .eventual).hasSuffix("same-zone")) }
    #expect(worker.told("s1-eventual", tier) == "p \(reason)")
  }

  @Test("is the policy's")
  func policy() throws {
    for (percent, expected) in [(0, 0), (100, 1000), (20, 3)] as [(UInt8, Int)] {
      let worker = try lagging { $0.budgetPercent = percent }
      let served = (0..<1000).count { _ in
        worker.told("s1-eventual", .session) == "p floor-not-reached"
      }
      #expect(percent == 20 ? (200...204).contains(served) : served == expected)
    }
  }

  @Test("doesn't hold a shard without replicas, nor a router without probes")
  func unbudgeted() throws {
    let alone = try lagging(0)
    alone.sample("p", lag: 0, role: .primary)
    for _ in 0..<50 {
      #expect(alone.told("s1-eventual", .session) == "p primary-fallback")
      #expect(alone.told("s1-eventual", .bounded(milliseconds: 1)) == "p primary-fallback")
    }
    let blind = try Worker(Fleet(replicas: ["r@east/a"]))
    blind.fail("r")
    for _ in 0..<50 {
      #expect(blind.told("s1-eventual", .eventual) == "p primary-fallback")
      #expect(blind.told("s1-eventual", .bounded(milliseconds: 1)) == "p lag-unknown")
    }
  }

  @Test("when it is spent, a replica that is failing is tried before a read is refused")
  func failingReplica() throws {
    let worker = try lagging()
    worker.sample("r0", lag: 1)
    worker.fail("r0")
    let tier = Consistency.bounded(milliseconds: 5000)
    for _ in 0..<3 { #expect(worker.told("s1-eventual", tier) == "p primary-fallback") }
    #expect(worker.told("s1-eventual", tier) == "r0 last-resort")
    #expect(worker.told("s1-eventual", tier, tried: ["r0"]) == "primary-budget-spent")
  }

  @Test("is one shard's, and stays with it when the map changes")
  func carried() throws {
    let fleet = Fleet(shards: [
      .init(id: "s1", primary: "p@east/a", replicas: ["r@east/a"]),
      .init(id: "s2", primary: "q@east/a", replicas: ["t@east/a"]),
    ])
    let worker = try Worker(fleet)
    for id in ["r", "t"] { worker.sample(id, lag: 9) }
    let tier = Consistency.bounded(milliseconds: 5000)
    while worker.told("s1-eventual", tier) != "primary-budget-spent" {}
    #expect(worker.told("s2-eventual", tier) == "q lag-exceeded")
    let used = worker.spill("s1")
    try worker.adopt(
      Fleet(shards: [
        .init(id: "s0", primary: "o@east/a"),
        .init(id: "s2", primary: "q@east/a", replicas: ["t@east/a"]),
        .init(id: "s1", primary: "p@east/a", replicas: ["r@east/a", "u@east/a"]),
      ]))
    #expect(worker.spill("s1") == used)
    #expect(worker.spill("s0") == SpillBudget())
    worker.sample("r", lag: 9)
    #expect(worker.told("s1-eventual", tier) == "primary-budget-spent")
  }
}
