import Admission
import Routing

/// What a worker knows of how short it is of something.
struct WorkerShortage {
  var gauge: OverloadGauge
  var pace = AcceptPace()
  /// When the gauge is read again; where nothing is short, with the first turn after that.
  var gaugeDue: MonotonicTime
  /// How long the first of a queue for servers waits.
  var queues = QueueRound()
  /// When the next transaction is let through, at the level `delay`.
  var nextTurn = MonotonicTime.origin
  /// Sessions that are beyond the limit of connections, or refused.
  var inMargin = 0
  /// Clients that the kernel had handed over before it was told to wait, and that there is no memory
  /// for: they wait here, with no more than their descriptors.
  var unheard: [AcceptedClient] = []
  /// Clients that are still accepted before the next pause, while accepting is slowed.
  var acceptsLeft = AcceptPace.clientsAtATime

  /// Of nothing.
  init(now: MonotonicTime) {
    gauge = OverloadGauge(now: now)
    gaugeDue = now
  }

  /// Whether the gauge has to be read in time even where nothing else happens.
  var isFelt: Bool { gauge.level > .none || pace.state != .open || !unheard.isEmpty }

  /// Whether the kernel should hand over no more clients for now.
  var withdrawsAccepts: Bool {
    switch pace.state {
    case .open: false
    case .slowed: acceptsLeft <= 0
    case .stopped: true
    }
  }
}

/// How long the first of each queue has waited: a slice of them is looked at a reading, so that many
/// queues cost a reading no more than a few. One that doesn't move is seen like any other.
struct QueueRound {
  /// The queue that is looked at next.
  private(set) var next = 0
  private var found: UInt64 = 0
  private var foundBefore: UInt64 = 0

  /// The longest wait of this round until now and the one before, in nanoseconds.
  var longestWait: UInt64 { max(found, foundBefore) }

  /// Notes how long the first of a queue has waited, in nanoseconds.
  mutating func note(_ wait: UInt64) { found = max(found, wait) }

  /// A slice is done; with 0 for the next one, a round is.
  mutating func turn(next: Int) {
    self.next = next
    guard next == 0 else { return }
    foundBefore = found
    found = 0
  }
}

/// A client that is connected, and nothing more.
struct AcceptedClient {
  let descriptor: Int32
  let listener: Int
}

/// Numbers of the overload control, beside the thresholds of `Admission`.
enum OverloadLimits {
  /// From one reading of the gauge to the next, in nanoseconds.
  static let readingInterval: UInt64 = 10_000_000
  /// Queues whose first one a reading looks at.
  static let queuesAtOnce = 512
  /// From one transaction that is let through to the next at the level `delay`, in nanoseconds.
  static let turnInterval: UInt64 = 1_000_000
  /// For how long a client may be connected and say nothing before it makes room for others where all
  /// places are taken, in nanoseconds.
  static let silence: UInt64 = 1_000_000_000
  /// Clients of a worker that may be accepted and wait for memory: as many as may come in one turn.
  static let unheardClients = 4096
}
