/// Bytes that a socket did not take at once, on their way by a send that waits.
///
/// Invariant that keeps the pointer safe: `memory` is one allocation of `count` bytes that lives as
/// long as this; it is dropped only when no send of it is under way.
struct Backlog: ~Copyable {
  let memory: UnsafeMutableRawPointer
  let count: Int

  /// A copy of bytes, of which there is at least one.
  init(_ bytes: UnsafeRawBufferPointer) {
    memory = .allocate(byteCount: bytes.count, alignment: 1)
    memory.copyMemory(from: bytes.baseAddress!, byteCount: bytes.count)
    count = bytes.count
  }

  deinit { memory.deallocate() }
}
