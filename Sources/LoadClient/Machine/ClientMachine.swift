internal import Authentication
internal import LoadModel
internal import Wire

/// One client connection, from the startup packet to Terminate: bytes and a clock in, bytes and
/// events out.
///
/// ```
/// new ─open▶ login ─Z▶ idle ─begin▶ answering ─Z of the last step▶ idle (completed)
///                      ▲            │ ▲ │
///                      │            │ │ └ Z of another ▶ thinking, or the next step at once
///                      │            │ └────────────── goOn ──┘
///                      │            ▼ Z behind an error
///                      └─ (failed) ─ rollingBack ─Z▶ tierBack
/// ```
/// Of the two steps after an error each is left out where it isn't needed. FATAL, and what breaks
/// the protocol, lead from everywhere to `broken`.
///
/// It knows no socket and no TLS: what goes before the startup packet (a PROXY header, SSLRequest,
/// TLS) is the caller's. The clock is any that only goes forward, in nanoseconds, the same for all
/// clients of a ledger. What is to be sent is appended to `out`, which the caller empties. Nothing
/// is allocated once a session is open, but for errors, and for rows of the checkers that come in
/// pieces.
public struct ClientMachine: ~Copyable {
  enum Phase: UInt8 {
    case new, login, idle
    /// A step of the transaction waits for its answer.
    case answering
    /// The client pauses between two steps.
    case thinking
    /// The transaction has failed and is rolled back.
    case rollingBack
    /// The session gets the load's tier back.
    case tierBack
    /// The connection is of no more use, and the caller doesn't know yet.
    case broken
    /// It is over.
    case ended
  }

  /// The tenant it is for: an index in the names of the load's `TenantChoice`.
  public let tenant: Int
  /// Its number among the connections of its load on its worker; two that are open at once have
  /// different ones.
  public let connection: Int

  var phase = Phase.new
  var scanner = MessageScanner()
  /// The message that comes in.
  var message = IncomingMessage()
  var transaction = Transaction()
  var answer = Answer()
  /// The transaction's parameters.
  var values = InlineArray<32, Int64>(repeating: 0)
  /// The statements that the server has prepared.
  var prepared = NumberSet()
  var random: RandomSource
  var login: ServerLogin?
  /// Why the connection is of no more use, as long as the caller doesn't know.
  var breakage = Failure(.protocolViolation)

  /// What the last failure was, in words for people: `FATAL 3D000: no such database`. Nil before
  /// the first.
  public internal(set) var lastFailureText: String?

  /// A client that is not connected.
  ///
  /// - Parameters:
  ///   - tenant: an index in the names of the load's tenants.
  ///   - connection: its number among the connections of its load on its worker, 0 to 2³² − 1; the
  ///     read-your-write checker's counter has this number.
  ///   - seed: where its transactions' parameters come from.
  public init(tenant: Int, connection: Int, seed: UInt64) {
    self.tenant = tenant
    self.connection = connection
    random = RandomSource(seed: seed)
  }

  /// Begins the session: appends the startup packet. Call it once, when the connection (and TLS) is
  /// there.
  ///
  /// - Precondition: it is new.
  public mutating func open(_ plan: ClientPlan, into out: inout [UInt8]) {
    precondition(phase == .new, "a client is opened once")
    phase = .login
    login = ServerLogin(
      user: plan.user(of: tenant), credential: plan.credential, clientNonce: Nonce.random(),
      allowsWeak: true)
    out.append(plan.startup.stretch(of: tenant), of: plan.startup.bytes)
  }

  /// Begins a transaction.
  ///
  /// Appends nothing where the connection has broken just after the last transaction: the caller is
  /// told by the next call of ``receive(_:at:_:_:into:)``, or by the end of the connection.
  ///
  /// - Parameters:
  ///   - kind: an index in the load's mix.
  ///   - now: the time, read before what is appended can be sent.
  ///   - plan: the load's plan.
  ///   - ledger: the load's ledger on this worker.
  ///   - out: where what is to be sent goes.
  /// - Precondition: the session is open and without a transaction.
  public mutating func begin(
    _ kind: Int, at now: Int64, _ plan: ClientPlan, _ ledger: inout ConsistencyLedger,
    into out: inout [UInt8]
  ) {
    if phase == .broken { return }
    precondition(phase == .idle, "a transaction begins in an idle session")
    let program = choose(kind, at: now, plan, &ledger)
    transaction.step = program.steps.lowerBound
    transaction.end = program.steps.upperBound
    draw(program, plan, &ledger)
    send(at: now, plan, into: &out)
  }

  /// Goes on with a transaction after its client's pause.
  ///
  /// - Parameters:
  ///   - now: the time, read before what is appended can be sent.
  ///   - plan: the load's plan.
  ///   - out: where what is to be sent goes.
  public mutating func goOn(at now: Int64, _ plan: ClientPlan, into out: inout [UInt8]) {
    if phase == .broken { return }
    precondition(phase == .thinking, "a client that doesn't pause can't go on")
    send(at: now, plan, into: &out)
  }

  /// Takes leave: appends Terminate, and is over. Does nothing before the session is open.
  public mutating func close(into out: inout [UInt8]) {
    if phase == .idle { out.append(contentsOf: [FrontendMessageType.terminate, 0, 0, 0, 4]) }
    phase = .ended
  }

  /// The connection is gone, or given up, perhaps in the middle of a transaction: the ledger no
  /// longer waits for it.
  ///
  /// Call it whenever a connection ends with a transaction under way, as after a time-out; at other
  /// times it does nothing but end.
  public mutating func disconnect(_ ledger: inout ConsistencyLedger) {
    release(&ledger)
    phase = .ended
  }
}
