public import DataPlane
import Glibc
public import Routing
public import ShardMap
public import Uring

/// A kernel that follows a seed: the world behind a ``Kernel`` without a system call.
///
/// Time passes only while the worker waits, and a little with each submit.
public struct SimulatedKernel: Kernel {
  let state: KernelState

  /// The simulated time.
  public var now: MonotonicTime { MonotonicTime(nanoseconds: state.world.now) }

  /// The simulated time: none passes while the worker works.
  public var currentTime: MonotonicTime { now }

  /// The simulated time, from the moment at which the simulated maps are issued.
  public var wallMilliseconds: UInt64 {
    UInt64(SimulatedMaps.issuedAtMilliseconds) + state.world.now / 1_000_000
  }

  // MARK: Sockets

  /// A socket that is not connected; `-EMFILE` as often as the plan has it.
  public mutating func openSocket(for address: SocketAddress) -> Int32 {
    guard !state.world.random.chance(state.world.plan.noDescriptor) else { return -EMFILE }
    state.network.decided(address)
    return state.open().number
  }

  /// Nobody knows: clients of the simulation have no address.
  public func peer(of socket: Int32) -> SocketAddress? { nil }

  /// Sends FIN behind what was sent.
  public mutating func shutdownWriting(_ socket: Int32) {
    state.world.note("shutdown \(socket)", UInt64(socket))
    state.descriptor(socket, for: "shutdown")?.socket?.finish()
  }

  /// Closes; a violation if anything is under way on the descriptor.
  public mutating func close(_ descriptor: Int32) { state.close(descriptor) }

  // MARK: Operations

  /// Queues an accept.
  public mutating func accept(on listener: Int32, token: UInt64) -> Bool {
    state.queue(Operation(.accept, on: listener, token: token))
  }

  /// Queues a receive into provided buffers.
  public mutating func receive(from socket: Int32, token: UInt64) -> Bool {
    state.queue(Operation(.receive, on: socket, token: token))
  }

  /// Queues one receive into the caller's memory.
  public mutating func receive(
    from socket: Int32, into bytes: UnsafeMutableRawPointer, count: Int, waits: Bool, token: UInt64
  ) -> Bool {
    state.queue(
      Operation(.receiveOnce(bytes, count: count, waits: waits), on: socket, token: token))
  }

  /// Queues a send that waits for room.
  public mutating func send(
    to socket: Int32, _ bytes: UnsafeRawPointer, count: Int, token: UInt64
  ) -> Bool {
    state.queue(Operation(.send(bytes, count: count), on: socket, token: token))
  }

  /// Queues a send that takes place inside the submit.
  public mutating func sendQuietly(to socket: Int32, _ slices: SliceQueue, token: UInt64) -> Bool {
    state.queue(Operation(.sendQuietly(slices), on: socket, token: token))
  }

  /// Queues a send of the caller's memory that takes place inside the submit.
  public mutating func sendQuietly(to socket: Int32, _ pieces: SendPieces, token: UInt64) -> Bool {
    state.queue(Operation(.sendPieces(pieces), on: socket, token: token))
  }

  /// Queues a connect.
  public mutating func connect(_ socket: Int32, to address: SocketAddress, token: UInt64) -> Bool {
    state.queue(Operation(.connect(address), on: socket, token: token))
  }

  /// Queues a cancel by token.
  public mutating func cancel(operation: UInt64, token: UInt64) -> Bool {
    state.queue(Operation(.cancel(operation), token: token))
  }

  /// Queues a cancel by descriptor.
  public mutating func cancelAll(on descriptor: Int32, token: UInt64) -> Bool {
    state.queue(Operation(.cancelAll, on: descriptor, token: token))
  }

  /// Queues a wait for the doorbell, in worlds whose kernel can.
  public mutating func waitForDoorbell(_ doorbell: Doorbell, seen: UInt32, token: UInt64) -> Bool {
    guard state.world.plan.waitsForDoorbells else { return false }
    return state.queue(Operation(.doorbell(doorbell, seen: seen), token: token))
  }

  // MARK: Turning

  /// Operations queued and not handed over.
  public var unsubmittedCount: Int { state.submissions.count }
  /// Whether completions are kept back.
  public var hasOverflow: Bool { state.hasOverflow }

  /// Hands over what is queued.
  public mutating func submit() { state.submit() }

  /// Hands over what is queued, and lets the world go on until something completes.
  public mutating func submitAndWait(until deadline: MonotonicTime?) {
    state.submitAndWait(until: deadline?.nanoseconds)
  }

  /// The next completion.
  public mutating func nextCompletion() -> Completion? { state.nextCompletion() }

  // MARK: Provided buffers

  /// Takes over the bytes of a completion.
  public mutating func claim(_ completion: Completion) -> ReceivedSlice? {
    state.buffers.claim(completion)
  }

  /// Gives bytes back; the last release of a buffer overwrites it.
  public mutating func release(_ slice: ReceivedSlice) { state.buffers.release(slice) }

  /// Where the bytes of a slice are; a violation if it was released.
  public func address(of slice: ReceivedSlice) -> UnsafeMutableRawPointer {
    state.buffers.address(of: slice)
  }
}
