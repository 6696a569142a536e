public import MapDocument

/// What a local fleet is made of.
public struct FleetOptions: Sendable {
  /// Number of shards, 1 to `FleetLimits.shards`.
  public var shards = 2
  /// Streaming replicas of each shard, 0 to `FleetLimits.replicasPerShard`.
  public var replicasPerShard = 1
  /// Number of tenants, 1 to `FleetLimits.tenants`; they are dealt to the shards in turn.
  public var tenants = 6
  /// `max_connections` of each server.
  public var maxConnections = 200
  /// Further PostgreSQL settings, the same on each server: names and values as in its file.
  public var settings: [String: String] = [:]
  /// Most reads of a tier other than `strong` that may go to a primary because no replica will do, in
  /// percent of all such reads of a shard.
  public var primaryReadBudgetPercent = Policy.standardReadBudgetPercent
  /// Changes the map that the fleet starts with, before anybody gets it: policies with envelopes, pools,
  /// modes. Nil leaves it as it is.
  public var changeMap: (@Sendable (inout MapDocument) -> Void)?
  /// Further environment variables of each server.
  public var environment: [String: String] = [:]
  /// A control plane and a sidecar that bring the map; nil compiles it once, which is quicker.
  ///
  /// With them each tenant has a database on every shard, so that its record can be moved.
  public var control: FleetControlOptions?
  /// The folder in which the fleet makes its own; nil is `TMPDIR`, or else `/tmp`.
  public var parentFolder: String?

  /// Two shards with one replica each, and six tenants.
  public init() {}

  /// Checks all numbers against their limits.
  func validate() throws(FleetError) {
    try Self.check("shards", shards, in: 1...FleetLimits.shards)
    try Self.check("replicas", replicasPerShard, in: 0...FleetLimits.replicasPerShard)
    try Self.check("tenants", tenants, in: 1...FleetLimits.tenants)
    try Self.check("max_connections", maxConnections, in: 10...FleetLimits.maxConnections)
    try Self.check("primary reads, in percent", primaryReadBudgetPercent, in: 0...100)
  }

  private static func check(
    _ name: String, _ value: Int, in range: ClosedRange<Int>
  ) throws(FleetError) {
    guard range.contains(value) else {
      throw .option(
        name: name, reason: "\(value) is outside of \(range.lowerBound) to \(range.upperBound)")
    }
  }
}

/// The limits of a local fleet: what one machine can carry, and how long anything may take.
public enum FleetLimits {
  /// Most shards: each takes about 60 MB of memory and 100 MB of disk for every server.
  public static let shards = 16
  /// Most replicas of a shard.
  public static let replicasPerShard = 4
  /// Most tenants: each has a database of its own, 7 MB on the primary and on each replica.
  public static let tenants = 200
  /// Most connections of a server.
  public static let maxConnections = 10_000
  /// How long a server may take until it accepts connections.
  public static let serverStart: Duration = .seconds(60)
  /// How long the router may take until it listens.
  public static let routerStart: Duration = .seconds(60)
  /// How long the control plane or the sidecar may take until it is ready.
  public static let serviceStart: Duration = .seconds(60)
  /// How long a process may take to stop before it is killed.
  public static let stop: Duration = .seconds(60)
  /// Pause between two looks at something that can't be waited for.
  static let poll: Duration = .milliseconds(10)
  /// Ports are chosen below the range the kernel takes the ports of outgoing connections from.
  static let ports: ClosedRange<UInt16> = 20_000...31_999
  /// Ports tried before giving up.
  static let portAttempts = 200
}
