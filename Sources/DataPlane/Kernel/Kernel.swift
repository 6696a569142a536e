public import Routing
public import ShardMap
public import TLS
public import Uring

/// What the worker needs of an operating system: the seam between decisions and the world.
///
/// Two types conform: ``LiveKernel`` (io_uring) and the simulated kernel of `Simulation`, which follows a seed. The worker is
/// generic over this protocol, and specialized for the live one.
///
/// The rules are the ring's. An operation is queued by a call that returns true, or not at all (false: the submission queue is full;
/// submit and try again). A queued operation ends in exactly one ``Completion`` without ``Completion/hasMore``, except a quiet
/// send that succeeds, which ends in none. Memory given to an operation stays until that completion; memory given to a quiet
/// send until ``submitAndWait(until:)`` or ``submit()`` has returned with ``unsubmittedCount`` zero, and the completions are read.
public protocol Kernel: ~Copyable {
  /// The time as of the last submit or wait, in nanoseconds of a clock that never goes back.
  var now: MonotonicTime { get }

  /// The time at this moment, by the same clock: what has completed by now happened before.
  var currentTime: MonotonicTime { get }

  /// Milliseconds since 1970 at this moment, by the clock that people set.
  var wallMilliseconds: UInt64 { get }

  // MARK: Sockets. Plain calls; none of them waits.

  /// Makes a TCP socket for an address, with the data plane's options; a negated `errno` on failure.
  mutating func openSocket(for address: SocketAddress) -> Int32
  /// Two sockets of this process that are connected to each other; nil where that can't be done.
  mutating func makePair() -> (near: Int32, far: Int32)?
  /// Where the other end of a connected socket is; nil when that can't be told.
  func peer(of socket: Int32) -> SocketAddress?
  /// Sends what is queued, then FIN.
  mutating func shutdownWriting(_ socket: Int32)
  /// The descriptor of a client that waits in a listener's backlog; a negated `errno` when there is none. Nothing else may accept there.
  mutating func acceptWaiting(on listener: Int32) -> Int32
  /// Another descriptor for the same socket, for a thread that may still use it when this one is closed; negative where
  /// there can't be one.
  func duplicate(_ socket: Int32) -> Int32
  /// Closes a descriptor on which no operation is outstanding.
  mutating func close(_ descriptor: Int32)

  // MARK: Operations

  /// Accepts until cancelled: a descriptor a completion. See ``Ring/accept(on:token:)``.
  mutating func accept(on listener: Int32, token: UInt64) -> Bool
  /// Receives into provided buffers until cancelled, or until a completion without more. See ``Ring/receive(from:token:)``.
  mutating func receive(from socket: Int32, token: UInt64) -> Bool
  /// Receives once into the caller's memory; `-EAGAIN` if `waits` is false and nothing is there.
  mutating func receive(
    from socket: Int32, into bytes: UnsafeMutableRawPointer, count: Int, waits: Bool, token: UInt64
  ) -> Bool
  /// Sends all of `bytes`, waiting for room.
  mutating func send(to socket: Int32, _ bytes: UnsafeRawPointer, count: Int, token: UInt64) -> Bool
  /// Sends slices in order, at once, inside the next submit; completes only if not all was taken, with the count taken or a negated `errno`.
  ///
  /// At most ``RelayLimits/slicesALane`` slices.
  mutating func sendQuietly(to socket: Int32, _ slices: SliceQueue, token: UInt64) -> Bool
  /// The same for memory that the caller has.
  mutating func sendQuietly(to socket: Int32, _ pieces: SendPieces, token: UInt64) -> Bool
  /// Connects; completes with 0 or a negated `errno`.
  mutating func connect(_ socket: Int32, to address: SocketAddress, token: UInt64) -> Bool
  /// Cancels one operation by its token.
  mutating func cancel(operation: UInt64, token: UInt64) -> Bool
  /// Cancels everything on a descriptor.
  mutating func cancelAll(on descriptor: Int32, token: UInt64) -> Bool
  /// Completes when the doorbell rings or its count is no longer `seen`. False also where the kernel can't wait so; then a timer does.
  mutating func waitForDoorbell(_ doorbell: Doorbell, seen: UInt32, token: UInt64) -> Bool

  // MARK: Turning

  /// Operations queued and not yet taken.
  var unsubmittedCount: Int { get }
  /// Whether completions are kept back because their queue was full.
  var hasOverflow: Bool { get }
  /// Hands over what is queued, without waiting.
  mutating func submit()
  /// Hands over what is queued and waits for a completion, at most until a time (nil: for ever).
  mutating func submitAndWait(until deadline: MonotonicTime?)
  /// The next completion that is there.
  mutating func nextCompletion() -> Completion?

  /// What the ring has done and has; nothing where there is none.
  var reading: RingReading { get }

  // MARK: Provided buffers

  /// Takes over the bytes of a completion; nil if it holds none.
  mutating func claim(_ completion: Completion) -> ReceivedSlice?
  /// Gives bytes back.
  mutating func release(_ slice: ReceivedSlice)
  /// Where the bytes of a slice are, until it is released.
  func address(of slice: ReceivedSlice) -> UnsafeMutableRawPointer

  // MARK: Encryption. See ``SecureKernel``; others can't.

  /// Encrypts a socket on which nothing is under way: all that is sent and received from now on is plaintext here and ciphertext there. False where
  /// that can't be done. `received` is ciphertext that came already.
  mutating func secure(
    _ socket: Int32, _ role: SecureRole, received: UnsafeRawBufferPointer
  ) -> Bool
  /// What is known of a secured socket; nil of another.
  func facts(of socket: Int32) -> SecureFacts?
  /// Uses new certificates and rules for sockets that are secured from now on; those it has stay when these can't be used.
  mutating func renew(_ material: TLSMaterial) throws(TLSError)
  /// Sockets that were closed and still get rid of what they were given to send.
  var closingCount: Int { get }
  /// What is held for encrypted sockets.
  var secured: SecureAudit { get }
}

extension Kernel where Self: ~Copyable {
  /// There is no ring.
  public var reading: RingReading { RingReading() }

  /// The machine's wall clock.
  public var wallMilliseconds: UInt64 { UInt64(clamping: LiveClock.wallMicroseconds / 1000) }

  /// This moment on both clocks. The wall's is read first: who is held up in between has a mode end
  /// later than it should, and never sooner.
  var wallClock: WallClock {
    let milliseconds = wallMilliseconds
    return WallClock(monotonic: currentTime, milliseconds: milliseconds)
  }

  /// Nobody waits where the kernel's `accept` takes everybody at once.
  public mutating func acceptWaiting(on listener: Int32) -> Int32 { -Errno.again }

  /// None: a simulated process hands nothing to another.
  public func duplicate(_ socket: Int32) -> Int32 { -1 }

  /// There are none.
  public mutating func makePair() -> (near: Int32, far: Int32)? { nil }
  /// This kernel encrypts nothing.
  public mutating func secure(
    _ socket: Int32, _ role: SecureRole, received: UnsafeRawBufferPointer
  ) -> Bool { false }
  /// Nothing is encrypted.
  public func facts(of socket: Int32) -> SecureFacts? { nil }
  /// There is nothing to renew.
  public mutating func renew(_ material: TLSMaterial) throws(TLSError) {}
  /// Sockets are closed at once.
  public var closingCount: Int { 0 }
  /// Nothing is encrypted.
  public var secured: SecureAudit { SecureAudit() }
}
