import Admission
import Routing
import ShardMap

/// The two directions of a session.
enum Direction: Int, CaseIterable {
  /// From the client to the server.
  case upstream
  /// From the server to the client.
  case downstream
}

/// One client connection and, once it is routed, its server connection.
///
/// A value without references, so that it lives in a slab: it says what is the case; the worker does what follows from it.
struct Session {
  private(set) var phase = SessionPhase.greeting
  /// The listener's place in the worker's list.
  let listener: Int
  let client: Int32
  /// -1 while there is none.
  var server: Int32 = -1
  var acceptedAt: MonotonicTime
  var lastActivity: MonotonicTime

  /// Whether the session counts against the router's limit; if not, it will only be told that the limit is reached.
  var isInBudget = false
  /// Whether it is one of those beyond the limit, or refused: the room for such is small.
  var isInMargin = false

  /// Operations whose last completion has not come. Quiet sends don't count.
  var outstanding = 0
  /// Whether the session is on the worker's list of those to see to.
  var isListed = false
  /// Whether the session's one operation before relaying is under way.
  var isLoginOperationUnderWay = false
  /// Whether everything under way was told to end.
  var isCancelled = false

  /// Whether the client's connection lives on at another worker.
  var isHandedOver = false
  /// Whether another worker has accepted the client, and found that its tenant has this one.
  var isAdopted = false
  /// How far the session has come on its way to a router of its tenant's pool; nil where it is served here.
  var relay: PoolRelay?
  /// Whether it ends as soon as its client was told why it is refused: nothing of the client's is unread.
  var endsWhenTold = false
  /// Whether the client was sent the last it will get.
  var isSayingGoodbye = false

  /// Whether it has yet to be said where the client is.
  var proxyStage = ProxyStage.over
  /// Where the client is by a PROXY header; nil where its connection's own address counts.
  var origin: SocketAddress?
  var greeting = Greeting()
  /// Whether the client's encryption ends here.
  var isClientEncrypted = false
  var login = LoginBuffer()
  var target: Target?
  /// The tenant's place in the worker's table, from its routing until the session is given back.
  var tenant: TenantSlot?
  /// What it has done for the tenant since that was noted last.
  var work = SessionWork()
  /// The request that it is at.
  var request = RequestTimes()
  /// What it knows of the tenant's envelope.
  var envelope = SessionEnvelope()
  /// Whether the target's instance counts this session as in flight.
  var isCounted = false
  /// Whether the session waits, or has waited, for the control plane's answer.
  var refresh = RefreshWait.none
  /// Until when the session has to have left its instance, where it doesn't belong any more; nil where it does.
  var moveDeadline: MonotonicTime?
  /// Why it is to leave.
  var moveCause = MoveCause.tenantMoved
  /// Instances that did not take the connection.
  var tried = TriedInstances()
  /// Set from `forwarding` until the server is ready: then the login is over.
  var watch: LoginWatch?

  /// The two lanes, by direction.
  private var lanes = InlineArray<2, Lane>(repeating: Lane())
  /// Whether the last bytes of the server's that were relayed end in an idle ReadyForQuery.
  var isAtIdleBoundary = false
  /// What the server's last bytes end in.
  var answerEnding = AnswerEnding()

  init(listener: Int, client: Int32, now: MonotonicTime) {
    self.listener = listener
    self.client = client
    acceptedAt = now
    lastActivity = now
  }

  /// The lane of a direction. One `yield` each, so that the compiler can inline it: a lane is never copied.
  subscript(direction: Direction) -> Lane {
    @inline(__always) _read { yield lanes[direction.rawValue] }
    @inline(__always) _modify { yield &lanes[direction.rawValue] }
  }

  /// The lane from the client to the server.
  var upstream: Lane {
    @inline(__always) _read { yield lanes[Direction.upstream.rawValue] }
    @inline(__always) _modify { yield &lanes[Direction.upstream.rawValue] }
  }
  /// The lane from the server to the client.
  var downstream: Lane {
    @inline(__always) _read { yield lanes[Direction.downstream.rawValue] }
    @inline(__always) _modify { yield &lanes[Direction.downstream.rawValue] }
  }

