/// What one load measured.
public struct LoadResult: Sendable, Codable {
  /// The load's name.
  public var name: String
  /// Client connections, over all workers.
  public var connections: Int
  /// Transactions that were due in the measurement: those that completed, and those that failed.
  public var due: Int
  /// Those that were answered without an error.
  public var completed: Int
  /// Those that failed, by SQLSTATE or by cause: `57P01`, `connect: refused`, `timeout`, `closed`,
  /// `reset`.
  public var errors: [String: Int]
  /// From the intended start to the last answer, completed ones only.
  public var latency: LatencyCounts
  /// From the moment it was sent: what a closed-loop test would have told.
  public var service: LatencyCounts
  /// From `connect` to ReadyForQuery, with the connections that were made before the measurement.
  public var connecting: LatencyCounts
  /// TLS handshakes, with those that were made before the measurement; nil where nothing is encrypted.
  public var handshakes: HandshakeCounts?
  /// Latency when the load ran alone, where an objective asks for it.
  public var alone: LatencyCounts?
  /// The windows of the measurement, in order of time.
  public var windows: [WindowResult]
  /// The tenants that its connections were for.
  public var tenants: [TenantResult]
  /// What its checkers found; nil if it has none.
  public var consistency: ConsistencyResult?

  /// What one load measured.
  public init(
    name: String, connections: Int, due: Int, completed: Int, errors: [String: Int],
    latency: LatencyCounts, service: LatencyCounts, connecting: LatencyCounts,
    handshakes: HandshakeCounts? = nil, alone: LatencyCounts? = nil, windows: [WindowResult],
    tenants: [TenantResult],
    consistency: ConsistencyResult? = nil
  ) {
    self.name = name
    self.connections = connections
    self.due = due
    self.completed = completed
    self.errors = errors
    self.latency = latency
    self.service = service
    self.connecting = connecting
    self.handshakes = handshakes
    self.alone = alone
    self.windows = windows
    self.tenants = tenants
    self.consistency = consistency
  }

  /// Transactions that failed, for whatever cause.
  public var failed: Int { errors.values.reduce(0, +) }
}

/// One window of a load.
public struct WindowResult: Sendable, Codable {
  /// Its beginning, seconds from that of the measurement.
  public var at: Double
  /// Transactions whose intended start lies in it.
  public var due: Int
  /// Those that ended in it without an error, whenever they were due.
  public var completed: Int
  /// Those that failed in it, whenever they were due.
  public var errors: Int
  /// The same errors by cause, as in ``LoadResult/errors``; empty where causes were not kept apart.
  public var errorsByCause: [String: Int]
  /// Of those that completed in it.
  public var latency: LatencyCounts

  /// One window of a load.
  public init(
    at: Double, due: Int, completed: Int, errors: Int, errorsByCause: [String: Int] = [:],
    latency: LatencyCounts
  ) {
    self.at = at
    self.due = due
    self.completed = completed
    self.errors = errors
    self.errorsByCause = errorsByCause
    self.latency = latency
  }
}

/// One tenant of a load.
public struct TenantResult: Sendable, Codable {
  /// The tenant's name.
  public var name: String
  /// Transactions that were answered without an error.
  public var completed: Int
  /// Those that failed.
  public var errors: Int
  /// Half of the completed ones took no longer; within 7 %, 0 if none completed.
  public var p50Milliseconds: Double
  /// All but a hundredth of the completed ones took no longer; within 7 %, 0 if none completed.
  public var p99Milliseconds: Double

  /// One tenant of a load.
  public init(
    name: String, completed: Int, errors: Int, p50Milliseconds: Double, p99Milliseconds: Double
  ) {
    self.name = name
    self.completed = completed
    self.errors = errors
    self.p50Milliseconds = p50Milliseconds
    self.p99Milliseconds = p99Milliseconds
  }
}
