internal import Authentication
public import Wire

/// One connection of the admin console, as a state machine without IO: bytes and outcomes in, actions out.
///
/// ```
///            answers to SSLRequest        p … p
///            ┌──┐                        ┌──┐
/// starting ◀─┘  └─ startup ─▶ proving ◀──┘  └─ accepted ─▶ ready ─ run ─▶ running ─ finish ─▶ ready
///    │                          │ rejected                   │ X, protocol broken
///    └──────────────────────────┴────────────────────────────┴──▶ over
/// ```
/// One statement runs at a time; what a client sends meanwhile waits in ``inputCount`` bytes, so whoever receives for it
/// should stop above ``AdminLimits/inputBytes``. Statements and portals of the extended protocol are kept by name.
public struct AdminSession: Sendable {
  /// How a connection is told from others, and what its login needs of chance.
  public struct Identity: Sendable {
    /// The process id that the client is told.
    public let processID: Int32
    /// The key by which its statement can be cancelled: four random bytes.
    public let key: [UInt8]
    /// Random bytes for its login; 18 are enough.
    public let nonce: [UInt8]
    /// What made-up verifiers are derived from; the same as long as the console runs.
    public let mockSecret: [UInt8]

    /// An identity of these parts.
    public init(processID: Int32, key: [UInt8], nonce: [UInt8], mockSecret: [UInt8]) {
      self.processID = processID
      self.key = key
      self.nonce = nonce
      self.mockSecret = mockSecret
    }
  }

  enum Phase {
    /// Reading the first packets.
    case starting
    /// The user has to prove who it is.
    case proving(ClientAuthentication)
    /// In, and nothing runs.
    case ready
    /// In, and this statement runs.
    case running(AdminStatement)
    /// Nothing more is read.
    case over
  }

  let catalog: AdminCatalog
  let access: AdminAccess
  /// How it is told from others.
  public let identity: Identity

  var phase = Phase.starting
  /// What has come and was not read.
  var input: [UInt8] = []
  var user = ""
  var rights = AdminAccess.Rights.show
  private var negotiations = 0

  /// Statements of a simple query that have not run.
  var queue: [AdminStatement] = []
  var isInTransaction = false
  /// Whether what runs came by the extended protocol.
  var runsPortal: Portal?
  /// Whether everything up to the next Sync is passed over.
  var skipsToSync = false
  var statements: [String: Prepared] = [:]
  var portals: [String: Portal] = [:]

  /// A connection that was just made.
  public init(_ catalog: AdminCatalog, _ access: AdminAccess, _ identity: Identity) {
    self.catalog = catalog
    self.access = access
    self.identity = identity
  }

  /// Whether the user is not in yet.
  public var isLoggingIn: Bool {
    switch phase {
    case .starting, .proving: true
    case .ready, .running, .over: false
    }
  }

  /// The statement that runs.
  public var running: AdminStatement? {
    if case .running(let statement) = phase { statement } else { nil }
  }

  /// Bytes that wait to be read.
  public var inputCount: Int { input.count }

  /// Takes what a client has sent.
  ///
  /// - Parameters:
  ///   - bytes: what has come, cut anywhere.
  ///   - wait: how long it has to wait because too many passwords were wrong; nil when it has not.
  /// - Returns: what to do, in order.
  public mutating func receive(_ bytes: RawSpan, throttledFor wait: Duration? = nil)
    -> [AdminAction]
  {
    if case .over = phase { return [] }
    input += bytes.copy(of: 0..<bytes.byteCount)
    return read(wait)
  }

  /// Takes what became of the statement that runs.
  public mutating func finish(_ outcome: AdminOutcome) -> [AdminAction] {
    guard case .running(let statement) = phase else { return [] }
    phase = .ready
    return conclude(statement, outcome) + read(nil)
  }

  /// Ends the connection with an error.
  public mutating func end(_ error: ErrorResponse) -> [AdminAction] {
    if case .over = phase { return [] }
    phase = .over
    input = []
    return [.send(error.encoded()), .close]
  }

  /// Reads as far as it goes: up to a statement that runs, or to the end of what has come.
  private mutating func read(_ wait: Duration?) -> [AdminAction] {
    var actions: [AdminAction] = []
    while true {
      switch phase {
      case .starting:
        guard let more = readInitialPacket(wait) else { return actions }
        actions += more
      case .proving, .ready:
        guard let message = nextMessage(&actions) else { return actions }
        actions += take(message, wait)
      case .running, .over: return actions
      }
    }
  }

  private mutating func take(_ message: Message, _ wait: Duration?) -> [AdminAction] {
    if case .proving(let machine) = phase { return prove(machine, message, wait) }
    return takeRequest(message)
  }

  // MARK: Framing

  /// A whole message.
  struct Message {
    let type: UInt8
    let body: [UInt8]
  }

  private mutating func nextMessage(_ actions: inout [AdminAction]) -> Message? {
    guard input.count >= 5 else { return nil }
    let length = input[1..<5].reduce(0) { $0 << 8 | Int($1) }
    guard 4...AdminLimits.messageBytes ~= length else {
      actions += broken(
        "a message claims \(length) bytes; it may have 4 to \(AdminLimits.messageBytes)")
      return nil
    }
    guard input.count > length else { return nil }
    let message = Message(type: input[0], body: Array(input[5..<length + 1]))
    input.removeFirst(length + 1)
    return message
  }

  /// The client broke the protocol.
  mutating func broken(_ detail: String) -> [AdminAction] {
    end(
      ErrorResponse(
        sqlState: .protocolViolation, message: "malformed message", detail: detail,
        hint: "Connect with a PostgreSQL client, protocol 3.0 or later."))
  }

  // MARK: The first packets

  private mutating func readInitialPacket(_ wait: Duration?) -> [AdminAction]? {
    do throws(StartupPacketError) {
      guard let decoded = try InitialPacket.decode(input.span.bytes) else { return nil }
      let packet = Array(input.prefix(decoded.byteCount))
      input.removeFirst(decoded.byteCount)
      switch decoded.packet {
      case .sslRequest, .gssEncryptionRequest:
        negotiations += 1
        guard negotiations <= 2 else { return broken("encryption was asked for again and again") }
        return [.send([UInt8(ascii: "N")])]
      case .cancelRequest(let request):
        phase = .over
        return [.cancel(processID: request.processID, key: Array(packet[request.key])), .close]
      case .startup(let startup):
        return start(startup, packet, wait)
      }
    } catch {
      return end(
        ErrorResponse(
          sqlState: .protocolViolation, message: "malformed startup packet", detail: "\(error)"))
    }
  }
}
