import Pooling
import Routing

/// A connection to a server that sessions share, one at a time.
///
/// A value in a slab, like ``Session``: it says what is the case; the worker does what follows from it.
struct ServerLink: ~Copyable {
  private(set) var phase = LinkPhase.connecting
  let socket: Int32
  /// The place of its pool among the worker's.
  let pool: Int
  /// Whose it is, while it is lent.
  var session: SlabHandle?
  /// What its receive is doing while it isn't lent; then the session's lane knows.
  var source = Lane.Source.idle
  /// Operations of its own whose last completion has not come.
  var outstanding = 0
  var isListed = false
  /// Whether everything under way was told to end.
  var isCancelled = false

  var answers = AnswerWatch()
  /// The login, until it is over.
  var login: LinkLogin?
  /// What is to be sent next of the router's own, while nobody has the connection; nil when it was sent.
  var message: BlockIndex?
  var messageCount = 0
  var isConnecting = false
  var isSending = false
  /// Where the server's answer to the question for encryption goes.
  var tlsAnswer: BlockIndex?

  /// The values of the settings that sessions may differ in, as the server last reported them.
  var parameters = ParameterValues()
  /// What its server has prepared.
  var statements: LinkStatements
  /// What is read of an answer about a verifier.
  var question: PendingQuestion?

  /// The CancelRequest for what its server runs.
  var cancelRequest: [UInt8] = []
  /// Cancel requests that are on their way to it.
  var cancelsUnderWay = 0
  /// Whether it has to be cleaned before somebody else gets it.
  var isSoiled = false

  let connectBegan: MonotonicTime
  /// How old it is, and how long nobody has had it.
  var age: LinkAge
  /// The next one in its pool's list of idle ones.
  var nextIdle: SlabHandle?
  /// Whether it is closed instead of going back: its pool is of an older epoch, or it was left in an unknown state.
  var isRetired = false
  /// Whether it is closed only when its server has closed its end: so it is known that the server has gone.
  var awaitsServerEnd = false
  /// Whether its server was told that nothing more comes.
  var isFinished = false

  init(socket: Int32, pool: Int, connectBegan: MonotonicTime, age: LinkAge, statements: Int) {
    self.statements = LinkStatements(capacity: statements)
    self.socket = socket
    self.pool = pool
    self.connectBegan = connectBegan
    self.age = age
  }

  /// When nobody has had it since.
  var idleSince: MonotonicTime {
    get { age.idleSince }
    set { age.idleSince = newValue }
  }

  /// From when on it isn't lent any more.
  var retiresAt: MonotonicTime { age.endsAt }

  /// Moves on; an event that can't happen here is a fault of ours.
  mutating func moveOn(_ event: LinkEvent) {
    guard let next = phase.after(event) else {
      preconditionFailure("a server connection in phase \(phase) can't have \(event)")
    }
    phase = next
  }
}
