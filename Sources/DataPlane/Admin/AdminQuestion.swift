import AdminConsole
import Synchronization

/// What the admin console asks of a worker. The worker answers when it has done all of it, in order, a slice a turn.
struct AdminQuestion: Sendable {
  /// One thing to tell or to do.
  enum Part: Sendable {
    /// Tell of all sessions; with their clients' addresses or not.
    case clients(withAddresses: Bool)
    /// Tell of all server connections that sessions share.
    case links
    /// Tell of all pools.
    case pools
    /// Tell of the map's instances.
    case instances
    /// Count sessions and server connections.
    case load
    /// Tell of the tenants of which most sessions wait because of a limit.
    case delayed
    /// Begin no more transactions there.
    case pause(AdminScope)
    /// Take that back.
    case resume(AdminScope)
    /// Count what a pause waits for.
    case unfinished(AdminScope)
    /// End sessions.
    case kill(KillTarget)
  }

  /// Which question it is.
  let number: UInt64
  let parts: [Part]
  /// Where the answer goes.
  let inbox: AdminInbox
}

/// What a worker answers to one question.
struct AdminAnswer: Sendable {
  /// Who answers.
  let worker: Int
  /// Which question.
  let number: UInt64
  var clients: [ClientRow] = []
  var links: [LinkRow] = []
  var pools: [PoolRow] = []
  var instances: [InstanceRow] = []
  var delayed: [DelayedRow] = []
  /// By place: the accounts that rows speak of.
  var accounts: [Int: AccountName] = [:]
  var load: (sessions: Int, links: Int) = (0, 0)
  var unfinished = UnfinishedWork()
  /// Sessions that were ended.
  var killed = 0
  /// Whether there was more than ``AdminLimits/rowsAWorker`` to tell.
  var isCut = false
}

/// What a pause waits for, or can't wait for.
struct UnfinishedWork: Sendable, Equatable {
  /// Transactions that are open, and server connections on their way back.
  var transactions = 0
  /// Sessions that keep a server connection between transactions: a listener's `pooling: session`, or pinned.
  var holders = 0

  static func + (one: UnfinishedWork, other: UnfinishedWork) -> UnfinishedWork {
    UnfinishedWork(
      transactions: one.transactions + other.transactions, holders: one.holders + other.holders)
  }
}

/// Where workers leave their answers for the console's thread.
final class AdminInbox: Sendable {
  let doorbell = Doorbell()
  private let answers = Mutex<[AdminAnswer]>([])

  /// Leaves an answer and wakes the console. Any thread may.
  func post(_ answer: AdminAnswer) {
    answers.withLock { $0.append(answer) }
    doorbell.ring()
  }

  /// How many answers wait to be taken.
  var count: Int { answers.withLock { $0.count } }

  /// Takes everything that was left.
  func takeAll() -> [AdminAnswer] {
    answers.withLock { waiting in
      defer { waiting = [] }
      return waiting
    }
  }
}
