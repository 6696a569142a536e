import Admission
import Routing
import ShardMap
import Testing

@Suite struct TransactionTests {
  @Test("a tenant that nothing limits is admitted always")
  func unlimited() {
    let tenant = OneTenant(.unlimited)
    for count in 0..<10_000 as Range<UInt64> {
      #expect(tenant.admit(now: microseconds(count)) == .admitted)
    }
    #expect(tenant.unlimitedNeedsNoChore)
  }

  @Test("the burst at once, then the rate", arguments: 1...4)
  func rate(_ workers: Int) {
    let tenant = OneTenant(
      Envelope(transactionsPerSecond: 500, transactionBurst: 100), workers: workers)
    let all = (0..<workers).map { tenant.runAll($0, now: milliseconds(1)) }.reduce(0, +)
    #expect(all == 100)
    #expect(tenant.admit(now: milliseconds(1)) == .overRate(until: milliseconds(3)))
    var later = 0
    for step in 1...1_000 as ClosedRange<UInt64> {
      let now = milliseconds(1 + step)
      for worker in 0..<workers {
        tenant.giveBack(worker, now: now)
        later += tenant.runAll(worker, now: now)
      }
    }
    #expect(later == 500)
  }

  @Test("without its burst a tenant gets one at a time")
  func burstOff() {
    let envelope = Envelope(transactionsPerSecond: 1_000, transactionBurst: 50)
    let tenant = OneTenant(envelope, use: .burstOff)
    #expect(tenant.runAll(now: milliseconds(100)) == 1)
    tenant.adapt(to: envelope, use: .lastValue)
    #expect(tenant.runAll(now: milliseconds(101)) == 50)
  }

  @Test("what one worker took and doesn't use, another has within 20 ms")
  func unusedSlices() {
    let tenant = OneTenant(
      Envelope(transactionsPerSecond: 1, transactionBurst: 1_000), workers: 2)
    #expect(tenant.run(0, now: milliseconds(1)))
    let first = tenant.runAll(1, now: milliseconds(1))
    #expect(first < 999)
    for step in 1...20 as ClosedRange<UInt64> { tenant.giveBack(0, now: milliseconds(1 + step)) }
    #expect(tenant.runAll(1, now: milliseconds(21)) == 999 - first)
  }

  @Test("a share counts at once, and is at least one of each while it is anything")
  func shares() {
    let tenant = OneTenant(
      Envelope(
        transactionsPerSecond: 100, transactionBurst: 10, clientConnections: 4, serverConnections: 4
      ))
    tenant.directory.apply(RegionalShares(standard: 500_000, tenants: [:]))
    #expect(tenant.runAll(now: milliseconds(1)) == 5)
    tenant.directory.apply(RegionalShares(standard: 500_000, tenants: [tenant.id: 1]))
    #expect(tenant.admit(now: milliseconds(500)) == .admitted)
    #expect(tenant.admit(now: milliseconds(500)) == .overRate(until: milliseconds(1_500)))
    #expect(tenant.connect() == .admitted)
    #expect(tenant.connect() == .tooMany(limit: 1))
    tenant.directory.apply(RegionalShares(standard: 0, tenants: [:]))
    #expect(tenant.connect() == .tooMany(limit: 0))
    tenant.directory.apply(.whole)
    #expect(tenant.connect() == .admitted)
    tenant.end()
    #expect(tenant.runAll(now: milliseconds(60_000)) == 10)
  }

  @Test(
    "a tenant that is tightened has a part of its rate, until it is loosened; others have theirs")
  func tighten() {
    let tenant = OneTenant(Envelope(transactionsPerSecond: 1_000, transactionBurst: 1))
    func inASecond(from start: UInt64) -> Int {
      (0..<1_000 as Range<UInt64>).reduce(0) { $0 + tenant.runAll(now: milliseconds(start + $1)) }
    }
    #expect(inASecond(from: 1_000) == 1_000)
    tenant.directory.tighten(tenant.id, toPercent: 25)
    #expect((250...251).contains(inASecond(from: 2_000)))
    tenant.directory.loosen(tenant.id)
    #expect(inASecond(from: 3_004) == 1_000)
    tenant.directory.tighten(Array("other".utf8), toPercent: 1)
    #expect(inASecond(from: 4_004) == 1_000)
  }

  /// Has all run that may, once in each of these milliseconds; how many that were.
  private func run(_ tenant: OneTenant, _ times: ClosedRange<UInt64>) -> Int {
    var count = 0
    for time in times {
      tenant.giveBack(now: milliseconds(time))
      count += tenant.runAll(now: milliseconds(time))
    }
    return count
  }

  @Test("tightening brings a busy tenant no burst, and loosening no pause")
  func tightenedBurst() {
    let tenant = OneTenant(Envelope(transactionsPerSecond: 1_000, transactionBurst: 1_000))
    #expect(run(tenant, 1...1) == 1_000)
    tenant.directory.tighten(tenant.id, toPercent: 10)
    #expect((95...105).contains(run(tenant, 2...1_001)))
    tenant.directory.loosen(tenant.id)
    #expect((990...1_020).contains(run(tenant, 1_002...2_001)))
  }

  @Test("loosening brings no pause where the burst was cut to one, either")
  func tightenedToOne() {
    let tenant = OneTenant(Envelope(transactionsPerSecond: 10, transactionBurst: 2))
    #expect(run(tenant, 1...1) == 2)
    tenant.directory.tighten(tenant.id, toPercent: 10)
    #expect(run(tenant, 2...1_201) == 2)
    tenant.directory.loosen(tenant.id)
    #expect((9...12).contains(run(tenant, 1_202...2_201)))
  }

  @Test("a rate that is raised, and a burst that is off, bring a busy tenant no pause")
  func changedRate() {
    let slow = Envelope(transactionsPerSecond: 10, transactionBurst: 100)
    let raised = OneTenant(slow)
    #expect(run(raised, 1...1) == 100)
    raised.adapt(
      to: Envelope(transactionsPerSecond: 1_000, transactionBurst: 100), now: milliseconds(2))
    #expect((990...1_010).contains(run(raised, 3...1_002)))
    let burstless = OneTenant(slow)
    #expect(run(burstless, 1...1) == 100)
    burstless.adapt(to: slow, use: .burstOff, now: milliseconds(2))
    #expect((9...11).contains(run(burstless, 3...1_002)))
  }

  @Test("a limit that comes, changes and goes counts from then on")
  func adapt() {
    let tenant = OneTenant(.unlimited)
    #expect(tenant.admit(now: milliseconds(1)) == .admitted)
    tenant.adapt(to: Envelope(transactionsPerSecond: 10, transactionBurst: 2, serverConnections: 2))
    #expect(tenant.admit(now: milliseconds(1)) == .admitted)
    #expect(tenant.admit(now: milliseconds(1)) == .tooManyInFlight)
    tenant.adapt(to: Envelope(transactionsPerSecond: 10, transactionBurst: 2))
    #expect(tenant.admit(now: milliseconds(1)) == .admitted)
    #expect(tenant.admit(now: milliseconds(1)) == .overRate(until: milliseconds(101)))
    tenant.adapt(to: .unlimited)
    #expect(tenant.admit(now: milliseconds(1)) == .admitted)
    for _ in 0..<4 { tenant.end() }
  }
}
