import Uring

/// Buffers of plaintext that was received: to the worker they are like the kernel's provided ones, with numbers of their own.
///
/// They are filled one behind the other; a buffer begins again when the last slice of it was released.
///
/// Invariant that keeps the pointers safe: `bytes` is one allocation of `bufferCount` × `bufferBytes`; ids and extents are checked against these.
struct SecureBuffers: ~Copyable {
  static let bufferCount = 64
  static let bufferBytes = 64 * 1024
  /// Less room than this is not worth a read.
  private static let leastRoom = 4 * 1024
  /// Ids from here on are of these buffers: the kernel's provided ones are at most some hundreds, the staged ones have ids above.
  static let firstID: UInt16 = 0x7000

  private struct Use {
    /// Bytes put in.
    var filled: UInt32 = 0
    /// Bytes of these whose completions were taken.
    var claimed: UInt32 = 0
    /// Pieces put in and not released.
    var slices: UInt32 = 0
  }

  private let bytes: UnsafeMutableRawPointer
  private let uses: UnsafeMutablePointer<Use>
  private var current = 0

  init() {
    bytes = .allocate(byteCount: Self.bufferCount * Self.bufferBytes, alignment: 4096)
    uses = .allocate(capacity: Self.bufferCount)
    uses.initialize(repeating: Use(), count: Self.bufferCount)
  }

  deinit {
    bytes.deallocate()
    uses.deallocate()
  }

  /// Whether a buffer is one of these.
  @inline(__always)
  static func owns(_ buffer: UInt16) -> Bool {
    firstID..<firstID + UInt16(bufferCount) ~= buffer
  }

  /// Room for plaintext; nil when all buffers are in use.
  mutating func room() -> UnsafeMutableRawBufferPointer? {
    guard let place = findRoom() else { return nil }
    let filled = Int(uses[place].filled)
    return UnsafeMutableRawBufferPointer(
      start: bytes + place * Self.bufferBytes + filled, count: Self.bufferBytes - filled)
  }

  private mutating func findRoom() -> Int? {
    if Int(uses[current].filled) + Self.leastRoom <= Self.bufferBytes { return current }
    for step in 1..<Self.bufferCount {
      let next = (current + step) % Self.bufferCount
      guard uses[next].slices == 0 else { continue }
      current = next
      return next
    }
    return nil
  }

  /// Bytes were put into the room: the completion that tells of them, by which they are claimed.
  mutating func filled(_ count: Int, token: UInt64) -> Completion {
    uses[current].filled += UInt32(count)
    precondition(Int(uses[current].filled) <= Self.bufferBytes, "a buffer was filled past its end")
    uses[current].slices += 1
    return Completion(
      token: token, result: Int32(count), hasMore: true, buffer: Self.firstID + UInt16(current))
  }

  /// Takes over the bytes that a completion tells of.
  mutating func claim(_ completion: Completion) -> ReceivedSlice? {
    guard let id = completion.buffer else { return nil }
    let place = place(of: id)
    let count = UInt32(max(completion.result, 0))
    let slice = ReceivedSlice(buffer: id, offset: uses[place].claimed, count: count)
    uses[place].claimed += count
    precondition(uses[place].claimed <= uses[place].filled, "more was claimed than was received")
    return slice
  }

  /// Says that the bytes of a slice are not needed any more.
  mutating func release(_ slice: ReceivedSlice) {
    let place = place(of: slice.buffer)
    precondition(uses[place].slices > 0, "a slice was released twice")
    uses[place].slices -= 1
    if uses[place].slices == 0 { uses[place] = Use() }
  }

  /// Pieces put in and not released, over all buffers.
  var slicesHeld: Int { (0..<Self.bufferCount).reduce(0) { $0 + Int(uses[$1].slices) } }

  /// Where the bytes of a slice are, until it is released.
  func address(of slice: ReceivedSlice) -> UnsafeMutableRawPointer {
    precondition(Int(slice.offset) + Int(slice.count) <= Self.bufferBytes, "no such slice")
    return bytes + place(of: slice.buffer) * Self.bufferBytes + Int(slice.offset)
  }

  private func place(of id: UInt16) -> Int {
    precondition(Self.owns(id), "no such buffer")
    return Int(id - Self.firstID)
  }
}
