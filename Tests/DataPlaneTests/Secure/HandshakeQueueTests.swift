import Routing
import Testing

@testable import DataPlane

@Suite("Hellos that wait for their answer")
struct HandshakeQueueTests {
  private func socket(_ index: Int) -> SlabHandle {
    SlabHandle(index: UInt32(index), generation: 1)
  }

  private func milliseconds(_ count: UInt64) -> MonotonicTime {
    MonotonicTime(nanoseconds: count * 1_000_000)
  }

  /// A queue of which one line is crowded by as many handshakes that don't end, the last of which was answered from 10 to 12 ms.
  private func crowded(_ line: Int) -> HandshakeQueue {
    var queue = HandshakeQueue()
    for _ in 0...SecureLimits.unfinishedALine { queue.answerBegins(line) }
    queue.answered(line, from: milliseconds(10), to: milliseconds(12))
    return queue
  }

  @Test("are answered one name after the other, however many ask for one of them")
  func fair() {
    var queue = HandshakeQueue()
    let many = queue.line(of: Array("many.db.localhost".utf8))
    let few = ["a", "b", "c"].map { queue.line(of: Array("\($0).db.localhost".utf8)) }
    #expect(Set(few + [many]).count == 4, "the names are chosen to have lines of their own")
    for index in 0..<1000 { queue.append(socket(index), line: many) }
    for (index, line) in few.enumerated() { queue.append(socket(1000 + index), line: line) }
    var first: [UInt32] = []
    for _ in 0..<8 { if let next = queue.next(at: .origin) { first.append(next.index) } }
    #expect(Set(first).isSuperset(of: [1000, 1001, 1002]))
    #expect(queue.count == 995)
  }

  @Test("of one name are answered in their order, and all of them")
  func inOrder() {
    var queue = HandshakeQueue()
    for index in 0..<10 { queue.append(socket(index), line: 1) }
    var order: [UInt32] = []
    while let next = queue.next(at: .origin) { order.append(next.index) }
    #expect(order == Array(0..<10))
    #expect(queue.due(at: .origin) == nil)
  }

  @Test("of a name with many handshakes that don't end wait three times as long as the last took")
  func crowd() {
    var queue = crowded(7)
    queue.append(socket(1), line: 7)
    #expect(queue.due(at: milliseconds(12)) == milliseconds(18))
    #expect(queue.next(at: milliseconds(17)) == nil)
    #expect(queue.next(at: milliseconds(18)) == socket(1))
  }

  @Test("of other names don't wait for such a crowd to have rested")
  func besideCrowd() {
    var queue = crowded(7)
    for index in 0..<100 { queue.append(socket(index), line: 7) }
    for line in [3, 40] {
      queue.append(socket(1000 + line), line: line)
      #expect(queue.due(at: milliseconds(12)) == milliseconds(12))
      #expect(queue.next(at: milliseconds(12)) == socket(1000 + line))
    }
    #expect(queue.next(at: milliseconds(12)) == nil)
  }

  @Test("don't wait any more once enough of the crowd's handshakes are over")
  func dispersed() {
    var queue = crowded(7)
    queue.append(socket(1), line: 7)
    queue.handshakeEnded(7)
    #expect(queue.next(at: milliseconds(12)) == socket(1))
  }

  @Test("don't wait for longer than an answer can explain, when the thread was stopped meanwhile")
  func stopped() throws {
    var queue = crowded(7)
    queue.append(socket(1), line: 7)
    queue.answered(7, from: .origin, to: milliseconds(60_000))
    #expect(try #require(queue.due(at: milliseconds(60_000))) < milliseconds(60_100))
  }
}