  /// The socket whose bytes a direction carries.
  @inline(__always)
  func source(of direction: Direction) -> Int32 { direction == .upstream ? client : server }
  /// The socket a direction's bytes go to.
  @inline(__always)
  func sink(of direction: Direction) -> Int32 { direction == .upstream ? server : client }

  /// Moves on; an event that can't happen here is a fault of ours.
  mutating func moveOn(_ event: SessionEvent) {
    guard let next = phase.after(event) else {
      preconditionFailure("a session in phase \(phase) can't have \(event)")
    }
    phase = next
  }

  /// Whether the server waits for the client, which has sent nothing since: what is said to the client now comes behind a whole answer.
  var isIdle: Bool {
    isAtIdleBoundary && watch == nil && !isSayingGoodbye && upstream.isEmpty
      && downstream.source != .filling
  }

  /// Whether the server is not in the middle of saying something, as far as is known: what is said to the client now can be understood.
  var isBetweenAnswers: Bool {
    answerEnding.readyStatus != 0 && watch == nil && !isSayingGoodbye && upstream.isEmpty
      && downstream.source != .filling
  }

  /// Whether one side is gone, so that the other can only be waited for a while: it can't be sent to any more, or it was the server and
  /// has said its last. (A client that has said its last may still wait for an answer.)
  var isHalfOver: Bool {
    upstream.sink == .broken || downstream.sink == .broken || downstream.sink == .finished
  }

  /// Whether nothing is under way that the kernel may still write to or read from.
  var isQuiescent: Bool {
    outstanding == 0 && upstream.sink != .sendingSlices && downstream.sink != .sendingSlices
  }
}

/// Where a session goes.
struct Target {
  /// The tenant, kept by name because its index changes with the map.
  let tenant: TenantName
  /// The consistency the client asked for; nil stands for the policy's.
  let tier: Consistency?
  /// The instance's address.
  var address: SocketAddress
  /// The instance's place in the health table; nil for a cancel request, which is not routed by the map.
  var slot: HealthSlot?
  /// Whether what is there is a router of the tenant's pool, and no server.
  var isRouter = false
  /// When the attempt began.
  var startedAt: MonotonicTime
  /// The tenant's generation by the map that was routed with.
  var generation: UInt64
  /// The epoch of its shard by that map.
  var epoch: UInt64
  /// Whether the server was told that its transactions begin read-only.
  var isReadOnly = false
  /// The digest of the database's name that the server is told; nil where the client's own bytes tell it.
  var database: UInt64?
}

/// Why a session is to leave its instance.
enum MoveCause {
  /// The map has its tenant elsewhere.
  case tenantMoved
  /// A mode has begun or ended that its server was told of when the session began.
  case modeChanged

  /// What its client is told.
  var refusal: Refusal {
    switch self {
    case .tenantMoved: .tenantMoved
    case .modeChanged: .modeChanged
    }
  }
}

/// Whether a session waits for the control plane's answer. It does so at most once.
enum RefreshWait: Equatable {
  case none
  /// Until the sidecar has answered this count.
  case waiting(for: UInt32)
  case over
}

/// A tenant's id, without an allocation.
struct TenantName: Sendable {
  private var bytes = InlineArray<64, UInt8>(repeating: 0)
  private(set) var count = 0

  static let none = TenantName()
  private init() {}

  /// Nil when the name is longer than any tenant's may be.
  init?(_ name: [UInt8]) {
    guard name.count <= MapLimits.identifierBytes else { return nil }
    for (place, byte) in name.enumerated() { bytes[place] = byte }
    count = name.count
  }

  /// A copy as an array.
  var array: [UInt8] { (0..<count).map { bytes[$0] } }
}

/// A session's bytes before it is relayed: first what the client has sent, then what the server or the client is to get.
struct LoginBuffer {
  /// The block that holds them, in the worker's pool of login blocks.
  var block: BlockIndex?
  /// Bytes in it.
  var count = 0
  /// Bytes of the request for TLS that a server is sent, with what goes before it.
  var requestCount = 0
}
