import Glibc
import Routing
import ShardMap
import Uring

/// The kernel itself, by io_uring.
///
/// Invariant that keeps the pointers safe: an address or a message header lies in a table that has one place more than the submission queue, used in
/// turn; one is taken only by an operation that was queued. So a place is written again only after the operation before it was submitted, and by then
/// the kernel has read it; what the full queue refuses was written to the one place that no queued operation has.
struct LiveKernel: Kernel, ~Copyable {
  private var ring: Ring
  private let keepAlive: KeepAlive
  private let addresses: UnsafeMutablePointer<sockaddr_storage>
  private let messages: UnsafeMutablePointer<GroupedSend>
  private let places: Int
  private var nextPlace = 0
  private(set) var now: MonotonicTime

  /// A message header with its pieces beside it.
  private struct GroupedSend {
    var header = msghdr()
    var pieces = InlineArray<4, iovec>(repeating: iovec())
  }

  /// Sets up a ring for the thread that calls.
  init(_ configuration: RingConfiguration, keepAlive: KeepAlive) throws(RingError) {
    ring = try Ring(configuration)
    self.keepAlive = keepAlive
    places = ring.submissionCapacity + 1
    addresses = .allocate(capacity: places)
    messages = .allocate(capacity: places)
    messages.initialize(repeating: GroupedSend(), count: places)
    now = LiveClock.now
  }

  deinit {
    addresses.deallocate()
    messages.deallocate()
  }

  /// An operation that was written to the next place has been queued, or not: then the next one may have it.
  private mutating func placeIsTaken(_ isQueued: Bool) -> Bool {
    if isQueued { nextPlace = nextPlace + 1 == places ? 0 : nextPlace + 1 }
    return isQueued
  }

  // MARK: Sockets

  mutating func openSocket(for address: SocketAddress) -> Int32 {
    Sockets.open(for: address, keepAlive: keepAlive)
  }
  mutating func makePair() -> (near: Int32, far: Int32)? { Sockets.pair() }
  var currentTime: MonotonicTime { LiveClock.now }
  func peer(of socket: Int32) -> SocketAddress? { Sockets.peerAddress(of: socket) }
  mutating func shutdownWriting(_ socket: Int32) { _ = shutdown(socket, Int32(SHUT_WR)) }
  mutating func acceptWaiting(on listener: Int32) -> Int32 {
    Sockets.acceptWaiting(on: listener)
  }
  func duplicate(_ socket: Int32) -> Int32 { fcntl(socket, F_DUPFD_CLOEXEC, 0) }
  mutating func close(_ descriptor: Int32) { _ = Glibc.close(descriptor) }

  // MARK: Operations

  mutating func accept(on listener: Int32, token: UInt64) -> Bool {
    ring.accept(on: listener, token: token)
  }
  mutating func receive(from socket: Int32, token: UInt64) -> Bool {
    ring.receive(from: socket, token: token)
  }
  mutating func receive(
    from socket: Int32, into bytes: UnsafeMutableRawPointer, count: Int, waits: Bool, token: UInt64
  ) -> Bool {
    ring.receive(from: socket, into: bytes, count: count, waits: waits, token: token)
  }
  mutating func send(to socket: Int32, _ bytes: UnsafeRawPointer, count: Int, token: UInt64)
    -> Bool
  {
    ring.send(to: socket, bytes, count: count, token: token)
  }

  mutating func sendQuietly(to socket: Int32, _ slices: SliceQueue, token: UInt64) -> Bool {
    let first = slices[0]
    guard slices.count > 1 else {
      return ring.sendQuietly(
        to: socket, ring.buffers.address(of: first), count: Int(first.count), token: token)
    }
    let message = messages + nextPlace
    for index in 0..<slices.count {
      let slice = slices[index]
      message.pointee.pieces[index] = iovec(
        iov_base: ring.buffers.address(of: slice), iov_len: Int(slice.count))
    }
    return send(message, pieces: slices.count, to: socket, token: token)
  }

  mutating func sendQuietly(to socket: Int32, _ pieces: SendPieces, token: UInt64) -> Bool {
    guard pieces.count > 1 else {
      return ring.sendQuietly(
        to: socket, pieces[0].baseAddress!, count: pieces[0].count, token: token)
    }
    let message = messages + nextPlace
    for index in 0..<pieces.count {
      message.pointee.pieces[index] = iovec(
        iov_base: UnsafeMutableRawPointer(mutating: pieces[index].baseAddress!),
        iov_len: pieces[index].count)
    }
    return send(message, pieces: pieces.count, to: socket, token: token)
  }

  private mutating func send(
    _ message: UnsafeMutablePointer<GroupedSend>, pieces count: Int, to socket: Int32, token: UInt64
  ) -> Bool {
    let pieces = UnsafeMutableRawPointer(message) + MemoryLayout<GroupedSend>.offset(of: \.pieces)!
    message.pointee.header.msg_iov = pieces.assumingMemoryBound(to: iovec.self)
    message.pointee.header.msg_iovlen = count
    return placeIsTaken(
      ring.sendQuietly(
        to: socket, message: UnsafeRawPointer(message).assumingMemoryBound(to: msghdr.self),
        token: token))
  }

  mutating func connect(_ socket: Int32, to address: SocketAddress, token: UInt64) -> Bool {
    let place = addresses + nextPlace
    let count = Sockets.write(address, to: place)
    return placeIsTaken(
      ring.connect(
        socket, to: UnsafeRawPointer(place).assumingMemoryBound(to: sockaddr.self), count: count,
        token: token))
  }
  mutating func cancel(operation: UInt64, token: UInt64) -> Bool {
    ring.cancel(operation: operation, token: token)
  }
  mutating func cancelAll(on descriptor: Int32, token: UInt64) -> Bool {
    ring.cancelAll(on: descriptor, token: token)
  }
  mutating func waitForDoorbell(_ doorbell: Doorbell, seen: UInt32, token: UInt64) -> Bool {
    guard ring.capabilities.has(.futexWait) else { return false }
    return ring.futexWait(doorbell.futex, expected: seen, token: token)
  }

  // MARK: Turning

  var unsubmittedCount: Int { ring.unsubmittedCount }
  var hasOverflow: Bool { ring.hasOverflow }
  var reading: RingReading {
    var reading = RingReading()
    reading.submissions = ring.submittedCount
    reading.completions = ring.completedCount
    reading.buffers = ring.buffers.count
    reading.buffersInUse = ring.buffers.inUseCount
    return reading
  }
  mutating func submit() {
    ring.submit()
    now = LiveClock.now
  }
  mutating func submitAndWait(until deadline: MonotonicTime?) {
    if let deadline {
      ring.submitAndWait(forNanoseconds: Int64(deadline.nanoseconds(since: now)))
    } else {
      ring.submitAndWait(forNanoseconds: nil)
    }
    now = LiveClock.now
  }
  mutating func nextCompletion() -> Completion? { ring.nextCompletion() }

  // MARK: Provided buffers

  mutating func claim(_ completion: Completion) -> ReceivedSlice? {
    ring.buffers.claim(completion)
  }
  mutating func release(_ slice: ReceivedSlice) { ring.buffers.release(slice) }
  func address(of slice: ReceivedSlice) -> UnsafeMutableRawPointer {
    ring.buffers.address(of: slice)
  }
}
