/// A little memory that one message's beginning is written into before it is copied to where it goes.
///
/// Invariant that keeps the pointer safe: `memory` is one allocation of `byteCount` bytes for the life of the value; of what was written, only the
/// bytes that the span counts are read.
struct Scratch: ~Copyable {
  /// Room for a header, two names of the longest kind and a little more.
  static let byteCount = 4096

  private let memory: UnsafeMutableBufferPointer<UInt8>
  /// Bytes that were written last.
  private(set) var count = 0

  init() { memory = .allocate(capacity: Self.byteCount) }

  deinit { memory.deallocate() }

  /// What was written last.
  var bytes: UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: memory.baseAddress, count: count)
  }

  /// Writes anew.
  mutating func write<Failure: Error>(
    _ body: (inout OutputSpan<UInt8>) throws(Failure) -> Void
  ) throws(Failure) {
    count = 0
    var output = OutputSpan(buffer: memory, initializedCount: 0)
    try body(&output)
    count = output.finalize(for: memory)
  }
}
