import Admission
import Routing
import ShardMap
import Testing

@Suite struct FairQueueTests {
  @Test("weights 1, 2 and 4 are served 1 : 2 : 4 while all wait")
  func weights() {
    var queue = FairQueue(sessions: 700)
    for session in 0..<700 as Range<UInt32> {
      push(session, tenant: session % 3, weight: [1, 2, 4][Int(session % 3)], to: &queue)
    }
    var served = [0, 0, 0]
    for _ in 0..<280 { served[Int(queue.next(now: .origin)! % 3)] += 1 }
    #expect(served == [40, 80, 160])
  }

  @Test("inside of a tenant, who came first is served first")
  func order() {
    var queue = FairQueue(sessions: 10)
    for session in [3, 1, 4, 5, 9] as [UInt32] { push(session, tenant: 7, to: &queue) }
    var served: [UInt32] = []
    while let session = queue.next(now: .origin) { served.append(session) }
    #expect(served == [3, 1, 4, 5, 9])
    #expect(queue.count == 0 && queue.nextWake == nil)
  }

  @Test("one that was served and could not go on keeps its place")
  func retry() {
    var queue = FairQueue(sessions: 10)
    for session in 0..<3 as Range<UInt32> { push(session, tenant: 7, to: &queue) }
    #expect(queue.next(now: .origin) == 0)
    push(0, tenant: 7, ready: milliseconds(5), isRetry: true, to: &queue)
    #expect(queue.next(now: milliseconds(4)) == nil)
    #expect(queue.nextWake == milliseconds(5))
    #expect(queue.next(now: milliseconds(5)) == 0)
    #expect(queue.next(now: milliseconds(5)) == 1)
  }

  @Test("a tenant that may go on earlier or later than was thought does")
  func setReady() {
    var queue = FairQueue(sessions: 10)
    push(0, tenant: 1, ready: milliseconds(50), to: &queue)
    push(1, tenant: 2, to: &queue)
    queue.setReady(TenantSlot(index: 1), at: milliseconds(10))
    queue.setReady(TenantSlot(index: 2), at: milliseconds(20))
    queue.setReady(TenantSlot(index: 3), at: milliseconds(1))
    #expect(queue.nextWake == milliseconds(10))
    #expect(queue.next(now: milliseconds(9)) == nil)
    #expect(queue.next(now: milliseconds(15)) == 0)
    #expect(queue.next(now: milliseconds(15)) == nil)
    #expect(queue.next(now: milliseconds(20)) == 1)
  }

  @Test("work of a higher priority goes first, but not for ever")
  func priorities() {
    var queue = FairQueue(sessions: 300)
    for session in 0..<300 as Range<UInt32> {
      push(
        session, tenant: session % 3, priority: WorkPriority(rawValue: UInt8(session % 3))!,
        to: &queue)
    }
    var served: [UInt32] = []
    for _ in 0..<100 { served.append(queue.next(now: .origin)! % 3) }
    #expect(served.prefix(10).allSatisfy { $0 == 0 })
    for priority in [1, 2] as [UInt32] {
      #expect((4...10).contains(served.count { $0 == priority }))
    }
  }

  @Test("a session is never served after its deadline, and is told as expired once")
  func deadlines() {
    var queue = FairQueue(sessions: 4)
    push(0, tenant: 1, deadline: milliseconds(10), to: &queue)
    push(1, tenant: 1, deadline: milliseconds(20), to: &queue)
    push(2, tenant: 2, ready: milliseconds(100), deadline: milliseconds(5), to: &queue)
    #expect(queue.nextWake == .origin)
    #expect(queue.next(now: milliseconds(10)) == 1)
    #expect(queue.count == 2)
    #expect(queue.contains(session: 0) && queue.contains(session: 2))
    #expect(queue.nextWake == .origin)
    let removed = (queue.remove(session: 0), queue.remove(session: 0))
    #expect(removed == (true, false))
    #expect(queue.nextExpired(now: milliseconds(10)) == 2)
    #expect(queue.nextExpired(now: milliseconds(10)) == nil)
    #expect(queue.count == 0 && queue.nextWake == nil)
  }

