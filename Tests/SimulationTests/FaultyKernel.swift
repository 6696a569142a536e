import DataPlane
import Routing
import ShardMap
import Simulation
import Uring

/// A fault that a kernel or a worker might have, and that some invariant has to find.
enum Sabotage: String, CaseIterable, Sendable {
  case corruptsByte, dropsByte, sendsTwice, sendsToAnother
  case leaksDescriptor, leaksSlice, releasesTwice, closesEarly, losesCompletion
}

/// The simulated kernel with one fault, which it commits once.
struct FaultyKernel: Kernel {
  private var kernel: SimulatedKernel
  private let sabotage: Sabotage
  /// Chances to commit the fault that are let pass, so that sessions are under way by then.
  private var chancesLeft: Int
  private var previousSocket: Int32 = -1

  init(_ kernel: SimulatedKernel, _ sabotage: Sabotage, after chances: Int = 12) {
    self.kernel = kernel
    self.sabotage = sabotage
    chancesLeft = chances
  }

  /// Whether the fault is committed now.
  private mutating func strikes(_ candidate: Sabotage) -> Bool {
    guard candidate == sabotage else { return false }
    chancesLeft -= 1
    return chancesLeft == 0
  }

  // MARK: Faulty

  mutating func claim(_ completion: Completion) -> ReceivedSlice? {
    guard let slice = kernel.claim(completion) else { return nil }
    if slice.count > 0, strikes(.corruptsByte) {
      let place = kernel.address(of: slice)
      place.storeBytes(of: ~place.load(as: UInt8.self), as: UInt8.self)
    }
    return slice
  }

  mutating func release(_ slice: ReceivedSlice) {
    if strikes(.leaksSlice) { return }
    kernel.release(slice)
    if strikes(.releasesTwice) { kernel.release(slice) }
  }

  mutating func sendQuietly(to socket: Int32, _ slices: SliceQueue, token: UInt64) -> Bool {
    var slices = slices
    var socket = socket
    if slices[0].count > 1, strikes(.dropsByte) { slices.dropFromFirst(1) }
    if previousSocket >= 0, previousSocket != socket, strikes(.sendsToAnother) {
      socket = previousSocket
    }
    previousSocket = socket
    guard kernel.sendQuietly(to: socket, slices, token: token) else { return false }
    if strikes(.sendsTwice) { return kernel.sendQuietly(to: socket, slices, token: token) }
    return true
  }

  mutating func receive(from socket: Int32, token: UInt64) -> Bool {
    guard kernel.receive(from: socket, token: token) else { return false }
    if strikes(.closesEarly) { kernel.close(socket) }
    return true
  }

  mutating func close(_ descriptor: Int32) {
    if strikes(.leaksDescriptor) { return }
    kernel.close(descriptor)
  }

  mutating func nextCompletion() -> Completion? {
    guard let completion = kernel.nextCompletion() else { return nil }
    if !completion.hasMore, strikes(.losesCompletion) { return kernel.nextCompletion() }
    return completion
  }

  // MARK: As they are

  var now: MonotonicTime { kernel.now }
  var unsubmittedCount: Int { kernel.unsubmittedCount }
  var hasOverflow: Bool { kernel.hasOverflow }

  mutating func openSocket(for address: SocketAddress) -> Int32 { kernel.openSocket(for: address) }
  var currentTime: MonotonicTime { kernel.currentTime }
  func peer(of socket: Int32) -> SocketAddress? { nil }
  mutating func shutdownWriting(_ socket: Int32) { kernel.shutdownWriting(socket) }
  mutating func accept(on listener: Int32, token: UInt64) -> Bool {
    kernel.accept(on: listener, token: token)
  }
  mutating func receive(
    from socket: Int32, into bytes: UnsafeMutableRawPointer, count: Int, waits: Bool, token: UInt64
  ) -> Bool {
    kernel.receive(from: socket, into: bytes, count: count, waits: waits, token: token)
  }
  mutating func send(
    to socket: Int32, _ bytes: UnsafeRawPointer, count: Int, token: UInt64
  ) -> Bool {
    kernel.send(to: socket, bytes, count: count, token: token)
  }
  mutating func sendQuietly(to socket: Int32, _ pieces: SendPieces, token: UInt64) -> Bool {
    kernel.sendQuietly(to: socket, pieces, token: token)
  }
  mutating func connect(_ socket: Int32, to address: SocketAddress, token: UInt64) -> Bool {
    kernel.connect(socket, to: address, token: token)
  }
  mutating func cancel(operation: UInt64, token: UInt64) -> Bool {
    kernel.cancel(operation: operation, token: token)
  }
  mutating func cancelAll(on descriptor: Int32, token: UInt64) -> Bool {
    kernel.cancelAll(on: descriptor, token: token)
  }
  mutating func waitForDoorbell(_ doorbell: Doorbell, seen: UInt32, token: UInt64) -> Bool {
    kernel.waitForDoorbell(doorbell, seen: seen, token: token)
  }
  mutating func submit() { kernel.submit() }
  mutating func submitAndWait(until deadline: MonotonicTime?) {
    kernel.submitAndWait(until: deadline)
  }
  func address(of slice: ReceivedSlice) -> UnsafeMutableRawPointer { kernel.address(of: slice) }
}
