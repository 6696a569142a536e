import Pooling
import Routing
import ShardMap
import Wire

/// What a session that shares server connections has besides what every session has.
struct PooledClient: ~Copyable {
  /// The place of its account among the worker's.
  var account: Int
  /// The tier of its transactions; nil stands for the policy's.
  var tier: Consistency?
  /// Whether it is told when the mode changes, and the last one that it was told of.
  var wantsNotices = false
  /// Whether another router has relayed it, where its own encryption ends.
  var isRelayed = false
  var noticedMode = ModeInForce.normal
  /// Whether a mode keeps its transactions from writing, though they run on a primary.
  var runsReadOnly = false
  /// The link it has borrowed.
  var link: SlabHandle?
  /// Its login, until that is over.
  var login: ClientLogin?
  /// The pool in whose queue it waits.
  var waitsFor: Int?
  /// How long its next transaction has waited.
  var wait = TransactionWait()
  /// Whether it can't share for now: something of it lives in its server's session.
  var isPinned = false

  var requests = RequestReader()
  /// Bytes of the client's that weren't read yet: it has no server, or one that owes too many answers.
  var unread = BlockChain()
  /// Whether no more is received until they were.
  var isHeld = false
  /// Whether its client has said goodbye, or its last.
  var hasLeft = false
  /// Whether what it has said is being considered: whoever refuses a part of it leaves the rest to whoever does that.
  var isConsidered = false

  /// Its transaction, while only the client knows of it.
  var begun: BegunTransaction?
  /// The transaction status that its server last told.
  var status = TransactionStatus.idle
  /// Whether something was sent since the last Sync that will only be answered for good by the next.
  var hasUnsynced = false
  /// Whether its next transaction may have to go elsewhere than this one: nothing of it is read before this one's end is known.
  var isRoutedApart = false
  /// Whether its tenant is limited: nothing more is read of it before what was asked for is answered, so that each transaction is counted.
  var isOneAtATime = false
  /// Whether something was sent whose outcome is awaited before more is read: the server may forget statements by it, or change a setting.
  var awaitsOutcome = false
  /// Whether its transaction is over and all was answered: what it says next belongs to another one, which begins when the server was given back.
  var isDone = false
  /// Whether its server was asked for the answers that it keeps back, because the client has left.
  var hasFlushed = false
  /// Whether nothing is received of it so that it can be handed to another process.
  var isHushed = false
  /// Whether it can't be handed to another process.
  var staysHere = false
  /// What it is told last, as soon as nothing is received into the block where that belongs.
  var goodbye: [UInt8]?

  /// What it knows of: reads of the tier `session` are no older.
  var floor = SessionFloor.none
  /// Whether its transaction may have written something.
  var mayHaveWritten = false

  /// The client's prepared statements.
  var statements = ClientStatements()
  /// Names that were given or taken by requests which the server has not answered, oldest first.
  var nameChanges: [NameChange] = []
  /// Names that are taken by DEALLOCATE, if the server does it.
  var deallocations: [[UInt8]] = []
  /// The values of the settings that follow it from server to server.
  var parameters: ParameterValues
  /// What becomes of a setting that servers don't report, if the server does it.
  var pendingSetting: PendingSetting?

  /// Where its last transaction went, and by which map: the next goes there, too, if nothing has changed.
  var lastPool: Int?
  var lastPoolMap: UInt64 = 0
  /// How its last transaction was routed.
  var lastRoute: Route?

  init(account: Int, tier: Consistency?, parameters: ParameterValues) {
    self.account = account
    self.tier = tier
    self.parameters = parameters
  }
}

/// What a request makes of a client's name for a statement. It is taken back when the server skips the request.
struct NameChange {
  let name: [UInt8]
  /// The statement that had the name before; its reference is held.
  let previous: StatementID?
  /// The statement that has it now; nil when the name was taken.
  let current: StatementID?
}

/// A statement about a setting that servers don't report: it counts when its transaction has succeeded.
struct PendingSetting {
  enum Change {
    /// It gets this value, as it stands in SQL.
    case set(name: [UInt8], value: [UInt8])
    /// It gets its default.
    case reset(name: [UInt8])
    /// All get their defaults.
    case resetAll
  }

  let change: Change
  /// Whether the server has said that it has done it.
  var isDone = false
}
