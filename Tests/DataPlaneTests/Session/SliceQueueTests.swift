import RandomNumbers
import Testing
import Uring

@testable import DataPlane

@Suite("Slice queue")
struct SliceQueueTests {
  private func slice(_ buffer: UInt16, _ offset: UInt32, _ count: UInt32) -> ReceivedSlice {
    ReceivedSlice(buffer: buffer, offset: offset, count: count)
  }

  @Test("keeps the order, and refuses the slice that is one too many")
  func order() {
    var queue = SliceQueue()
    for number in 0..<RelayLimits.slicesALane {
      let isTaken = queue.append(slice(UInt16(number), 0, 10))
      #expect(isTaken)
    }
    let isTaken = queue.append(slice(99, 0, 10))
    #expect(!isTaken)
    #expect(queue.byteCount == 10 * RelayLimits.slicesALane)
    for number in 0..<RelayLimits.slicesALane {
      let first = queue.removeFirst()
      #expect(first == slice(UInt16(number), 0, 10))
    }
    let none = queue.removeFirst()
    #expect(none == nil && queue.isEmpty && queue.byteCount == 0)
  }

  @Test(
    "lengthens the newest slice only by bytes that lie right behind it in the same buffer",
    arguments: [
      (ReceivedSlice(buffer: 7, offset: 110, count: 5), true),
      (ReceivedSlice(buffer: 7, offset: 111, count: 5), false),
      (ReceivedSlice(buffer: 7, offset: 100, count: 5), false),
      (ReceivedSlice(buffer: 8, offset: 110, count: 5), false),
    ])
  func lengthening(next: ReceivedSlice, fits: Bool) {
    var queue = SliceQueue()
    let isFirstTaken = queue.append(slice(7, 100, 10))
    let isLengthened = queue.lengthenLast(by: next)
    #expect(isFirstTaken && isLengthened == fits)
    #expect(queue.count == 1)
    #expect(queue[0] == slice(7, 100, fits ? 15 : 10))
    #expect(queue.byteCount == (fits ? 15 : 10))
  }

  @Test("has nothing to lengthen when it is empty")
  func nothingToLengthen() {
    var queue = SliceQueue()
    let isLengthened = queue.lengthenLast(by: slice(1, 0, 1))
    #expect(!isLengthened && queue.isEmpty)
  }

  @Test("holds the bytes of a model, whatever is done to it", arguments: 0..<20 as Range<UInt64>)
  func model(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    var queue = SliceQueue()
    var model: [ReceivedSlice] = []
    for _ in 0..<2_000 {
      switch Int.random(in: 0..<4, using: &random) {
      case 0:
        let next = slice(
          UInt16.random(in: 0...2, using: &random), UInt32.random(in: 0...9, using: &random), 10)
        let isTaken = queue.append(next)
        #expect(isTaken == (model.count < RelayLimits.slicesALane))
        if isTaken { model.append(next) }
      case 1:
        let first = queue.removeFirst()
        #expect(first == (model.isEmpty ? nil : model.removeFirst()))
      case 2:
        guard let last = model.last else { continue }
        let isLengthened = queue.lengthenLast(by: slice(last.buffer, last.offset + last.count, 3))
        #expect(isLengthened)
        model[model.count - 1].count += 3
      default:
        guard let first = model.first, first.count > 1 else { continue }
        queue.dropFromFirst(1)
        model[0].offset += 1
        model[0].count -= 1
      }
      #expect((0..<queue.count).map { queue[$0] } == model)
      #expect(queue.byteCount == model.reduce(0) { $0 + Int($1.count) })
    }
  }
}
