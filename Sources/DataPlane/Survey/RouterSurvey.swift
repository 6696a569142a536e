public import Routing
public import ShardMap

/// What the workers of a router know together at one moment: sessions, pools, instances and tenants.
///
/// All of it fits ``map``, which was in force when the survey was put together.
public struct RouterSurvey: Sendable {
  /// Sessions that are logged in somewhere.
  public struct Sessions: Sendable, Equatable {
    /// Those that don't wait.
    public internal(set) var active = 0
    /// Those that wait for a server.
    public internal(set) var waiting = 0

    /// None.
    public init() {}

    /// All of them.
    public var all: Int { active + waiting }

    mutating func count(_ row: ClientRow) {
      if row.isWaiting { waiting += 1 } else if row.isIn { active += 1 }
    }
  }

  /// An instance of the map, as the workers use it.
  public struct InstanceUse: Sendable, Equatable {
    /// Sessions and transactions there, of all workers.
    public internal(set) var inFlight = 0
    /// Workers whose last attempt there has failed.
    public internal(set) var failingWorkers = 0
    /// Workers that leave it alone for a while.
    public internal(set) var ejectingWorkers = 0
  }

  /// The server connections of all workers for one database, user and instance.
  public struct Pool: Sendable, Equatable {
    /// The database at the server.
    public let database: String
    /// The user at the server; nil where each session is another one's.
    public let user: String?
    /// Where the server listens.
    public let address: SocketAddress
    /// Whether sessions share its connections.
    public let pooling: PoolingMode
    /// The sessions that use it.
    public internal(set) var sessions = Sessions()
    /// For how long the first of those that wait has waited, in nanoseconds.
    public internal(set) var longestWaitNanoseconds: UInt64 = 0
    /// Server connections that sessions have, that nobody has, and that are being opened.
    public internal(set) var lent = 0, idle = 0, opening = 0
    /// Whether it was paused at the admin console.
    public internal(set) var isPaused = false
  }

  /// One worker.
  public struct WorkerUse: Sendable, Equatable {
    /// Its number.
    public let number: Int
    /// The label of the tenants that it is for; nil where it serves everybody else.
    public let label: String?
    /// The core that it is bound to; nil where it is free.
    public let core: Int32?
    /// Client connections, and server connections that are shared.
    public let sessions, servers: Int
  }

  /// A tenant whose sessions wait because of a limit.
  public struct Delayed: Sendable, Equatable {
    /// The tenant.
    public let tenant: [UInt8]
    /// How many wait.
    public let waiting: Int
    /// The limit's stable name.
    public let limit: String
  }

  /// The map in force.
  public let map: CompiledMap
  /// When the workers had answered, on the workers' clock.
  public let at: MonotonicTime
  /// What probes last saw of the map's instances.
  public let samples: SampleBoard
  /// By ``ShardIndex``.
  public internal(set) var shards: [Sessions]
  /// By ``InstanceIndex``.
  public internal(set) var instances: [InstanceUse]
  /// The shard that each instance is of, by ``InstanceIndex``; nil for a spare one.
  public internal(set) var shardOfInstance: [ShardIndex?]
  /// By tenant.
  public internal(set) var tenants: [[UInt8]: Sessions] = [:]
  /// In no order.
  public internal(set) var pools: [Pool] = []
  /// The workers that have answered, by number.
  public internal(set) var workers: [WorkerUse] = []
  /// Tenants that wait because of a limit; one for each worker and limit.
  public internal(set) var delayed: [Delayed] = []
  /// Whether a worker had more to tell than it may, so that not everything is counted.
  public internal(set) var isCut = false

  /// The instance that listens at an address.
  public func instance(at address: SocketAddress) -> InstanceIndex? { places[address] }

  private let places: [SocketAddress: InstanceIndex]

  /// A survey of a map in which nothing was counted yet.
  init(of edition: MapEdition, at now: MonotonicTime) {
    let map = edition.map
    self.map = map
    self.at = now
    samples = edition.samples
    shards = Array(repeating: Sessions(), count: map.counts.shards)
    instances = Array(repeating: InstanceUse(), count: map.counts.instances)
    var shardOfInstance = [ShardIndex?](repeating: nil, count: map.counts.instances)
    for (number, shard) in map.shardRecords.enumerated() {
      for instance in [shard.primary] + map.replicas(of: shard) {
        shardOfInstance[Int(instance.rawValue)] = ShardIndex(UInt32(number))
      }
    }
    self.shardOfInstance = shardOfInstance
    places = Dictionary(
      map.instanceIndices.map { (map.instance($0).address, $0) },
      uniquingKeysWith: { one, _ in one }
    )
  }
}
