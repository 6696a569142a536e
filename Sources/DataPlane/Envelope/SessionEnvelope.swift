import Routing
import ShardMap

/// What a session knows of its tenant's envelope, and what it has taken of it.
///
/// The policy's word is copied here, so that it is looked up once a map and not once a transaction.
struct SessionEnvelope {
  /// What the session waits for in the worker's queue of delayed ones.
  enum Delay: Equatable {
    /// For nothing.
    case none
    /// It shares servers, and its next transaction may not begin yet.
    case beginning
    /// Its tenant has begun too many transactions, of which this was one: nothing more is read of
    /// its client.
    case resting
    /// Its tenant has moved too many bytes: nothing more is read in one direction.
    case restingForBytes(Direction)
  }

  /// The edition of envelopes by which nothing of the tenant's work is limited; 0 for none: then each
  /// transaction is asked for, and each byte counted.
  private(set) var unlimitedEdition: UInt32 = 0
  /// The edition that was looked at last; 0 for none.
  private(set) var edition: UInt32 = 0
  /// When it has to be looked at again, because the map may be too old by then.
  private(set) var reviewAt = MonotonicTime.origin

  /// How long its work waits at most, in nanoseconds.
  private(set) var maxDelayNanoseconds: UInt64 = 0
  /// Its share of what waiting tenants get.
  private(set) var weight: UInt16 = 1
  /// What is given up first.
  private(set) var priority = WorkPriority.interactive
  /// Whether bytes are limited.
  private(set) var limitsBytes = false

  /// Whether its connection is counted among its tenant's.
  var isConnectionCounted = false
  /// Whether its transaction is counted among those of its tenant that are under way.
  var isTransactionCounted = false
  /// Whether a transaction has run while it rested for bytes that has to be counted.
  var hasUncounted = false
  var delay = Delay.none
  /// Whether the tenant's limits were asked for what it waits for; not where others of the tenant wait before it.
  var wasAsked = false
  /// Since when it waits.
  var delayBegan = MonotonicTime.origin

  /// Whether it waits in the queue of delayed sessions.
  var isDelayed: Bool { delay != .none }

  /// Keeps what it has, as the map says nothing new.
  mutating func keep(edition: UInt32, reviewAt: MonotonicTime) {
    if unlimitedEdition != 0 { unlimitedEdition = edition }
    self.edition = edition
    self.reviewAt = reviewAt
  }

  /// Takes over what a policy says.
  mutating func take(_ envelope: Envelope, edition: UInt32, reviewAt: MonotonicTime) {
    self.edition = edition
    self.reviewAt = reviewAt
    unlimitedEdition = envelope.limitsWork ? 0 : edition
    maxDelayNanoseconds = UInt64(envelope.maxDelayMilliseconds) * 1_000_000
    weight = envelope.weight
    priority = envelope.priority
    limitsBytes = envelope.bytesInPerSecond != nil || envelope.bytesOutPerSecond != nil
  }
}

extension Envelope {
  /// Whether anything but connections is limited.
  var limitsWork: Bool {
    transactionsPerSecond != nil || serverConnections != nil || bytesInPerSecond != nil
      || bytesOutPerSecond != nil
  }
}

/// Numbers of what a worker does about envelopes.
enum EnvelopeLimits {
  /// How often a session looks whether the map is so old that less of the envelope holds.
  static let review: Duration = .seconds(1)
  /// How soon work is tried again that waits for a transaction of its tenant to end, which may be at another worker.
  static let retryNanoseconds: UInt64 = 2_000_000
  /// A tenant that may go on at once, as far as is known, does so after this: so a wrong guess can't keep a worker busy.
  static let shortestWaitNanoseconds: UInt64 = 100_000
  /// From the first use of a tenant's rate to the first look at what of it can be given back.
  static let giveBackNanoseconds: UInt64 = 5_000_000
  /// Between two events that tell of refusals because of an envelope.
  static let betweenEvents: Duration = .seconds(1)
  /// Tenants that wait which a worker tells the console of.
  static let tenantsTold = 20
}
