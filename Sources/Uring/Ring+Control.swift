public import CLiburing

/// Operations on operations, clocks and threads. Each returns false, and queues nothing, when the submission queue is full.
extension Ring {
  /// Cancels the operation that was queued with `operation`. The cancelled one completes with `-ECANCELED`
  /// or with what it had done by then; this one with 0, `-ENOENT` or `-EALREADY`.
  @inlinable
  public mutating func cancel(operation: UInt64, token: UInt64) -> Bool {
    guard let entry = nextEntry(token: token) else { return false }
    io_uring_prep_cancel64(entry, operation, 0)
    return true
  }

  /// Cancels everything on one descriptor. Close it only after this has completed: the number may be another socket's by then.
  @inlinable
  public mutating func cancelAll(on descriptor: Int32, token: UInt64) -> Bool {
    guard let entry = nextEntry(token: token) else { return false }
    io_uring_prep_cancel_fd(entry, descriptor, UInt32(IORING_ASYNC_CANCEL_ALL))
    return true
  }

  /// Completes with `-ETIME` after a time. `span` must stay until the submit has returned.
  @inlinable
  public mutating func timeout(after span: UnsafeMutablePointer<__kernel_timespec>, token: UInt64)
    -> Bool
  {
    guard let entry = nextEntry(token: token) else { return false }
    io_uring_prep_timeout(entry, span, 0, 0)
    return true
  }

  /// Posts a completion on another ring (`MSG_RING`): there `peerToken` with the result `value`, here `token` with 0 or an error.
  @inlinable
  public mutating func message(
    ring peer: Int32, value: UInt32, peerToken: UInt64, token: UInt64
  ) -> Bool {
    guard let entry = nextEntry(token: token) else { return false }
    io_uring_prep_msg_ring(entry, peer, value, peerToken, 0)
    return true
  }

  /// Completes when somebody wakes the futex at `word`, or with `-EAGAIN` at once when it no longer holds `expected`.
  /// Only with ``Capabilities/Feature/futexWait``. `word` must stay until the completion.
  @inlinable
  public mutating func futexWait(
    _ word: UnsafePointer<UInt32>, expected: UInt32, token: UInt64
  ) -> Bool {
    guard let entry = nextEntry(token: token) else { return false }
    shardway_prep_futex_wait(entry, word, expected, UInt64(UInt32.max))
    return true
  }

  /// Wakes every ring that waits for the futex at `word`. Any thread may call it.
  public static func futexWake(_ word: UnsafePointer<UInt32>) {
    _ = shardway_futex_wake(word)
  }
}
