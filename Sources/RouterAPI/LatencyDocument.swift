/// `GET /api/v1/latency`: the last ten minutes, a point a second.
public struct LatencyDocument: Codable, Sendable, Equatable {
  /// From one point to the next.
  public var stepMilliseconds: Int
  /// The oldest first.
  public var points: [Point]

  /// A series of points.
  public init(stepMilliseconds: Int, points: [Point]) {
    self.stepMilliseconds = stepMilliseconds
    self.points = points
  }

  /// One second.
  public struct Point: Codable, Sendable, Equatable {
    /// Its end, in milliseconds since 1970.
    public var atMilliseconds: Int64
    /// Transactions that ended.
    public var transactionsPerSecond: Double
    /// Of the requests that ended in it; nil where there were none.
    public var p50Microseconds, p95Microseconds, p99Microseconds: Double?
    /// Clients that were not let in, and requests that were refused or failed.
    public var failuresPerSecond: Double
    /// Time since the control plane confirmed the map; nil where nobody knows, or no rules of age hold.
    public var mapAgeMilliseconds: UInt64?
    /// The longest time that a replica is proven to lag at most; nil where nothing is proven.
    public var longestLagMilliseconds: UInt64?

    /// A point from its parts.
    public init(
      atMilliseconds: Int64, transactionsPerSecond: Double, p50Microseconds: Double? = nil,
      p95Microseconds: Double? = nil, p99Microseconds: Double? = nil, failuresPerSecond: Double = 0,
      mapAgeMilliseconds: UInt64? = nil, longestLagMilliseconds: UInt64? = nil
    ) {
      self.atMilliseconds = atMilliseconds
      self.transactionsPerSecond = transactionsPerSecond
      self.p50Microseconds = p50Microseconds
      self.p95Microseconds = p95Microseconds
      self.p99Microseconds = p99Microseconds
      self.failuresPerSecond = failuresPerSecond
      self.mapAgeMilliseconds = mapAgeMilliseconds
      self.longestLagMilliseconds = longestLagMilliseconds
    }
  }
}
