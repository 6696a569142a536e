import Routing
import Testing

@testable import Pooling

/// The queues of some pools over the same sessions.
private final class Queues {
  private var links: WaitLinks
  private var first = WaitQueue(number: 0)
  private var second = WaitQueue(number: 1)

  init(sessions: Int) { links = WaitLinks(capacity: sessions) }

  private func with<Result>(
    _ queue: Int, _ body: (inout WaitQueue, inout WaitLinks) -> Result
  ) -> Result {
    queue == 0 ? body(&first, &links) : body(&second, &links)
  }

  func count(_ queue: Int) -> Int { with(queue) { queue, _ in queue.count } }

  func push(_ slot: UInt32, until seconds: Int, in queue: Int = 0) {
    with(queue) { $0.push(slot, until: time(seconds), in: &$1) }
  }

  func pop(_ queue: Int = 0) -> UInt32? { with(queue) { $0.pop(in: &$1) } }

  func popExpired(at seconds: Int, _ queue: Int = 0) -> UInt32? {
    with(queue) { $0.popExpired(now: time(seconds), in: &$1) }
  }

  func remove(_ slot: UInt32, from queue: Int = 0) -> Bool {
    with(queue) { $0.remove(slot, in: &$1) }
  }

  func oldestDeadline(_ queue: Int = 0) -> Int? {
    with(queue) { $0.oldestDeadline(in: $1) }.map { Int($0.nanoseconds) }
  }

  func queue(of slot: UInt32) -> Int? { links.queue(of: slot).map(Int.init) }
  func deadline(of slot: UInt32) -> Int? { links.deadline(of: slot).map { Int($0.nanoseconds) } }

  private func time(_ nanoseconds: Int) -> MonotonicTime {
    MonotonicTime(nanoseconds: UInt64(nanoseconds))
  }
}

@Suite struct WaitQueueTests {
  @Test func `who came first is served first`() {
    let queues = Queues(sessions: 10)
    #expect(queues.pop() == nil)
    for slot: UInt32 in [3, 9, 0, 5] { queues.push(slot, until: 100) }
    #expect(queues.count(0) == 4)
    #expect([queues.pop(), queues.pop(), queues.pop(), queues.pop()] == [3, 9, 0, 5])
    #expect(queues.pop() == nil)
    #expect(queues.count(0) == 0)
  }

  @Test(arguments: [0, 1, 2] as [UInt32])
  func `a session leaves from anywhere in the line`(leaving: UInt32) {
    let queues = Queues(sessions: 3)
    for slot: UInt32 in 0..<3 { queues.push(slot, until: 100) }
    #expect(queues.remove(leaving))
    #expect(!queues.remove(leaving))
    #expect(queues.queue(of: leaving) == nil)
    queues.push(leaving, until: 200)
    let others = (0..<3).filter { $0 != leaving }
    #expect([queues.pop(), queues.pop(), queues.pop()] == [others[0], others[1], leaving])
  }

  @Test func `a session is known by the queue it waits in`() {
    let queues = Queues(sessions: 4)
    queues.push(1, until: 5, in: 0)
    queues.push(2, until: 6, in: 1)
    #expect(queues.queue(of: 1) == 0)
    #expect(queues.queue(of: 2) == 1)
    #expect(queues.queue(of: 3) == nil)
    #expect(!queues.remove(2, from: 0))
    #expect(queues.deadline(of: 2) == 6)
    #expect(queues.remove(2, from: 1))
    #expect(queues.deadline(of: 2) == nil)
    #expect(queues.pop(0) == 1)
  }

  @Test func `those whose deadline has passed come out, in order, and not a moment early`() {
    let queues = Queues(sessions: 4)
    #expect(queues.oldestDeadline() == nil)
    for slot: UInt32 in 0..<4 { queues.push(slot, until: 100 + 10 * Int(slot)) }
    #expect(queues.oldestDeadline() == 100)
    #expect(queues.popExpired(at: 99) == nil)
    #expect(queues.popExpired(at: 110) == 0)
    #expect(queues.popExpired(at: 110) == 1)
    #expect(queues.popExpired(at: 110) == nil)
    #expect(queues.oldestDeadline() == 120)
    #expect(queues.pop() == 2)
    #expect(queues.oldestDeadline() == 130)
  }

  @Test(arguments: 0..<10 as Range<UInt64>)
  func `any sequence of operations does what two arrays would`(seed: UInt64) {
    var random = RandomSource(seed: seed)
    let queues = Queues(sessions: 20)
    var model: [[(slot: UInt32, deadline: Int)]] = [[], []]
    for now in 1...4_000 {
      let slot = UInt32(random.index(below: 20))
      let queue = random.index(below: 2)
      let home = model.firstIndex { $0.contains { $0.slot == slot } }
      #expect(queues.queue(of: slot) == home)
      switch random.index(below: 4) {
      case 0 where home == nil:
        queues.push(slot, until: now + 50, in: queue)
        model[queue].append((slot, now + 50))
      case 1:
        #expect(queues.remove(slot, from: queue) == (home == queue))
        model[queue].removeAll { $0.slot == slot }
      case 2:
        #expect(queues.pop(queue) == (model[queue].isEmpty ? nil : model[queue].removeFirst().slot))
      default:
        let isDue = model[queue].first.map { $0.deadline <= now } ?? false
        #expect(
          queues.popExpired(at: now, queue) == (isDue ? model[queue].removeFirst().slot : nil))
      }
      for queue in 0..<2 {
        #expect(queues.count(queue) == model[queue].count)
        #expect(queues.oldestDeadline(queue) == model[queue].first?.deadline)
      }
    }
  }
}
