import Glibc
import Synchronization

/// The connection between the two processes of a takeover, from when the new one serves until one of them ends.
///
/// Workers leave messages here, without waiting; the channel's thread sends them and hands on what comes. What has come is
/// read before anything is sent, and an answer is sent only where there is room for it: so neither process waits for the
/// other to read while that one waits for it.
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
    /// Messages in their order, of which the first `sent` are gone.
    var parcels: [Parcel] = []
    var sent = 0
    var pending: [UInt64: Pending] = [:]
    var lastNumber: UInt64 = 0

    var left: ArraySlice<Parcel> { parcels[sent...] }

    /// The oldest that waits. Those that are gone are let go of in batches, so that it costs next to nothing.
    mutating func takeParcel() -> Parcel {
      let parcel = parcels[sent]
      sent += 1
      if 2 * sent >= parcels.count {
        parcels.removeFirst(sent)
        sent = 0
      }
      return parcel
    }
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
      let events = hasParcels ? POLLIN | POLLOUT : POLLIN
      var entries = [
        pollfd(fd: socket.descriptor, events: Int16(events), revents: 0),
        pollfd(fd: bell.descriptor, events: Int16(POLLIN), revents: 0),
      ]
      guard poll(&entries, 2, -1) > 0 else { continue }
      if entries[1].revents != 0 { bell.silence() }
      let found = Int32(entries[0].revents)
      if found & ~POLLOUT != 0 {
        incoming.append(try socket.receive())
        while let (message, descriptor) = try incoming.next() { try take(message, descriptor) }
      } else if found & POLLOUT != 0 {
        try sendParcel()
      }
    }
    // What was left before the stop is still sent.
    while hasParcels { try sendParcel() }
  }

  private var hasParcels: Bool { state.withLock { !$0.left.isEmpty } }

  /// Sends the oldest message that waits.
  private func sendParcel() throws(TakeoverError) {
    let parcel = state.withLock { $0.takeParcel() }
    defer { if let descriptor = parcel.descriptor { close(descriptor) } }
    try socket.send(parcel.message.encoded, parcel.descriptor)
  }

  private func finish() {
    let left = state.withLock { state in
      state.isOpen = false
      defer {
        (state.parcels, state.sent) = ([], 0)
        state.pending = [:]
      }
      return (parcels: state.left, pending: state.pending)
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
