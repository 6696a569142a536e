import CLiburing
import Uring

/// Provided buffers with incremental consumption, as the kernel hands them out: one is filled until
/// it is full, and comes back when every slice of it was released.
///
/// Invariant that keeps the pointers safe: `bytes` is one allocation of `count` × `size`; ids and
/// offsets are made here, and checked when they come back.
struct LoopbackBuffers: ~Copyable {
  private struct Use {
    var filled = 0
    var claimed = 0
    var slices = 0
  }

  /// As many and as large as a router's.
  private static let count = 64
  private static let size = 256 * 1024

  private let bytes: UnsafeMutableRawPointer
  private let uses: UnsafeMutablePointer<Use>
  /// Ids of empty buffers, first in, first out; the one at `head` is being filled.
  private let ready: UnsafeMutablePointer<UInt16>
  private var head = 0
  private var readyCount = Self.count

  init() {
    bytes = .allocate(byteCount: Self.count * Self.size, alignment: 4096)
    // Touched once, so that no page is first touched in a measurement.
    bytes.initializeMemory(as: UInt8.self, repeating: 0, count: Self.count * Self.size)
    uses = .allocate(capacity: Self.count)
    uses.initialize(repeating: Use(), count: Self.count)
    ready = .allocate(capacity: Self.count)
    for id in 0..<Self.count { ready[id] = UInt16(id) }
  }

  deinit {
    bytes.deallocate()
    uses.deallocate()
    ready.deallocate()
  }

  /// Receives what fits into the buffer in use: how many bytes that was, and the completion's flags.
  mutating func fill(from text: UnsafeRawBufferPointer) -> (count: Int, flags: UInt32) {
    precondition(readyCount > 0, "the loopback has run out of buffers")
    let id = Int(ready[head])
    let filled = uses[id].filled
    let count = min(text.count, Self.size - filled)
    (bytes + id * Self.size + filled).copyMemory(from: text.baseAddress!, byteCount: count)
    uses[id].filled += count
    let flags = UInt32(IORING_CQE_F_BUFFER) | UInt32(id) << UInt32(IORING_CQE_BUFFER_SHIFT)
    guard uses[id].filled == Self.size else {
      return (count, flags | UInt32(IORING_CQE_F_BUF_MORE))
    }
    head = (head + 1) % Self.count
    readyCount -= 1
    return (count, flags)
  }

  mutating func claim(_ completion: Completion) -> ReceivedSlice? {
    guard let buffer = completion.buffer else { return nil }
    let id = Int(buffer)
    let offset = uses[id].claimed
    uses[id].claimed += Int(completion.result)
    precondition(uses[id].claimed <= uses[id].filled, "more was claimed than was received")
    uses[id].slices += 1
    return ReceivedSlice(
      buffer: buffer, offset: UInt32(offset), count: UInt32(completion.result))
  }

  mutating func release(_ slice: ReceivedSlice) {
    let id = Int(slice.buffer)
    precondition(uses[id].slices > 0, "a slice was released twice")
    uses[id].slices -= 1
    guard uses[id].slices == 0 && uses[id].claimed == Self.size else { return }
    uses[id] = Use()
    ready[(head + readyCount) % Self.count] = slice.buffer
    readyCount += 1
  }

  func address(of slice: ReceivedSlice) -> UnsafeMutableRawPointer {
    precondition(Int(slice.buffer) < Self.count && Int(slice.offset + slice.count) <= Self.size)
    return bytes + Int(slice.buffer) * Self.size + Int(slice.offset)
  }
}
