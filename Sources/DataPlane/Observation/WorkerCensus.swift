public import Routing
import Synchronization

/// What a worker has counted when it was asked: by shard, and of its ring. Unlike counters it is the
/// state of a moment, as near as the worker can tell in a few turns.
public struct WorkerCensus: Sendable {
  /// Server connections, and sessions, of one shard.
  public struct Shard: Sendable, Hashable {
    /// Server connections that work for a session, or are one's own.
    public var busy = 0
    /// Server connections that nobody has.
    public var idle = 0
    /// Server connections that are made, cleaned or checked.
    public var coming = 0
    /// Sessions, and questions of the router's own, that wait for a server.
    public var waiting = 0

    /// No connection.
    public init() {}

    /// Both together.
    public static func + (one: Shard, other: Shard) -> Shard {
      var sum = one
      sum.busy += other.busy
      sum.idle += other.idle
      sum.coming += other.coming
      sum.waiting += other.waiting
      return sum
    }
  }

  /// Sessions by what they are at.
  public struct Sessions: Sendable, Hashable {
    /// Not in yet.
    public var login = 0
    /// In, and between two transactions, without a server.
    public var idle = 0
    /// With a server.
    public var active = 0
    /// Waiting for a server.
    public var waiting = 0
    /// On their way out.
    public var closing = 0

    /// No session.
    public init() {}
  }

  /// Which question it answers; 0 before the first.
  public var number: UInt64 = 0
  /// When it was finished.
  public var finishedAt = MonotonicTime.origin
  /// Sessions by state.
  public var sessions = Sessions()
  /// By number of the ``ShardRegister``, as far as there is something to tell.
  public var shards: [Int: Shard] = [:]
  /// The server pools.
  public var pools = 0
  /// The ring.
  public var ring = RingReading()

  /// Nothing counted.
  public init() {}
}

/// What a ring has done, and has.
public struct RingReading: Sendable, Hashable {
  /// Operations handed to the kernel, modulo 2^32.
  public var submissions: UInt32 = 0
  /// Completions taken, modulo 2^32.
  public var completions: UInt32 = 0
  /// Receive buffers.
  public var buffers = 0
  /// Receive buffers that hold bytes which were not passed on yet.
  public var buffersInUse = 0

  /// A ring that has done nothing.
  public init() {}
}

/// Where a worker leaves its last census. A lock will do: it is asked for a few times a minute.
public final class CensusBoard: Sendable {
  private let census = Mutex(WorkerCensus())

  /// A board without a census.
  init() {}

  /// The last census.
  public var last: WorkerCensus { census.withLock { $0 } }

  /// Whether the question with this number, or a later one, was answered.
  public func hasAnswered(_ number: UInt64) -> Bool { census.withLock { $0.number >= number } }

  /// Puts a census in the place of the one before.
  func tell(_ new: WorkerCensus) { census.withLock { $0 = new } }
}
