import RandomNumbers
import Testing
import Uring

@testable import DataPlane

@Suite("Stage buffers")
struct StageBuffersTests {
  private static let all = StageBuffers.bufferBytes

  private func bytes(_ slice: ReceivedSlice, in buffers: borrowing StageBuffers) -> [UInt8] {
    Array(
      UnsafeRawBufferPointer(start: buffers.address(of: slice), count: Int(slice.count)))
  }

  @Test("keep what was put until it is released")
  func keeping() throws {
    var buffers = StageBuffers()
    let put = buffers.put([1, 2, 3])
    let slice = try #require(put)
    let kept = bytes(slice, in: buffers)
    let held = buffers.slicesHeld
    #expect(kept == [1, 2, 3] && held == 1 && StageBuffers.owns(slice))
    buffers.release(slice)
    let left = buffers.slicesHeld
    #expect(left == 0)
  }

  @Test("are told from the kernel's, whose ids are smaller")
  func owning() {
    #expect(!StageBuffers.owns(ReceivedSlice(buffer: 0, offset: 0, count: 1)))
    #expect(!StageBuffers.owns(ReceivedSlice(buffer: 0x7FFF, offset: 0, count: 1)))
    #expect(StageBuffers.owns(ReceivedSlice(buffer: 0x8000, offset: 0, count: 1)))
  }

  @Test("put one piece right behind the other, so that they can be sent as one")
  func contiguity() throws {
    var buffers = StageBuffers()
    var queue = SliceQueue()
    let put = [buffers.put([1, 2]), buffers.put([3]), buffers.put([4, 5])]
    let slices = try put.map { try #require($0) }
    let isTaken = queue.append(slices[0])
    #expect(isTaken)
    for slice in slices.dropFirst() {
      let isLengthened = queue.lengthenLast(by: slice)
      #expect(isLengthened)
      // As a lane does: the longer slice holds the buffer for both.
      buffers.release(slice)
    }
    let merged = queue[0]
    let kept = bytes(merged, in: buffers)
    let held = buffers.slicesHeld
    #expect(kept == [1, 2, 3, 4, 5] && held == 1)
    let next = buffers.put([6])
    #expect(next?.offset == 5, "the buffer is not begun again while it holds something")
    buffers.release(merged)
    if let next { buffers.release(next) }
    let again = buffers.put([7])
    #expect(again?.offset == 0 && again?.buffer == merged.buffer)
  }

  @Test("do not put a piece behind another where it does not fit")
  func nextBuffer() throws {
    var buffers = StageBuffers()
    let put = buffers.put([UInt8](repeating: 1, count: Self.all - 1))
    let first = try #require(put)
    let small = buffers.put([2])
    let other = buffers.put([3])
    #expect(small?.buffer == first.buffer && small?.offset == UInt32(Self.all - 1))
    #expect(other?.buffer != first.buffer && other?.offset == 0)
  }

  @Test("have no room for a piece that is longer than a buffer, or for nothing")
  func tooLong() {
    var buffers = StageBuffers()
    let none = buffers.put([UInt8](repeating: 1, count: Self.all + 1))
    let empty = buffers.put([])
    let longest = buffers.put([UInt8](repeating: 1, count: Self.all))
    #expect(none == nil && empty == nil && longest != nil)
  }

  @Test("say so when all are in use, and go on when one is not any more")
  func exhaustion() throws {
    var buffers = StageBuffers()
    let full = [UInt8](repeating: 1, count: Self.all)
    let slices = (0..<StageBuffers.bufferCount).compactMap { _ in buffers.put(full) }
    #expect(Set(slices.map(\.buffer)).count == StageBuffers.bufferCount)
    let none = buffers.put([1])
    #expect(none == nil)
    buffers.release(slices[17])
    let again = buffers.put([2, 3])
    let slice = try #require(again)
    let kept = bytes(slice, in: buffers)
    #expect(slice.buffer == slices[17].buffer && slice.offset == 0 && kept == [2, 3])
  }

  @Test("hold the bytes of a model, whatever is done to them", arguments: 0..<10 as Range<UInt64>)
  func model(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    var buffers = StageBuffers()
    var model: [(slice: ReceivedSlice, bytes: [UInt8])] = []
    for step in 0..<1_500 {
      let grows = step / 300 % 2 == 0
      if Int.random(in: 0..<10, using: &random) < (grows ? 8 : 2) {
        let longest = Bool.random(using: &random) ? 50 : Self.all
        let bytes =
          random.bytes(1)
          + [UInt8](
            repeating: UInt8.random(in: 0...255, using: &random),
            count: Int.random(in: 0..<longest, using: &random))
        let slice = buffers.put(bytes)
        let busy = Set(model.map(\.slice.buffer)).count
        if slice == nil { #expect(busy == StageBuffers.bufferCount) }
        if let slice { model.append((slice, bytes)) }
      } else if let place = model.indices.randomElement(using: &random) {
        buffers.release(model.remove(at: place).slice)
      }
      let held = buffers.slicesHeld
      #expect(held == model.count)
      if step % 50 == 0 {
        for (slice, expected) in model {
          let kept = bytes(slice, in: buffers)
          #expect(kept == expected)
        }
      }
    }
  }
}
