import Admission
import Routing
import ShardMap
import Testing

@Suite struct InFlightTests {
  @Test("as many are in flight as may be, over all workers", arguments: 1...4)
  func limit(_ workers: Int) {
    let tenant = OneTenant(Envelope(serverConnections: 10), workers: workers)
    var begun = [Int](repeating: 0, count: workers)
    for step in 0..<200 as Range<UInt64> {
      let worker = Int(step) % workers
      if tenant.admit(worker, now: milliseconds(step)) == .admitted { begun[worker] += 1 }
      tenant.giveBack(worker, now: milliseconds(step))
    }
    #expect(begun.reduce(0, +) == 10)
    #expect(tenant.admit(now: milliseconds(200)) == .tooManyInFlight)
    #expect(tenant.unitsTaken == 10)
    for worker in 0..<workers {
      for _ in 0..<begun[worker] { tenant.end(worker) }
      tenant.giveBack(worker, now: milliseconds(300))
    }
    #expect(tenant.unitsTaken == 0)
  }

  @Test("a worker whose transactions follow each other asks nobody")
  func steady() {
    let tenant = OneTenant(Envelope(serverConnections: 4), workers: 2)
    #expect(tenant.admit(0, now: milliseconds(1)) == .admitted)
    tenant.end(0)
    let taken = tenant.unitsTaken
    for _ in 0..<1_000 {
      #expect(tenant.run(0, now: milliseconds(2)))
      #expect(tenant.unitsTaken == taken)
    }
  }

  @Test("a worker that has all of them gives up what is above its part, to one that seeks")
  func fairParts() {
    let tenant = OneTenant(Envelope(serverConnections: 4), workers: 2)
    for _ in 0..<4 { #expect(tenant.admit(0, now: milliseconds(1)) == .admitted) }
    #expect(tenant.admit(1, now: milliseconds(2)) == .tooManyInFlight)
    // The first one is never idle: each that ends is followed by another, where it may.
    var running = [4, 0]
    for step in 3...100 as ClosedRange<UInt64> {
      let now = milliseconds(step)
      if running[0] > 0 { tenant.end(0) }
      running[0] -= 1
      while tenant.admit(0, now: now) == .admitted { running[0] += 1 }
      while tenant.admit(1, now: now) == .admitted { running[1] += 1 }
      #expect(running[0] + running[1] <= 4)
      tenant.giveBack(0, now: now)
      tenant.giveBack(1, now: now)
    }
    #expect(running == [2, 2])
  }

  @Test("where there are fewer than workers, these take turns", arguments: 2...4)
  func turns(_ workers: Int) {
    let tenant = OneTenant(Envelope(serverConnections: 1), workers: workers)
    var begun = [Int](repeating: 0, count: workers)
    // Each is as busy as it may be, with transactions of a tenth of a millisecond; who is refused asks
    // again after a while.
    var asks = [UInt64](repeating: 0, count: workers)
    for step in 0..<20_000 as Range<UInt64> {
      let now = microseconds(100 * step)
      for worker in 0..<workers {
        tenant.giveBack(worker, now: now)
        guard asks[worker] <= step else { continue }
        if tenant.run(worker, now: now) {
          begun[worker] += 1
        } else {
          asks[worker] = step + AdmissionLimits.seekNanoseconds / 100_000
        }
        #expect(tenant.unitsTaken <= 1)
      }
    }
    let all = begun.reduce(0, +)
    #expect(all > 8_000)
    for count in begun { #expect(count > all / workers / 2) }
  }

  @Test(
    "a lower limit comes into force as transactions end, though others wait", arguments: 1...3)
  func lowered(_ workers: Int) {
    let tenant = OneTenant(Envelope(serverConnections: 12), workers: workers)
    var running = [Int](repeating: 0, count: workers)
    for step in 0..<12 {
      let worker = step % workers
      if tenant.admit(worker, now: milliseconds(1)) == .admitted { running[worker] += 1 }
    }
    #expect(running.reduce(0, +) == 12)
    /// None is ever idle: each that ends is followed by another, where it may.
    func goOn(from start: UInt64) {
      for step in start..<start + 100 {
        let now = milliseconds(step)
        for worker in 0..<workers {
          if running[worker] > 0 {
            tenant.end(worker)
            running[worker] -= 1
          }
          while tenant.admit(worker, now: now) == .admitted { running[worker] += 1 }
          tenant.giveBack(worker, now: now)
        }
      }
    }
    for worker in 0..<workers { tenant.adapt(worker, to: Envelope(serverConnections: 4)) }
    goOn(from: 2)
    #expect(running.reduce(0, +) == 4 && tenant.unitsTaken == 4)
    tenant.directory.apply(RegionalShares(standard: 500_000, tenants: [:]))
    goOn(from: 102)
    #expect(running.reduce(0, +) <= 2 && tenant.unitsTaken <= 2)
  }

  @Test("one that seeks no longer holds nobody back")
  func seekerGone() {
    let tenant = OneTenant(Envelope(serverConnections: 2), workers: 2)
    for _ in 0..<2 { #expect(tenant.admit(0, now: milliseconds(1)) == .admitted) }
    #expect(tenant.admit(1, now: milliseconds(1)) == .tooManyInFlight)
    tenant.end(0)
    for step in 2...100 as ClosedRange<UInt64> {
      tenant.giveBack(0, now: milliseconds(step))
      tenant.giveBack(1, now: milliseconds(step))
    }
    #expect(tenant.admit(0, now: milliseconds(100)) == .admitted)
    #expect(tenant.admit(0, now: milliseconds(100)) == .tooManyInFlight)
  }
}
