import CLiburing
import DataPlane
import Routing
import ShardMap
import Uring
import Wire

/// A kernel in memory, with clients and servers at its ends that talk without pause: what is left of
/// a turn's time is the worker's.
///
/// Every client connects at once, logs in, and from then on sends a query when it has heard the whole
/// answer to the one before. Nothing fails, falls short or is delayed (that is what `Simulation` is
/// for), nothing is allocated, and each run does the same. An operation is carried out when it is
/// queued; its completion is there with the next wait.
///
/// Descriptors: 0 is the listener; then come the clients; then, in the order in which they were
/// opened, the connections to servers.
struct LoopbackKernel: Kernel, ~Copyable {
  /// The listening descriptor.
  static let listener: Int32 = 0
  /// What a turn takes on the loopback's clock.
  private static let turnNanoseconds: UInt64 = 1_000

  private let sessions: Int
  private let conversation: Conversation
  private let peers: LoopbackPeers
  private var buffers = LoopbackBuffers()
  private var completions = CompletionQueue()
  private var openedCount = 0
  /// Messages that have arrived whole, over all sessions.
  private(set) var relayedCount = 0
  private(set) var now = MonotonicTime(nanoseconds: 1)

  /// A kernel whose clients are about to connect.
  init(sessions: Int, conversation: consuming Conversation) {
    self.sessions = sessions
    peers = LoopbackPeers(sessions: sessions, welcomeBytes: conversation[.welcome].count)
    self.conversation = conversation
  }

  // MARK: The two ends

  /// A piece of what was said to a peer has arrived. Its ends are compared with what was said; that
  /// nothing in between changes is for the simulation to show.
  private mutating func hear(_ socket: Int32, _ piece: UnsafeRawBufferPointer) {
    let expected = conversation[peers[socket].hears]
    let start = expected.count - peers[socket].due
    precondition(
      piece.count <= peers[socket].due && piece.first == expected[start]
        && piece.last == expected[start + piece.count - 1],
      "something else arrived than what was sent")
    peers[socket].due -= piece.count
    guard peers[socket].due == 0 else { return }
    relayedCount += 1
    let isClient = peers[socket].hears != .query
    expect(socket, isClient ? .answer : .query)
    say(socket, isClient ? .query : .answer)
  }

  private func expect(_ socket: Int32, _ utterance: Utterance) {
    peers[socket].hears = utterance
    peers[socket].due = conversation[utterance].count
  }

  /// Has a peer say something, now or when it is first listened to.
  private mutating func say(_ socket: Int32, _ utterance: Utterance) {
    guard let token = peers[socket].receiver else {
      peers[socket].waiting = utterance
      return
    }
    var rest = conversation[utterance]
    while !rest.isEmpty {
      let (count, flags) = buffers.fill(from: rest)
      complete(token, count, flags: flags | UInt32(IORING_CQE_F_MORE))
      rest = UnsafeRawBufferPointer(rebasing: rest[count...])
    }
  }

  private mutating func complete(_ token: UInt64, _ result: Int, flags: UInt32 = 0) {
    completions.append(Completion(token: token, result: Int32(result), flags: flags))
  }

  // MARK: Sockets

  mutating func openSocket(for address: SocketAddress) -> Int32 {
    precondition(openedCount < sessions, "more servers were asked for than there are clients")
    openedCount += 1
    return Int32(sessions + openedCount)
  }
  var currentTime: MonotonicTime { now }
  func peer(of socket: Int32) -> SocketAddress? { nil }
  mutating func shutdownWriting(_ socket: Int32) { Self.endsNothing() }
  mutating func close(_ descriptor: Int32) { Self.endsNothing() }

  private static func endsNothing() -> Never {
    preconditionFailure("a session ended, but here none has a reason to")
  }

  // MARK: Operations

  mutating func accept(on listener: Int32, token: UInt64) -> Bool {
    for client in 1...sessions { complete(token, client, flags: UInt32(IORING_CQE_F_MORE)) }
    return true
  }

  mutating func receive(from socket: Int32, token: UInt64) -> Bool {
    peers[socket].receiver = token
    if let waiting = peers[socket].waiting {
      peers[socket].waiting = nil
      say(socket, waiting)
    }
    return true
  }

  /// Only a login receives so: what it gets is the startup message.
  mutating func receive(
    from socket: Int32, into bytes: UnsafeMutableRawPointer, count: Int, waits: Bool, token: UInt64
  ) -> Bool {
    let startup = conversation[.startup]
    bytes.copyMemory(from: startup.baseAddress!, byteCount: startup.count)
    complete(token, startup.count)
    return true
  }

  /// Only a login sends so: the startup message, rewritten for the server, or what the router itself
  /// tells the client of a session that shares servers.
  mutating func send(
    to socket: Int32, _ bytes: UnsafeRawPointer, count: Int, token: UInt64
  ) -> Bool {
    complete(token, count)
    if Int(socket) > sessions {
      expect(socket, .query)
      say(socket, .welcome)
    } else if endsWelcome(UnsafeRawBufferPointer(start: bytes, count: count)) {
      expect(socket, .answer)
      say(socket, .query)
    }
    return true
  }

  /// Whether the last message is ReadyForQuery, after which a client begins.
  private func endsWelcome(_ bytes: UnsafeRawBufferPointer) -> Bool {
    bytes.count >= 6 && bytes[bytes.count - 6] == BackendMessageType.readyForQuery
  }

  mutating func sendQuietly(to socket: Int32, _ slices: SliceQueue, token: UInt64) -> Bool {
    for place in 0..<slices.count {
      let slice = slices[place]
      hear(
        socket,
        UnsafeRawBufferPointer(start: buffers.address(of: slice), count: Int(slice.count)))
    }
    return true
  }

  /// Only sessions that share servers send so.
  mutating func sendQuietly(to socket: Int32, _ pieces: SendPieces, token: UInt64) -> Bool {
    for place in 0..<pieces.count { hear(socket, pieces[place]) }
    return true
  }

  mutating func connect(_ socket: Int32, to address: SocketAddress, token: UInt64) -> Bool {
    complete(token, 0)
    return true
  }
  mutating func cancel(operation: UInt64, token: UInt64) -> Bool { Self.endsNothing() }
  mutating func cancelAll(on descriptor: Int32, token: UInt64) -> Bool { Self.endsNothing() }
  /// It never rings.
  mutating func waitForDoorbell(_ doorbell: Doorbell, seen: UInt32, token: UInt64) -> Bool { true }

  // MARK: Turning

  var unsubmittedCount: Int { 0 }
  var hasOverflow: Bool { false }
  mutating func submit() {}
  mutating func submitAndWait(until deadline: MonotonicTime?) {
    precondition(!completions.isEmpty || deadline != nil, "the worker waits for nothing")
    now = now.advanced(byNanoseconds: Self.turnNanoseconds)
  }
  mutating func nextCompletion() -> Completion? { completions.removeFirst() }

  // MARK: Provided buffers

  mutating func claim(_ completion: Completion) -> ReceivedSlice? { buffers.claim(completion) }
  mutating func release(_ slice: ReceivedSlice) { buffers.release(slice) }
  func address(of slice: ReceivedSlice) -> UnsafeMutableRawPointer { buffers.address(of: slice) }
}
