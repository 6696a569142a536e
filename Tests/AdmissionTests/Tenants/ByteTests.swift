import Admission
import Routing
import ShardMap
import Testing

@Suite struct ByteTests {
  @Test(
    "over its bytes a tenant's next transaction waits, in each worker", arguments: [true, false])
  func delayed(_ isIn: Bool) throws {
    let envelope =
      isIn ? Envelope(bytesInPerSecond: 1_000_000) : Envelope(bytesOutPerSecond: 1_000_000)
    let tenant = OneTenant(envelope, workers: 2)
    let now = milliseconds(1_000)
    tenant.charge(0, bytesIn: isIn ? 1_500_000 : 0, bytesOut: isIn ? 0 : 1_500_000, now: now)
    for worker in 0..<2 {
      #expect(tenant.admit(worker, now: now) == .overRate(until: milliseconds(1_500)))
      #expect(tenant.pause(worker, now: now) == milliseconds(1_500))
    }
    #expect(tenant.pause(now: milliseconds(1_500)) == nil)
    #expect(tenant.admit(now: milliseconds(1_500)) == .admitted)
  }

  @Test("in small pieces, the rate is what passes in the long run")
  func pieces() {
    let tenant = OneTenant(Envelope(bytesOutPerSecond: 10_000_000), workers: 2)
    var moved = 0
    for step in 0..<10_000 as Range<UInt64> {
      let now = microseconds(1_000_000 + 1_000 * step)
      for worker in 0..<2 {
        for _ in 0..<50 where tenant.pause(worker, now: now) == nil {
          tenant.charge(worker, bytesOut: 700, now: now)
          moved += 700
        }
      }
    }
    // Ten seconds' worth, a second's at once, and what two workers had not charged yet.
    #expect((110_000_000 - 700...110_000_000 + 2 * 20_700).contains(moved))
  }

  @Test("a tenant without such a limit never rests")
  func unlimited() {
    let tenant = OneTenant(Envelope(transactionsPerSecond: 1_000, transactionBurst: 10))
    for _ in 0..<10 { tenant.charge(bytesIn: 1 << 40, bytesOut: 1 << 40, now: milliseconds(1)) }
    #expect(tenant.pause(now: milliseconds(1)) == nil)
    #expect(tenant.admit(now: milliseconds(1)) == .admitted)
  }

  @Test("what was moved before a limit came doesn't count, what was moved after it does")
  func adapt() {
    let tenant = OneTenant(.unlimited)
    tenant.charge(bytesIn: 1_000_000, now: milliseconds(1))
    tenant.adapt(to: Envelope(bytesInPerSecond: 1_000))
    #expect(tenant.pause(now: milliseconds(1)) == nil)
    tenant.charge(bytesIn: 3_000, now: milliseconds(1))
    #expect(tenant.pause(now: milliseconds(1)) == milliseconds(2_001))
    tenant.adapt(to: .unlimited)
    #expect(tenant.pause(now: milliseconds(1)) == nil)
  }
}
