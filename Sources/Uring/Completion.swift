public import CLiburing

/// What the kernel says of one finished (or partly finished) operation.
///
/// Source: `struct io_uring_cqe`, io_uring(7).
public struct Completion: Sendable {
  /// The value the operation was submitted with.
  public let token: UInt64
  /// A count or a descriptor; below zero a negated `errno`.
  public let result: Int32
  /// The kernel's `IORING_CQE_F_*` bits and the buffer id.
  public let flags: UInt32

  /// Makes a completion from the ring's fields.
  @inlinable
  public init(token: UInt64, result: Int32, flags: UInt32) {
    self.token = token
    self.result = result
    self.flags = flags
  }

  /// Makes a completion of a layer above the ring, with a buffer of its own where it has one.
  @inlinable
  public init(token: UInt64, result: Int32, hasMore: Bool = false, buffer: UInt16? = nil) {
    var flags: UInt32 = hasMore ? UInt32(IORING_CQE_F_MORE) : 0
    if let buffer {
      flags |= UInt32(IORING_CQE_F_BUFFER) | UInt32(buffer) << UInt32(IORING_CQE_BUFFER_SHIFT)
    }
    self.init(token: token, result: result, flags: flags)
  }

  /// Whether the same submission will complete again (a multishot goes on).
  @inlinable
  public var hasMore: Bool { flags & UInt32(IORING_CQE_F_MORE) != 0 }

  /// The provided buffer that holds the bytes, if one was taken.
  @inlinable
  public var buffer: UInt16? {
    flags & UInt32(IORING_CQE_F_BUFFER) == 0
      ? nil : UInt16(truncatingIfNeeded: flags >> UInt32(IORING_CQE_BUFFER_SHIFT))
  }

  /// Whether the kernel goes on filling the same buffer (incremental consumption).
  @inlinable
  public var bufferStaysInUse: Bool { flags & UInt32(IORING_CQE_F_BUF_MORE) != 0 }
}
