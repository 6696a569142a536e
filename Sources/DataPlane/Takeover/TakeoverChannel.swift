import Glibc
import Synchronization

/// The connection between the two processes of a takeover, from when the new one serves until one of them ends.
///
/// Workers leave messages here, without waiting; the channel's thread sends them and hands on what comes. Few are under
/// way at a time (``TakeoverLimits/clientsUnderWay``), so neither process can fill the other's socket with answers
/// while it doesn't read.
final class TakeoverChannel: Sendable {
  /// A client that was handed over and not yet answered for.
  private struct Pending {
    let worker: Mailbox
    let session: SlabHandle
  }

  /// A message to be sent; a descriptor that goes with it is the channel's, and closed when it was sent.
  private struct Parcel {
    let message: TakeoverMessage
    let descriptor: Int32?
  }

  private struct State {
    var isOpen = true
    var parcels: [Parcel] = []
    var pending: [UInt64: Pending] = [:]
    var lastNumber: UInt64 = 0
  }

  private let socket: TakeoverSocket
  private let state = Mutex(State())
  private let bell: WakePipe

  /// A channel over a connection, which it closes when it goes away, or can't be made.
  init(_ socket: TakeoverSocket) throws(TakeoverError) {
    self.socket = socket
    guard let bell = WakePipe() else {
      let code = errno
      socket.close()
      throw .socket(path: socket.path, call: "pipe", errno: code)
    }
    self.bell = bell
  }

  deinit { socket.close() }

  /// Whether the other process is there, as far as is known.
  var isOpen: Bool { state.withLock { $0.isOpen } }

  // MARK: Any thread

  /// Hands a client over: its worker is told what has become of it. The descriptor is the channel's from now on.
  ///
  /// - Returns: false when there is nobody any more to hand it to; then the descriptor is closed.
  func hand(
    _ client: HandedClient, over descriptor: Int32, for session: SlabHandle, of worker: Mailbox
  ) -> Bool {
    let isTaken = state.withLock { state in
      guard state.isOpen else { return false }
      state.lastNumber += 1
      state.pending[state.lastNumber] = Pending(worker: worker, session: session)
      state.parcels.append(
        Parcel(message: .client(number: state.lastNumber, client), descriptor: descriptor))
      return true
    }
    if isTaken { bell.ring() } else { close(descriptor) }
    return isTaken
  }

  /// Sends a message; a descriptor is the channel's from now on.
  ///
  /// - Returns: false when there is nobody any more to send it to; then the descriptor is closed.
  @discardableResult
  func send(_ message: TakeoverMessage, _ descriptor: Int32? = nil) -> Bool {
    let isTaken = state.withLock { state in
      if state.isOpen { state.parcels.append(Parcel(message: message, descriptor: descriptor)) }
      return state.isOpen
    }
    if isTaken {
      bell.ring()
    } else if let descriptor {
      close(descriptor)
    }
    return isTaken
  }

  /// Ends the channel: ``run(_:)`` returns soon.
  func stop() {
    state.withLock { $0.isOpen = false }
    bell.ring()
  }

  // MARK: Its thread

  /// A client's worker is told what has become of it.
  func settle(_ number: UInt64, isAdopted: Bool) {
    guard let pending = state.withLock({ $0.pending.removeValue(forKey: number) }) else { return }
    pending.worker.post(.departed(pending.session, isAdopted: isAdopted))
  }

  /// Sends and receives until the other process has gone, or ``stop()``. Clients that were not answered for by then
  /// stay here.
  ///
  /// - Parameter take: called with each message and its descriptor, which is the callee's then.
  /// - Throws: what has ended it, unless that was ``stop()``.
  func run(
    _ take: (TakeoverMessage, Int32?) throws(TakeoverError) -> Void
  ) throws(TakeoverError) {
    var incoming = IncomingMessages()
    defer { finish() }
    while isOpen {
      var entries = [
        pollfd(fd: socket.descriptor, events: Int16(POLLIN), revents: 0),
        pollfd(fd: bell.descriptor, events: Int16(POLLIN), revents: 0),
      ]
      guard poll(&entries, 2, -1) > 0 else { continue }
      if entries[1].revents != 0 {
        bell.silence()
        try sendParcels()
      }
      if entries[0].revents != 0 {
        incoming.append(try socket.receive())
        while let (message, descriptor) = try incoming.next() { try take(message, descriptor) }
      }
    }
    // What was left before the stop is still sent.
    try sendParcels()
  }

  private func sendParcels() throws(TakeoverError) {
    let parcels = state.withLock { state in
      defer { state.parcels = [] }
      return state.parcels
    }
    var failure: TakeoverError?
    for parcel in parcels {
      if failure == nil {
        do throws(TakeoverError) {
          try socket.send(parcel.message.encoded, parcel.descriptor)
        } catch {
          failure = error
        }
      }
      if let descriptor = parcel.descriptor { close(descriptor) }
    }
    if let failure { throw failure }
  }

  private func finish() {
    let left = state.withLock { state in
      state.isOpen = false
      defer {
        state.parcels = []
        state.pending = [:]
      }
      return (parcels: state.parcels, pending: state.pending)
    }
    for descriptor in left.parcels.compactMap(\.descriptor) { close(descriptor) }
    for pending in left.pending.values {
      pending.worker.post(.departed(pending.session, isAdopted: false))
    }
  }
}

/// Messages as they arrive, each with its descriptor. What nobody has taken is closed.
struct IncomingMessages: ~Copyable {
  private var reader = TakeoverReader()
  private var descriptors: [Int32] = []

  deinit { for descriptor in descriptors { close(descriptor) } }

  mutating func append(_ received: (bytes: [UInt8], descriptors: [Int32])) {
    reader.append(received.bytes[...])
    descriptors += received.descriptors
  }

  /// The next message, and its descriptor, which is the caller's then.
  mutating func next() throws(TakeoverError) -> (TakeoverMessage, Int32?)? {
    guard let message = try reader.next() else { return nil }
    guard message.hasDescriptor else { return (message, nil) }
    guard !descriptors.isEmpty else {
      throw .malformed("\(message.name) came without a descriptor")
    }
    return (message, descriptors.removeFirst())
  }
}