  @Test("it does what a plain model does, in any order of calls", arguments: 0..<100)
  func model(_ seed: Int) {
    var random = RandomSource(seed: UInt64(seed))
    var queue = FairQueue(sessions: 60)
    var model = QueueModel()
    var now: UInt64 = 1
    for _ in 0..<3_000 {
      let session = UInt32(random.index(below: 60))
      let tenant = UInt32(random.index(below: 7)) * 1_000
      let later = now + UInt64(random.index(below: 30))
      switch random.index(below: 8) {
      case 0...2:
        guard !queue.contains(session: session) else { continue }
        let deadline = now + UInt64(random.index(below: 60))
        push(
          session, tenant: tenant, weight: 2, ready: milliseconds(later),
          deadline: milliseconds(deadline), now: milliseconds(now), to: &queue)
        model.push(session, tenant: tenant, ready: later, deadline: deadline)
      case 3:
        #expect(queue.remove(session: session) == model.remove(session))
      case 4:
        queue.setReady(TenantSlot(index: tenant), at: milliseconds(later))
        model.ready[tenant] = later
      case 5:
        now += UInt64(random.index(below: 10))
      case 6:
        let expired = queue.nextExpired(now: milliseconds(now))
        #expect(
          model.expired(now).contains { $0 == expired }
            || expired == nil && model.expired(now).isEmpty)
        if let expired { _ = model.remove(expired) }
      default:
        let next = queue.next(now: milliseconds(now))
        let candidates = model.candidates(now)
        #expect(candidates.contains { $0 == next } || next == nil && candidates.isEmpty)
        if let next { _ = model.remove(next) }
      }
      #expect(queue.count == model.sessions.count)
      let isDue = queue.nextWake.map { $0 <= milliseconds(now) } ?? false
      #expect(isDue == !(model.expired(now).isEmpty && model.candidates(now).isEmpty))
    }
  }

  @Test(
    "however tenants come and go, one that waits is served before all others have had two turns",
    arguments: 0..<20)
  func noStarvation(_ seed: Int) {
    var random = RandomSource(seed: UInt64(seed))
    var queue = FairQueue(sessions: 1_000)
    var free = Array((0..<1_000) as Range<UInt32>)
    var tenants = [UInt32](repeating: 0, count: 1_000)
    var waits = [Int?](repeating: nil, count: 20)
    var waiting = [Int](repeating: 0, count: 20)
    for turn in 0..<20_000 {
      for _ in 0..<2 {
        guard let session = free.popLast() else { break }
        // Most of it is one tenant's.
        let tenant = random.index(below: 3) > 0 ? 0 : random.index(below: 20)
        tenants[Int(session)] = UInt32(tenant)
        push(session, tenant: UInt32(tenant), weight: UInt16(1 + tenant % 3), to: &queue)
        waits[tenant] = waits[tenant] ?? turn
        waiting[tenant] += 1
      }
      guard let session = queue.next(now: .origin) else { continue }
      free.append(session)
      let tenant = Int(tenants[Int(session)])
      if let since = waits[tenant] { #expect(turn - since <= 2 * 20 * 2) }
      waiting[tenant] -= 1
      waits[tenant] = waiting[tenant] > 0 ? turn : nil
    }
  }
}

/// Which sessions a queue may serve or expire, by looking at each.
private struct QueueModel {
  var sessions: [(session: UInt32, tenant: UInt32, deadline: UInt64)] = []
  var ready: [UInt32: UInt64] = [:]

  mutating func push(_ session: UInt32, tenant: UInt32, ready: UInt64, deadline: UInt64) {
    sessions.append((session, tenant, deadline))
    self.ready[tenant] = ready
  }

  mutating func remove(_ session: UInt32) -> Bool {
    guard let index = sessions.firstIndex(where: { $0.session == session }) else { return false }
    sessions.remove(at: index)
    return true
  }

  func expired(_ now: UInt64) -> [UInt32] {
    sessions.filter { $0.deadline <= now }.map(\.session)
  }

  /// The first of each ready tenant.
  func candidates(_ now: UInt64) -> [UInt32] {
    var seen: Set<UInt32> = []
    return sessions.filter { $0.deadline > now && ready[$0.tenant, default: 0] <= now }
      .filter { seen.insert($0.tenant).inserted }.map(\.session)
  }
}

private func push(
  _ session: UInt32, tenant: UInt32, weight: UInt16 = 1, priority: WorkPriority = .interactive,
  ready: MonotonicTime = .origin, deadline: MonotonicTime = milliseconds(1_000_000),
  now: MonotonicTime = .origin, isRetry: Bool = false, to queue: inout FairQueue
) {
  queue.push(
    session: session, tenant: TenantSlot(index: tenant), weight: weight, priority: priority,
    ready: ready, deadline: deadline, now: now, isRetry: isRetry)
}
