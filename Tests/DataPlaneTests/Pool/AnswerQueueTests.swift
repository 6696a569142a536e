import RandomNumbers
import Testing

@testable import DataPlane

@Suite("Answer queue")
struct AnswerQueueTests {
  typealias Request = AnswerQueue.Request

  private static let all: [Request] = [
    .query, .sync, .ownQuery, .parse, .ownParse, .bind, .describe, .execute, .close, .ownClose,
  ]

  private func queue(_ requests: [Request]) -> AnswerQueue {
    var queue = AnswerQueue()
    for request in requests { queue.append(request) }
    return queue
  }

  private func drain(_ queue: inout AnswerQueue) -> [Request] {
    var requests: [Request] = []
    while let entry = queue.removeFirst() { requests.append(entry.request) }
    return requests
  }

  @Test("gives requests back in the order in which they were sent, with their statements")
  func order() {
    var queue = AnswerQueue()
    for (number, request) in Self.all.enumerated() {
      queue.append(request, statement: UInt64(number) << 40)
    }
    for (number, request) in Self.all.enumerated() {
      let first = queue.first
      #expect(first?.request == request)
      let entry = queue.removeFirst()
      #expect(entry?.request == request && entry?.statement == UInt64(number) << 40)
    }
    let none = queue.removeFirst()
    let first = queue.first
    #expect(none == nil && first == nil && queue.isEmpty)
  }

  @Test("counts the router's own requests, and those that end in ReadyForQuery")
  func counts() {
    var queue = queue(Self.all)
    #expect(queue.count == 10 && queue.ownCount == 3 && queue.readyCount == 3)
    var left = Self.all[...]
    while let entry = queue.removeFirst() {
      #expect(entry.request == left.popFirst())
      #expect(queue.ownCount == left.count(where: \.isOwn))
      #expect(queue.readyCount == left.count(where: \.endsInReady))
    }
  }

  @Test("has room for as many as its capacity, and no more")
  func room() {
    var queue = queue(Array(repeating: .parse, count: AnswerQueue.capacity - 8))
    #expect(queue.hasRoom(for: 8) && !queue.hasRoom(for: 9))
    for _ in 0..<8 { queue.append(.sync) }
    #expect(queue.hasRoom(for: 0) && !queue.hasRoom(for: 1))
    _ = queue.removeFirst()
    #expect(queue.hasRoom(for: 1) && !queue.hasRoom(for: 2))
  }

  @Test("says which answers end in ReadyForQuery")
  func endings() {
    #expect(Self.all.filter(\.endsInReady) == [.query, .sync, .ownQuery])
  }

  @Test("does what an array does, however often it goes round", arguments: 0..<20 as Range<UInt64>)
  func model(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    var queue = AnswerQueue()
    var model: [(request: Request, statement: UInt64)] = []
    for step in 0..<5_000 {
      // Now it grows more than it shrinks, and now the other way round.
      let grows = step / 400 % 2 == 0 ? 7 : 3
      switch Int.random(in: 0..<10, using: &random) {
      case 0..<grows where model.count < AnswerQueue.capacity:
        guard let request = Self.all.randomElement(using: &random) else { continue }
        let statement = random.next()
        queue.append(request, statement: statement)
        model.append((request, statement))
      default:
        let entry = queue.removeFirst()
        let expected = model.isEmpty ? nil : model.removeFirst()
        #expect(entry?.request == expected?.request && entry?.statement == expected?.statement)
      }
      #expect(queue.count == model.count && queue.isEmpty == model.isEmpty)
      #expect(queue.ownCount == model.count { $0.request.isOwn })
      #expect(queue.readyCount == model.count { $0.request.endsInReady })
      let first = queue.first
      #expect(first?.statement == model.first?.statement)
      #expect(queue.hasRoom(for: 1) == (model.count < AnswerQueue.capacity))
    }
  }
}
