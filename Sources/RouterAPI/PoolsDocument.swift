/// `GET /api/v1/pools`: server connections that clients share, or have for themselves.
public struct PoolsDocument: Codable, Sendable, Equatable {
  /// Those with most that wait first, then with most servers.
  public var pools: [Pool]
  /// How many there are; more than are listed where that is over the limit asked for.
  public var total: Int
  /// Whether a worker had more sessions than it tells of, so that not all are counted.
  public var isCut: Bool

  /// A list of pools.
  public init(pools: [Pool], total: Int, isCut: Bool) {
    self.pools = pools
    self.total = total
    self.isCut = isCut
  }

  /// The server connections of all workers for one database, user and instance.
  public struct Pool: Codable, Sendable, Equatable {
    /// The database at the server.
    public var database: String
    /// The user at the server; nil where each client is another one.
    public var user: String?
    /// The shard; nil where the map has the instance no more.
    public var shard: String?
    /// The instance, or its address where the map has it no more.
    public var instance: String
    /// `transaction` where clients share servers, `session` where each has its own.
    public var pooling: String
    /// Clients that are in, without those that wait.
    public var clients: Int
    /// Clients that wait for a server.
    public var waiting: Int
    /// For how long the first of them has waited.
    public var longestWaitMicroseconds: UInt64
    /// Server connections that clients have now, that nobody has, and that are being opened.
    public var inUse, idle, opening: Int
    /// Whether the console has paused it.
    public var isPaused: Bool

    /// A pool from its parts.
    public init(
      database: String, user: String?, shard: String?, instance: String, pooling: String,
      clients: Int = 0, waiting: Int = 0, longestWaitMicroseconds: UInt64 = 0, inUse: Int = 0,
      idle: Int = 0, opening: Int = 0, isPaused: Bool = false
    ) {
      self.database = database
      self.user = user
      self.shard = shard
      self.instance = instance
      self.pooling = pooling
      self.clients = clients
      self.waiting = waiting
      self.longestWaitMicroseconds = longestWaitMicroseconds
      self.inUse = inUse
      self.idle = idle
      self.opening = opening
      self.isPaused = isPaused
    }
  }
}
