import LoadClient
import TLS

/// What a connection is doing.
enum ConnectionPhase: UInt8 {
  /// It has no socket: it waits for its turn, or for the end of a pause.
  case closed
  case connecting
  /// SSLRequest is sent.
  case askingForTLS
  /// TLS is being agreed on.
  case shakingHands
  case loggingIn
  case idle
  /// A transaction is under way.
  case busy
  /// A transaction is under way, and its client pauses.
  case thinking
  /// A client of a closed loop pauses between two transactions.
  case pausing
  /// What is under way on the socket ends, then the socket is closed.
  case closing

  /// Whether it is on its way to be open.
  var isOpening: Bool {
    switch self {
    case .connecting, .askingForTLS, .shakingHands, .loggingIn: true
    default: false
    }
  }

  /// Whether its session is there.
  var isOpen: Bool {
    switch self {
    case .idle, .busy, .thinking, .pausing: true
    default: false
    }
  }

  /// Whether a transaction is under way.
  var hasTransaction: Bool { self == .busy || self == .thinking }
}

/// A client connection of one load: its session, its transaction, and what of it the kernel has.
struct Connection: ~Copyable {
  var machine: ClientMachine
  var phase = ConnectionPhase.closed
  /// The load's place in the run.
  let load: Int
  var tenant: Int
  var socket: Int32 = -1
  /// Grows each time a socket is opened.
  var generation: UInt32 = 0

  // What the kernel has.

  /// Operations that will complete.
  var outstanding = 0
  /// A send that waits; while there is one, further bytes go to `unsent`.
  var backlog: Backlog?
  var unsent: [UInt8] = []
  /// Its bytes in the batch that is being filled.
  var queued = 0..<0
  /// Its bytes in the batch that the kernel has.
  var flying = 0..<0
  var tls: TLSStream?

  // The transaction under way, and those before.

  var intended: Int64 = 0
  var sent: Int64 = 0
  var transactions = 0

  // Opening and closing.

  var connectBegan: Int64 = 0
  /// Whether opening it is a transaction of its load, which is due since `intended`.
  var isAttempt = false
  /// Whether its first attempt has been decided.
  var wasTried = false
  /// Whether any of its attempts succeeded.
  var wasOpened = false
  /// Attempts and sessions that failed in a row.
  var failures = 0
  /// After its closing: nil stays closed.
  var reopenPause: Int64? = 0
  var closesByReset = false

  init(load: Int, tenant: Int) {
    self.load = load
    self.tenant = tenant
    machine = ClientMachine(tenant: tenant, connection: 0, seed: 0)
  }
}
