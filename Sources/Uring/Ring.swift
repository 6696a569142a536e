public import CLiburing
import Glibc

/// How a ring is made.
public struct RingConfiguration: Sendable {
  /// Entries of the submission queue: a power of two.
  public var submissionEntries: Int
  /// Entries of the completion queue: a power of two, several times the submission queue, because
  /// multishot operations complete without being submitted, and an overflow ends them.
  public var completionEntries: Int
  /// The receive buffers.
  public var buffers: BufferRingShape
  /// What may be used of the kernel.
  public var capabilities: Capabilities
  /// Whether the kernel is to refuse all operations but those that ``Ring`` has functions for.
  public var isRestricted = false

  /// Names a configuration.
  public init(
    submissionEntries: Int, completionEntries: Int, buffers: BufferRingShape,
    capabilities: Capabilities
  ) {
    self.submissionEntries = submissionEntries
    self.completionEntries = completionEntries
    self.buffers = buffers
    self.capabilities = capabilities
  }
}

/// One io_uring with its receive buffers, owned by one thread.
///
/// An operation is first queued (`false` says that the submission queue is full: submit, then try
/// again) and reaches the kernel with the next submit. Each queued operation ends in exactly one completion
/// without ``Completion/hasMore``, except a quiet send that succeeds.
///
/// Invariant that keeps the pointer below safe: `ring` is initialized before the initializer returns and is
/// torn down only by `deinit`, after the last use.
public struct Ring: ~Copyable {
  @usableFromInline let ring: UnsafeMutablePointer<io_uring>
  /// The receive buffers.
  public var buffers: ProvidedBuffers
  /// How many operations may be queued and not submitted: as many as were asked for, or more.
  public let submissionCapacity: Int
  /// What this ring uses of the kernel.
  public let capabilities: Capabilities
  @usableFromInline let receivesMultishot: Bool

  /// Sets up a ring. It must be used by the thread that makes it.
  public init(_ configuration: RingConfiguration) throws(RingError) {
    let ring = UnsafeMutablePointer<io_uring>.allocate(capacity: 1)
    ring.initialize(to: io_uring())
    var parameters = io_uring_params()
    parameters.flags = Self.setupFlags(configuration.capabilities)
    if configuration.isRestricted { parameters.flags |= UInt32(IORING_SETUP_R_DISABLED) }
    parameters.cq_entries = UInt32(configuration.completionEntries)
    let status = io_uring_queue_init_params(
      UInt32(configuration.submissionEntries), ring, &parameters)
    guard status == 0 else {
      ring.deallocate()
      throw .diagnosing(setupErrno: -status)
    }
    do throws(RingError) {
      self.buffers = try Self.prepare(ring, configuration)
    } catch {
      io_uring_queue_exit(ring)
      ring.deallocate()
      throw error
    }
    self.ring = ring
    submissionCapacity = Int(parameters.sq_entries)
    self.capabilities = configuration.capabilities
    self.receivesMultishot = configuration.capabilities.has(.multishotReceive)
  }

  /// Registers with a new ring what it is to have, and enables it where it waits for that.
  private static func prepare(
    _ ring: UnsafeMutablePointer<io_uring>, _ configuration: RingConfiguration
  ) throws(RingError) -> ProvidedBuffers {
    let buffers = try ProvidedBuffers(
      ring: ring, shape: configuration.buffers,
      incremental: configuration.capabilities.has(.incrementalBuffers))
    // A registered descriptor spares a look-up for each system call; a kernel that refuses it works without.
    _ = io_uring_register_ring_fd(ring)
    if configuration.isRestricted {
      let status = restrict(ring)
      guard status == 0 else { throw .diagnosing(setupErrno: -status) }
    }
    return buffers
  }

  deinit {
    // The ring goes first: until then the kernel may write into the buffers.
    io_uring_queue_exit(ring)
    ring.deallocate()
  }

  private static func setupFlags(_ capabilities: Capabilities) -> UInt32 {
    var flags = UInt32(IORING_SETUP_CLAMP) | UInt32(IORING_SETUP_CQSIZE)
    if capabilities.has(.singleIssuer) { flags |= UInt32(IORING_SETUP_SINGLE_ISSUER) }
    if capabilities.has(.deferTaskRun) && capabilities.has(.singleIssuer) {
      flags |= UInt32(IORING_SETUP_DEFER_TASKRUN)
    } else {
      flags |= UInt32(IORING_SETUP_COOP_TASKRUN)
    }
    return flags
  }

  /// The descriptor by which another ring can send this one a message.
  public var descriptor: Int32 { ring.pointee.ring_fd }

  /// Operations queued and not yet taken by the kernel.
  @inlinable
  public var unsubmittedCount: Int {
    Int(ring.pointee.sq.sqe_tail &- UnsafePointer(ring.pointee.sq.khead).pointee)
  }

  /// Operations that the kernel has taken, modulo 2^32.
  public var submittedCount: UInt32 { UnsafePointer(ring.pointee.sq.khead).pointee }

  /// Completions that were taken off the queue, modulo 2^32.
  public var completedCount: UInt32 { ring.pointee.cq.khead.pointee }

  /// Hands everything queued to the kernel, without waiting. Quiet sends happen inside this call.
  @inlinable
  public mutating func submit() {
    _ = io_uring_submit_and_get_events(ring)
  }

  /// Hands everything queued to the kernel and waits for a completion, at most for a time (nil: however long it takes).
  @inlinable
  public mutating func submitAndWait(forNanoseconds wait: Int64?) {
    guard let wait else {
      _ = io_uring_submit_and_wait(ring, 1)
      return
    }
    var span = __kernel_timespec(tv_sec: wait / 1_000_000_000, tv_nsec: wait % 1_000_000_000)
    var first: UnsafeMutablePointer<io_uring_cqe>?
    _ = io_uring_submit_and_wait_timeout(ring, &first, 1, &span, nil)
  }

  /// Takes the next completion off the queue; nil when there is none now.
  @inlinable
  public mutating func nextCompletion() -> Completion? {
    let head = ring.pointee.cq.khead.pointee
    guard head != shardway_cq_tail(ring) else { return nil }
    let entry = ring.pointee.cq.cqes + Int(head & ring.pointee.cq.ring_mask)
    let completion = Completion(
      token: entry.pointee.user_data, result: entry.pointee.res, flags: entry.pointee.flags)
    io_uring_cq_advance(ring, 1)
    return completion
  }

  /// Whether the kernel keeps completions back because the queue was full; the next submit fetches them.
  @inlinable
  public var hasOverflow: Bool { shardway_sq_flags(ring) & UInt32(IORING_SQ_CQ_OVERFLOW) != 0 }

  /// The next free entry of the submission queue, to complete with `token`; nil when the queue is full.
  @inlinable
  mutating func nextEntry(token: UInt64) -> UnsafeMutablePointer<io_uring_sqe>? {
    guard let entry = io_uring_get_sqe(ring) else { return nil }
    entry.pointee.user_data = token
    return entry
  }
}
