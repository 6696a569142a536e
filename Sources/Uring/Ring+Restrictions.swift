internal import CLiburing

/// Keeping a ring to what this module asks of it: a filter of system calls doesn't see what a ring is asked, so the ring has to see to it itself.
extension Ring {
  /// The operations that the functions of ``Ring`` queue: sockets, and waiting. No file can be opened, and none read or written.
  private static let operations: [UInt8] =
    [
      IORING_OP_ACCEPT, IORING_OP_RECV, IORING_OP_SEND, IORING_OP_SENDMSG, IORING_OP_CONNECT,
      IORING_OP_ASYNC_CANCEL, IORING_OP_TIMEOUT, IORING_OP_MSG_RING,
    ].map { UInt8($0.rawValue) } + [UInt8(SHARDWAY_OP_FUTEX_WAIT)]

  /// Has the kernel refuse everything else on a ring that is not enabled yet, and enables it. A negated `errno` on failure.
  static func restrict(_ ring: UnsafeMutablePointer<io_uring>) -> Int32 {
    var restrictions = operations.map { operation in
      var restriction = io_uring_restriction()
      restriction.opcode = UInt16(IORING_RESTRICTION_SQE_OP)
      restriction.sqe_op = operation
      return restriction
    }
    var flags = io_uring_restriction()
    flags.opcode = UInt16(IORING_RESTRICTION_SQE_FLAGS_ALLOWED)
    flags.sqe_flags = UInt8(
      SHARDWAY_SQE_LINK | SHARDWAY_SQE_BUFFER_SELECT
        | SHARDWAY_SQE_SKIP_SUCCESS)
    restrictions.append(flags)
    let status = shardway_restrict_ring(ring, &restrictions, UInt32(restrictions.count))
    guard status == 0 else { return status }
    return shardway_enable_ring(ring)
  }
}
