public import Admission
import Synchronization

/// How short a worker is of something, for other threads to read: it is there even while the worker
/// has no time to answer.
///
/// Locked a few hundred times a second by the worker at most, for a few nanoseconds; never in a
/// message's way.
public final class OverloadBoard: Sendable {
  private let reading = Mutex(OverloadReading())

  /// A board of a worker that has told nothing.
  init() {}

  /// Tells the last reading. Only the worker does.
  func tell(_ reading: OverloadReading) { self.reading.withLock { $0 = reading } }

  /// The last reading.
  public var last: OverloadReading { reading.withLock { $0 } }
}

/// One reading of a worker's gauge.
public struct OverloadReading: Hashable, Sendable {
  /// The level in force.
  public var level = OverloadLevel.none
  /// What has called for it; nil where nothing is given up.
  public var cause: OverloadCause?
  /// Since when, by the workers' clock, in nanoseconds.
  public var sinceNanoseconds: UInt64 = 0
  /// How clients are accepted.
  public var accepting = AcceptPace.State.open
  /// In thousandths of the limits.
  public var use = OverloadUse()
  /// What sessions take, in bytes.
  public var memoryBytes = 0
  /// Sessions that wait for a server connection.
  public var waitingSessions = 0
  /// Clients that have not said yet who they are.
  public var waitingLogins = 0
  /// How long the first of a queue for server connections has waited, of the one where that is longest, in
  /// nanoseconds.
  public var queueWaitNanoseconds: UInt64 = 0
}
