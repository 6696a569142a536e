public import CLiburing
import Glibc

/// Bytes that a receive put into a provided buffer.
public struct ReceivedSlice: Sendable, Equatable {
  /// The buffer's id within its ring.
  public var buffer: UInt16
  /// Where in the buffer the bytes begin.
  public var offset: UInt32
  /// How many bytes there are.
  public var count: UInt32

  /// Names `count` bytes at `offset` of a buffer.
  @inlinable
  public init(buffer: UInt16, offset: UInt32, count: UInt32) {
    self.buffer = buffer
    self.offset = offset
    self.count = count
  }
}

/// The sizes of a ring of provided buffers.
public struct BufferRingShape: Sendable, Equatable {
  /// How many buffers: a power of two, at most 32,768 (the kernel's limit).
  public var bufferCount: Int
  /// Bytes of one buffer.
  public var bufferBytes: Int

  /// Names a shape.
  public init(bufferCount: Int, bufferBytes: Int) {
    self.bufferCount = bufferCount
    self.bufferBytes = bufferBytes
  }
}

/// Buffers that the kernel picks from when bytes arrive (`IORING_REGISTER_PBUF_RING`, Linux 5.19).
///
/// With incremental consumption (Linux 6.12) the kernel goes on in one buffer until it is full, so a
/// large buffer serves many small receives. A buffer returns to the kernel when the kernel has let go
/// of it *and* every slice of it was released.
///
/// Invariant that keeps the pointers below safe: `bytes` is one allocation of
/// `bufferCount × bufferBytes`; a buffer id comes only from the kernel (checked against `bufferCount`) and an
/// offset is the running sum of the kernel's counts, checked against `bufferBytes`.
public struct ProvidedBuffers: ~Copyable {
  /// What one buffer is doing.
  @usableFromInline
  struct Use {
    /// Bytes the kernel has filled since it was given the buffer.
    @usableFromInline var filled: UInt32 = 0
    /// Slices claimed and not yet released.
    @usableFromInline var slices: UInt32 = 0
    /// Whether the kernel may still write into it.
    @usableFromInline var isWithKernel = true
    @usableFromInline init() {}
  }

  @usableFromInline let ring: UnsafeMutablePointer<io_uring_buf_ring>
  @usableFromInline let bytes: UnsafeMutableRawPointer
  @usableFromInline let uses: UnsafeMutablePointer<Use>
  @usableFromInline let shape: BufferRingShape
  private let ringBytes: Int

  /// The group id that receives name.
  public static let group: UInt16 = 0

  /// Registers a ring of buffers; the kernel holds all of them at first.
  init(
    ring uring: UnsafeMutablePointer<io_uring>, shape: BufferRingShape, incremental: Bool
  ) throws(RingError) {
    let ringBytes = shape.bufferCount * MemoryLayout<io_uring_buf>.stride
    guard let entries = mapPages(ringBytes) else { throw .outOfMemory(bytes: ringBytes) }
    var registration = io_uring_buf_reg()
    registration.ring_addr = UInt64(UInt(bitPattern: entries))
    registration.ring_entries = UInt32(shape.bufferCount)
    registration.bgid = Self.group
    registration.pad = incremental ? UInt16(IOU_PBUF_RING_INC) : 0
    let status = io_uring_register_buf_ring(uring, &registration, 0)
    guard status == 0 else {
      munmap(entries, ringBytes)
      throw .bufferRingRefused(errno: -status)
    }
    let total = shape.bufferCount * shape.bufferBytes
    guard let bytes = mapPages(total) else {
      munmap(entries, ringBytes)
      throw .outOfMemory(bytes: total)
    }
    self.ring = entries.assumingMemoryBound(to: io_uring_buf_ring.self)
    self.ringBytes = ringBytes
    self.bytes = bytes
    self.shape = shape
    self.uses = .allocate(capacity: shape.bufferCount)
    self.uses.initialize(repeating: Use(), count: shape.bufferCount)
    io_uring_buf_ring_init(self.ring)
    for id in 0..<shape.bufferCount { give(UInt16(id)) }
  }

  deinit {
    uses.deallocate()
    munmap(bytes, shape.bufferCount * shape.bufferBytes)
    munmap(ring, ringBytes)
  }

  /// Takes over the bytes that `completion` reports; nil if it took no buffer.
  @inlinable
  public mutating func claim(_ completion: Completion) -> ReceivedSlice? {
    guard let id = completion.buffer else { return nil }
    precondition(Int(id) < shape.bufferCount, "the kernel named a buffer that is not in the ring")
    let use = uses + Int(id)
    let count = UInt32(max(completion.result, 0))
    let slice = ReceivedSlice(buffer: id, offset: use.pointee.filled, count: count)
    use.pointee.filled += count
    precondition(Int(use.pointee.filled) <= shape.bufferBytes, "a buffer was filled past its end")
    use.pointee.slices += 1
    use.pointee.isWithKernel = completion.bufferStaysInUse
    return slice
  }

  /// Says that the bytes of `slice` are not needed any more.
  @inlinable
  public mutating func release(_ slice: ReceivedSlice) {
    let use = uses + Int(slice.buffer)
    precondition(use.pointee.slices > 0, "a slice was released twice")
    use.pointee.slices -= 1
    if use.pointee.slices == 0 && !use.pointee.isWithKernel { give(slice.buffer) }
  }

  /// How many buffers there are.
  public var count: Int { shape.bufferCount }

  /// Buffers in which bytes lie that were not released yet. It looks at all of them.
  public var inUseCount: Int {
    var inUse = 0
    for id in 0..<shape.bufferCount where uses[id].slices > 0 { inUse += 1 }
    return inUse
  }

  /// Where the bytes of `slice` are; valid until it is released.
  @inlinable
  public func address(of slice: ReceivedSlice) -> UnsafeMutableRawPointer {
    bytes + Int(slice.buffer) * shape.bufferBytes + Int(slice.offset)
  }

  @usableFromInline
  mutating func give(_ id: UInt16) {
    uses[Int(id)] = Use()
    shardway_buffer_ring_add(
      ring, bytes + Int(id) * shape.bufferBytes, UInt32(shape.bufferBytes), id,
      Int32(shape.bufferCount - 1))
  }
}

/// Anonymous zeroed pages, or nil.
private func mapPages(_ count: Int) -> UnsafeMutableRawPointer? {
  let pages = mmap(nil, count, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
  return pages == MAP_FAILED ? nil : pages
}
