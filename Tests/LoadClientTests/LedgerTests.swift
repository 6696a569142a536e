import LoadResults
import LoadScenario
import Testing

@testable import LoadClient

/// What the ledger makes of acknowledged writes and of reads.
@Suite struct LedgerTests {
  private static let bound: Duration = .milliseconds(500)
  private static let millisecond: Int64 = 1_000_000

  private static func ledger(worker: Int = 0) -> ConsistencyLedger {
    ConsistencyLedger(.of(.init(.staleness(bound: bound))), number: 0, worker: worker)
  }

  private static func read(
    _ value: Int64, at milliseconds: Int64, isOnReplica: Bool = true, proven: Int64? = nil
  ) -> StalenessRead {
    StalenessRead(
      value: value, sentAt: milliseconds * millisecond, boundNanoseconds: bound.nanoseconds,
      isOnReplica: isOnReplica, provenMilliseconds: proven)
  }

  /// Writes as value and milliseconds, a read as value and milliseconds, and its age; nil where it
  /// lacks nothing.
  private static let ages: [(writes: [(Int64, Int64)], read: (Int64, Int64), age: Double?)] = [
    ([], (0, 10), nil),
    ([(1, 0), (2, 100)], (2, 300), nil),
    ([(1, 0), (2, 100)], (1, 300), 200),
    ([(1, 0), (2, 100)], (0, 300), 300),
    // Acknowledged after the read was sent, or just then.
    ([(1, 0), (2, 100)], (1, 99), nil),
    ([(1, 0), (2, 100)], (1, 100), nil),
    ([(1, 0), (2, 100), (3, 150)], (1, 120), 20),
    // An answer that was lost, or writes of earlier runs: the next that is known counts.
    ([(1, 0), (3, 100)], (1, 300), 200),
    ([(70, 50)], (12, 60), 10),
    // A value that nobody was told of.
    ([(1, 0)], (5, 300), nil),
    ([(1, 0), (2, 100)], (1, 600), 500),
    ([(1, 0), (2, 100)], (1, 601), 501),
  ]

  @Test(arguments: ages.indices)
  func `a read is as old as the first write that it lacks`(number: Int) throws {
    let (writes, read, age) = Self.ages[number]
    var ledger = Self.ledger()
    for (value, time) in writes {
      ledger.acknowledge(value, of: 1, at: time * Self.millisecond)
    }
    ledger.record(Self.read(read.0, at: read.1, proven: 40), of: 1)
    let staleness = try #require(ledger.result?.staleness)
    #expect(staleness.boundMilliseconds == 500)
    #expect(staleness.reads == 1)
    #expect(staleness.readsOnReplica == 1)
    #expect(staleness.measuredMilliseconds == (age.map { [$0] } ?? []))
    #expect(staleness.provenMilliseconds == (age == nil ? [] : [40]))
    #expect(staleness.oldestMilliseconds == age ?? 0)
    #expect(staleness.violations == (age ?? 0 > 500 ? 1 : 0))
  }

  @Test func `tenants have counters of their own`() {
    var ledger = Self.ledger()
    ledger.acknowledge(2, of: 0, at: 0)
    ledger.record(Self.read(1, at: 700, isOnReplica: false), of: 1)
    #expect(ledger.result?.staleness?.violations == 0)
    #expect(ledger.result?.staleness?.readsOnReplica == 0)
    ledger.record(Self.read(1, at: 700), of: 0)
    #expect(ledger.result?.staleness?.violations == 1)
    #expect(ledger.result?.staleness?.provenMilliseconds == [-1])
  }

  @Test func `writes that are lost are counted, and judge no later read`() {
    var ledger = Self.ledger()
    for value in 1...5 {
      ledger.acknowledge(Int64(value), of: 0, at: Int64(value) * Self.millisecond)
    }
    ledger.acknowledge(3, of: 0, at: 900 * Self.millisecond)
    #expect(ledger.lostWrites == 1)
    ledger.record(Self.read(3, at: 2_000), of: 0)
    #expect(ledger.result?.staleness?.oldestMilliseconds == 0)
    ledger.record(Self.read(2, at: 1_000), of: 0)
    #expect(ledger.result?.staleness?.oldestMilliseconds == 100)
  }

  @Test func `more writes than are remembered make ages too small, never too great`() {
    var ledger = Self.ledger()
    let count = Int64(StalenessLimits.rememberedWrites) + 100
    for value in 1...count { ledger.acknowledge(value, of: 0, at: value * Self.millisecond) }
    ledger.record(Self.read(5, at: count), of: 0)
    #expect(ledger.result?.staleness?.oldestMilliseconds == Double(count - 101))
    ledger.record(Self.read(count - 3, at: count), of: 0)
    #expect(ledger.result?.staleness?.measuredMilliseconds == [Double(count - 101), 2])
  }

