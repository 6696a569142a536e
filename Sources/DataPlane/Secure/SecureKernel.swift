public import Routing
public import ShardMap
public import TLS
public import Uring

/// A layer over a kernel that encrypts some sockets: the worker's operations on these keep their contract, in plaintext.
///
/// ```
/// worker   receive, send, close … ─▶ plaintext   ◀─ completions of its operations, in plaintext buffers
/// layer    TLS streams, handshakes, blocks of ciphertext
/// base     receive, send, close … ─▶ ciphertext  ◀─ completions of the layer's operations, never seen above
/// ```
/// Everything it does follows from a socket's state: operations and completions change that and list the socket; before each submit the listed ones are
/// seen to (`SecureKernel+Turn`). Handshakes run inside; the worker's first receive simply completes later. A socket that is not secured costs a look
/// into a table an operation.
///
/// A socket that the worker has closed stays until what it was given to send is gone, for ``SecureLimits/closing`` at most; a worker is done when
/// ``closingCount`` is zero.
public struct SecureKernel<Base: Kernel & ~Copyable>: Kernel, ~Copyable {
  /// The kernel below.
  public var base: Base
  var contexts: SecureContexts
  /// Where it counts.
  let report: WorkerReport

  var table = SecureTable()
  var sockets: Slab<SecureSocket>
  var buffers = SecureBuffers()
  var blocks: BlockPool

  /// Completions of the worker's operations, oldest first.
  var ready: [Completion] = []
  var readyTaken = 0
  /// The sockets of the worker's operations, by token.
  var operations: [UInt64: SlabHandle] = [:]
  /// Sockets whose state asks for something.
  var dirty: [SlabHandle] = []
  /// Those that are seen to just now.
  var seen: [SlabHandle] = []
  /// Sockets that wait for a block.
  var starved: [SlabHandle] = []
  /// While there are any: when to look next for sockets that have had a block for long.
  var looksForSlowAt = MonotonicTime.origin
  /// Sockets with a quiet send that is queued, or submitted and not yet known to have been whole.
  var quiet: [SlabHandle] = []
  /// Sockets that were closed, in the order of their deadlines.
  var closing: [SlabHandle] = []
  /// Whether some of these are given back.
  var hasGoneClosers = false
  /// Sockets that were closed and still get rid of what they were given to send.
  public internal(set) var closingCount = 0

  var hellos = HandshakeQueue()
  var handshakes = HandshakesUnderWay()

  /// A layer over `base`, for the thread that owns it.
  ///
  /// - Parameters:
  ///   - base: the kernel below.
  ///   - capacity: sockets that may be secured at a time.
  ///   - material: certificates and rules.
  ///   - report: where handshakes are counted.
  /// - Throws: what is wrong with the material.
  public init(
    _ base: consuming Base, capacity: Int, material: TLSMaterial,
    report: WorkerReport = WorkerReport()
  ) throws(TLSError) {
    let contexts = try SecureContexts(material)
    self.contexts = contexts
    self.report = report
    sockets = Slab(capacity: capacity)
    blocks = BlockPool(
      blockBytes: SecureLimits.blockBytes, limit: SecureLimits.blocks,
      kept: SecureLimits.blocksKept)
    self.base = base
  }

  // MARK: Encryption

  /// Makes a stream for the socket, and begins its handshake or waits for the client's first flight.
  public mutating func secure(
    _ socket: Int32, _ role: SecureRole, received: UnsafeRawBufferPointer
  ) -> Bool {
    precondition(table[socket] == nil, "a socket is secured once")
    var secured = SecureSocket(descriptor: socket, role: role)
    if case .client(let server) = role {
      guard let stream = client(server) else { return false }
      secured.begin(stream)
    } else if contexts.server == nil {
      return false
    }
    guard let handle = sockets.insert(secured) else { return false }
    table.insert(socket, handle.index)
    beginHandshake(handle)
    if !received.isEmpty { take(received, handle) }
    return true
  }

  private func client(_ server: SecureServer) -> TLSStream? {
    guard server.settings < contexts.clients.count else { return nil }
    return try? TLSStream(
      contexts.clients[server.settings], serverName: server.name, sessionKey: server.sessionKey)
  }

  /// What is known of a secured socket.
  public func facts(of socket: Int32) -> SecureFacts? {
    guard let handle = handle(of: socket) else { return nil }
    let state: SecureFacts.State =
      if let failure = sockets[handle].failure {
        .failed(failure)
      } else {
        sockets[handle].isShaking ? .handshaking : .established
      }
    return SecureFacts(
      state: state,
      session: sockets[handle].isShaking ? nil : sockets[handle].stream?.pointee.facts)
  }

  /// Makes new contexts; those in use stay with their connections.
  ///
  /// - Throws: what is wrong with the material; then the old contexts stay.
  public mutating func renew(_ material: TLSMaterial) throws(TLSError) {
    contexts = try SecureContexts(material)
  }

  @inline(__always)
  func handle(of socket: Int32) -> SlabHandle? {
    guard let slot = table[socket] else { return nil }
    return sockets.currentHandle(at: Int(slot))
  }

  // MARK: What passes

  /// The base's time.
  public var now: MonotonicTime { base.now }
  /// The base's time at this moment.
  public var currentTime: MonotonicTime { base.currentTime }
  /// The base's wall clock.
  public var wallMilliseconds: UInt64 { base.wallMilliseconds }
  /// Passed on.
  public mutating func openSocket(for address: SocketAddress) -> Int32 {
    base.openSocket(for: address)
  }
  /// Passed on.
  public mutating func makePair() -> (near: Int32, far: Int32)? { base.makePair() }
  /// None of a socket that is encrypted here: another process could do nothing with it.
  public func duplicate(_ socket: Int32) -> Int32 {
    table[socket] == nil ? base.duplicate(socket) : -1
  }
  /// Passed on.
  public func peer(of socket: Int32) -> SocketAddress? { base.peer(of: socket) }
  /// Passed on.
  public mutating func accept(on listener: Int32, token: UInt64) -> Bool {
    base.accept(on: listener, token: token)
  }
  /// Passed on: a socket is secured when it is connected.
  public mutating func connect(
    _ socket: Int32, to address: SocketAddress, token: UInt64
  ) -> Bool {
    base.connect(socket, to: address, token: token)
  }
  /// Passed on.
  public mutating func waitForDoorbell(
    _ doorbell: Doorbell, seen: UInt32, token: UInt64
  ) -> Bool {
    base.waitForDoorbell(doorbell, seen: seen, token: token)
  }
  /// The base's.
  public var unsubmittedCount: Int { base.unsubmittedCount }
  /// The base's.
  public var hasOverflow: Bool { base.hasOverflow }

  // MARK: Buffers

  /// Takes over bytes, of the layer's buffers or of the base's.
  public mutating func claim(_ completion: Completion) -> ReceivedSlice? {
    if let buffer = completion.buffer, SecureBuffers.owns(buffer) {
      return buffers.claim(completion)
    }
    return base.claim(completion)
  }
  /// Gives bytes back, to the layer or to the base.
  public mutating func release(_ slice: ReceivedSlice) {
    if SecureBuffers.owns(slice.buffer) { buffers.release(slice) } else { base.release(slice) }
  }
  /// Where bytes are, of the layer's buffers or of the base's.
  public func address(of slice: ReceivedSlice) -> UnsafeMutableRawPointer {
    SecureBuffers.owns(slice.buffer) ? buffers.address(of: slice) : base.address(of: slice)
  }
}
