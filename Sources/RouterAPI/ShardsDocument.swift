/// `GET /api/v1/shards`: shards of the map, with what the router knows of them and does there.
public struct ShardsDocument: Codable, Sendable, Equatable {
  /// Shards that are not normal first, then those with most sessions.
  public var shards: [Shard]
  /// How many the map has; more than are listed where that is over the limit asked for.
  public var total: Int

  /// A list of shards.
  public init(shards: [Shard], total: Int) {
    self.shards = shards
    self.total = total
  }

  /// One shard.
  public struct Shard: Codable, Sendable, Equatable {
    /// Its id.
    public var id: String
    /// Grows with each change of its primary.
    public var epoch: UInt64
    /// What is taken away; nil where it is normal.
    public var mode: ModesDocument.Mode?
    /// The primary first.
    public var instances: [Instance]
    /// Sessions at its instances, and those of them that wait for a server.
    public var sessions, waiting: Int
    /// Requests, over the last seconds; nil where they are not counted.
    public var requestsPerSecond: Double?
    /// What half of its requests took at most.
    public var p50Microseconds: Double?
    /// What 99 % of its requests took at most.
    public var p99Microseconds: Double?

    /// A shard from its parts.
    public init(
      id: String, epoch: UInt64, mode: ModesDocument.Mode?, instances: [Instance], sessions: Int,
      waiting: Int, requestsPerSecond: Double? = nil, p50Microseconds: Double? = nil,
      p99Microseconds: Double? = nil
    ) {
      self.id = id
      self.epoch = epoch
      self.mode = mode
      self.instances = instances
      self.sessions = sessions
      self.waiting = waiting
      self.requestsPerSecond = requestsPerSecond
      self.p50Microseconds = p50Microseconds
      self.p99Microseconds = p99Microseconds
    }
  }

  /// One PostgreSQL server of a shard.
  public struct Instance: Codable, Sendable, Equatable {
    /// Its id.
    public var id: String
    /// `primary` or `replica`, by the map.
    public var role: String
    /// Where it runs.
    public var region, zone: String
    /// Where it listens.
    public var address: String
    /// `healthy`; `failing` where some worker's last attempt failed; `ejected` where some worker leaves
    /// it alone for a while.
    public var health: String
    /// Sessions and transactions that are there now.
    public var inFlight: Int
    /// How far a read there may lag behind its primary at most; nil for a primary, and where nothing
    /// is proven.
    public var lagMilliseconds: UInt64?
    /// Since the last probe; nil before the first.
    public var sampleAgeMilliseconds: UInt64?
    /// Of the last probe.
    public var roundTripMicroseconds: UInt64?

    /// An instance from its parts.
    public init(
      id: String, role: String, region: String, zone: String, address: String, health: String,
      inFlight: Int, lagMilliseconds: UInt64?, sampleAgeMilliseconds: UInt64?,
      roundTripMicroseconds: UInt64?
    ) {
      self.id = id
      self.role = role
      self.region = region
      self.zone = zone
      self.address = address
      self.health = health
      self.inFlight = inFlight
      self.lagMilliseconds = lagMilliseconds
      self.sampleAgeMilliseconds = sampleAgeMilliseconds
      self.roundTripMicroseconds = roundTripMicroseconds
    }
  }
}