  @Test func `one writes, when enough have read and enough time is over`() {
    var ledger = Self.ledger()
    let bound = Self.bound.nanoseconds
    func takes(_ milliseconds: Int64, tenant: Int = 0) -> Bool {
      ledger.takesWrite(of: tenant, bound: bound, at: milliseconds * Self.millisecond)
    }
    #expect(takes(0), "the first writes")
    #expect(takes(0, tenant: 1))
    for _ in 0..<5 { #expect(!takes(400), "one is writing") }
    ledger.endWrite(of: 0)
    #expect(takes(400))
    ledger.endWrite(of: 0)
    for _ in 0..<3 { #expect(!takes(1_000), "too few have read") }
    #expect(takes(1_000))
    ledger.endWrite(of: 0)
    for _ in 0..<10 { #expect(!takes(1_049), "too early: a tenth of the bound is 50 ms") }
    #expect(takes(1_050))
  }

  @Test func `own writes are judged, and forgotten when the measurement begins`() {
    var ledger = ConsistencyLedger(.of(.init(.readYourWrite)), number: 0, worker: 0)
    for (written, read) in [(5, 5), (5, 6), (5, 4), (1, 0)] as [(Int64, Int64)] {
      ledger.checkOwnWrite(written, read: read)
    }
    #expect(ledger.result?.ownWriteReads == 4)
    #expect(ledger.result?.ownWriteViolations == 2)
    #expect(ledger.result?.staleness == nil)
    ledger.beginMeasurement()
    #expect(ledger.result?.ownWriteReads == 0)
    #expect(ledger.result?.ownWriteViolations == 0)
  }

  @Test func `what is known of counters outlives the warm-up, what was counted doesn't`() {
    var ledger = Self.ledger()
    ledger.acknowledge(2, of: 0, at: 0)
    ledger.record(Self.read(1, at: 700), of: 0)
    ledger.beginMeasurement()
    #expect(ledger.result?.staleness?.reads == 0)
    #expect(ledger.result?.staleness?.measuredMilliseconds == [])
    ledger.record(Self.read(1, at: 800), of: 0)
    #expect(ledger.result?.staleness?.measuredMilliseconds == [800])
  }

  @Test func `a load without checkers has no result`() {
    #expect(ConsistencyLedger(.of(.init(.selectOnly)), number: 0, worker: 0).result == nil)
  }

  @Test func `counters of loads, workers, tenants and connections are distinct`() {
    var ids: Set<Int64> = []
    for number in [0, 1, 16_383] {
      for worker in [0, 1, 16_383] {
        let ledger = ConsistencyLedger(.of(.init(.readYourWrite)), number: number, worker: worker)
        for index in [0, 1, 1_000_000] {
          ids.insert(ledger.tenantCounter(index))
          ids.insert(ledger.connectionCounter(index))
        }
      }
    }
    #expect(ids.count == 3 * 3 * 6)
    #expect(ids.allSatisfy { $0 >= 0 })
  }

  @Test(arguments: [0, 1, 3_999, 4_000, 4_001, 20_000])
  func `samples are evenly chosen`(count: Int) {
    let limit = ConsistencyResult.Staleness.limit
    var samples = StalenessSamples(limit: limit)
    for number in 0..<count { samples.append(measured: Double(number), proven: Double(-number)) }
    #expect(samples.proven == samples.measured.map { -$0 })
    #expect(samples.measured.count <= limit)
    #expect(samples.measured.count > min(count, limit) / 2 || count == 0)
    let gaps = Set(zip(samples.measured, samples.measured.dropFirst()).map { $1 - $0 })
    #expect(gaps.count <= 1, "\(gaps)")
  }

  @Test func `results of workers add up`() throws {
    func result(_ count: Int) -> ConsistencyResult {
      var ledger = Self.ledger()
      ledger.acknowledge(2, of: 0, at: 0)
      for number in 0..<count { ledger.record(Self.read(1, at: Int64(number + 1)), of: 0) }
      ledger.checkOwnWrite(2, read: 1)
      return ledger.result!
    }
    var merged = result(3_000)
    merged.merge(result(2_500))
    let staleness = try #require(merged.staleness)
    #expect(staleness.reads == 5_500 && staleness.readsOnReplica == 5_500)
    #expect(staleness.violations == 2_500 + 2_000)
    #expect(staleness.oldestMilliseconds == 3_000)
    #expect(staleness.measuredMilliseconds.count == 2_750)
    #expect(staleness.provenMilliseconds.count == 2_750)
    #expect(merged.ownWriteReads == 2 && merged.ownWriteViolations == 2)
    var own = ConsistencyResult(ownWriteReads: 1)
    own.merge(merged)
    #expect(own.staleness?.reads == 5_500 && own.ownWriteReads == 3)
  }
}
