public import CLiburing
import Glibc

/// Socket operations. Each returns false, and queues nothing, when the submission queue is full.
extension Ring {
  /// Accepts connections until cancelled; the result is a descriptor (close-on-exec). A completion without
  /// ``Completion/hasMore`` means that it must be queued again.
  @inlinable
  public mutating func accept(on listener: Int32, token: UInt64) -> Bool {
    guard let entry = nextEntry(token: token) else { return false }
    io_uring_prep_multishot_accept(entry, listener, nil, nil, Int32(SOCK_CLOEXEC.rawValue))
    return true
  }

  /// Receives into provided buffers, multishot where the kernel has it. A completion without
  /// ``Completion/hasMore`` means that it must be queued again; `-ENOBUFS` that the buffer ring was dry.
  @inlinable
  public mutating func receive(from socket: Int32, token: UInt64) -> Bool {
    guard let entry = nextEntry(token: token) else { return false }
    if receivesMultishot {
      io_uring_prep_recv_multishot(entry, socket, nil, 0, 0)
    } else {
      io_uring_prep_recv(entry, socket, nil, 0, 0)
      // The bytes that were there came with the last receive; trying at once would fail and cost.
      entry.pointee.ioprio |= UInt16(IORING_RECVSEND_POLL_FIRST)
    }
    entry.pointee.flags |= UInt8(SHARDWAY_SQE_BUFFER_SELECT)
    entry.pointee.buf_group = ProvidedBuffers.group
    return true
  }

  /// Receives once into memory of the caller's, which must stay until the completion. With `waits` false
  /// the result is `-EAGAIN` when nothing is there now.
  @inlinable
  public mutating func receive(
    from socket: Int32, into bytes: UnsafeMutableRawPointer, count: Int, waits: Bool, token: UInt64
  ) -> Bool {
    guard let entry = nextEntry(token: token) else { return false }
    io_uring_prep_recv(entry, socket, bytes, count, waits ? 0 : Int32(MSG_DONTWAIT))
    return true
  }

  /// Sends all of `bytes`, waiting for room as often as needed. They must stay until the completion, whose
  /// result falls short of `count` only if the connection failed or the send was cancelled.
  ///
  /// `linked` starts the next queued operation only when this one has succeeded.
  @inlinable
  public mutating func send(
    to socket: Int32, _ bytes: UnsafeRawPointer, count: Int, linked: Bool = false, token: UInt64
  ) -> Bool {
    guard let entry = nextEntry(token: token) else { return false }
    io_uring_prep_send(
      entry, socket, bytes, count, Int32(MSG_NOSIGNAL | MSG_WAITALL))
    if linked { entry.pointee.flags |= UInt8(SHARDWAY_SQE_LINK) }
    return true
  }

  /// Sends what the socket takes at once, inside the next submit, and completes **only if that was not all**:
  /// with the count taken, or a negated `errno`.
  ///
  /// So one system call sends for many sockets, and success costs no completion. The bytes are free when the submit
  /// that took the operation has returned and its completions have been read.
  @inlinable
  public mutating func sendQuietly(
    to socket: Int32, _ bytes: UnsafeRawPointer, count: Int, token: UInt64
  ) -> Bool {
    guard let entry = nextEntry(token: token) else { return false }
    io_uring_prep_send(entry, socket, bytes, count, Ring.quietFlags)
    entry.pointee.flags |= UInt8(SHARDWAY_SQE_SKIP_SUCCESS)
    return true
  }

  /// The same for several pieces in a row (a grouped send). `message` and what it points to must stay until the submit has returned.
  @inlinable
  public mutating func sendQuietly(
    to socket: Int32, message: UnsafePointer<msghdr>, token: UInt64
  ) -> Bool {
    guard let entry = nextEntry(token: token) else { return false }
    io_uring_prep_sendmsg(entry, socket, message, UInt32(Ring.quietFlags))
    entry.pointee.flags |= UInt8(SHARDWAY_SQE_SKIP_SUCCESS)
    return true
  }

  @usableFromInline
  static let quietFlags = Int32(
    MSG_NOSIGNAL | MSG_WAITALL | MSG_DONTWAIT)

  /// Connects a socket. The kernel copies the address during the submit: it must stay until that has returned.
  @inlinable
  public mutating func connect(
    _ socket: Int32, to address: UnsafePointer<sockaddr>, count: socklen_t, token: UInt64
  ) -> Bool {
    guard let entry = nextEntry(token: token) else { return false }
    io_uring_prep_connect(entry, socket, address, count)
    return true
  }
}
