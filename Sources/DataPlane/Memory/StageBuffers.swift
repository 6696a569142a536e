import Uring

/// Bytes that a worker has changed or written itself, on their way to a socket: a slice of them is kept in a lane and sent like one that was received.
///
/// They are put one behind the other; a buffer begins again when its last slice was released. Where none has room the bytes go the slow way, into
/// the lane's overflow.
///
/// Invariant that keeps the pointers safe: `bytes` is one allocation of `bufferCount` × `bufferBytes`; a staged slice comes from ``put(_:count:)``, and
/// its buffer and extent are checked against these.
struct StageBuffers: ~Copyable {
  static let bufferCount = 64
  static let bufferBytes = 64 * 1024
  /// Ids from here on are staged; the kernel's provided buffers have smaller ones (it takes at most 32,768 of them).
  private static let firstID: UInt16 = 0x8000

  private struct Use {
    var filled = 0
    var slices = 0
  }

  private let bytes: UnsafeMutableRawPointer
  private let uses: UnsafeMutablePointer<Use>
  /// The buffer that is being filled.
  private var current = 0

  /// Slices that were put and not released.
  private(set) var slicesHeld = 0

  init() {
    bytes = .allocate(byteCount: Self.bufferCount * Self.bufferBytes, alignment: 4096)
    uses = .allocate(capacity: Self.bufferCount)
    uses.initialize(repeating: Use(), count: Self.bufferCount)
  }

  deinit {
    bytes.deallocate()
    uses.deallocate()
  }

  /// Whether a slice is of these buffers.
  @inline(__always)
  static func owns(_ slice: ReceivedSlice) -> Bool { slice.buffer >= firstID }

  /// Copies bytes in; nil when there is no room for them.
  mutating func put(_ source: UnsafeRawPointer, count: Int) -> ReceivedSlice? {
    guard count <= Self.bufferBytes, findRoom(count) else { return nil }
    let offset = uses[current].filled
    (bytes + current * Self.bufferBytes + offset).copyMemory(from: source, byteCount: count)
    uses[current].filled += count
    uses[current].slices += 1
    slicesHeld += 1
    return ReceivedSlice(
      buffer: Self.firstID + UInt16(current), offset: UInt32(offset), count: UInt32(count))
  }

  /// Copies an array in; nil when there is no room for it.
  mutating func put(_ source: [UInt8]) -> ReceivedSlice? {
    source.withUnsafeBytes { $0.isEmpty ? nil : put($0.baseAddress!, count: $0.count) }
  }

  /// Makes a buffer with room the current one.
  private mutating func findRoom(_ count: Int) -> Bool {
    if uses[current].filled + count <= Self.bufferBytes { return true }
    for step in 1..<Self.bufferCount {
      let next = (current + step) % Self.bufferCount
      guard uses[next].slices == 0 else { continue }
      current = next
      return true
    }
    return false
  }

  /// Says that the bytes of a slice are not needed any more.
  mutating func release(_ slice: ReceivedSlice) {
    let buffer = place(of: slice)
    precondition(uses[buffer].slices > 0, "a staged slice was released twice")
    uses[buffer].slices -= 1
    slicesHeld -= 1
    if uses[buffer].slices == 0 { uses[buffer].filled = 0 }
  }

  /// Where the bytes of a slice are, until it is released.
  func address(of slice: ReceivedSlice) -> UnsafeMutableRawPointer {
    precondition(Int(slice.offset) + Int(slice.count) <= Self.bufferBytes, "no such slice")
    return bytes + place(of: slice) * Self.bufferBytes + Int(slice.offset)
  }

  private func place(of slice: ReceivedSlice) -> Int {
    let buffer = Int(slice.buffer) - Int(Self.firstID)
    precondition(0..<Self.bufferCount ~= buffer, "no staged slice")
    return buffer
  }
}
