/// What a scenario may ask for at most: more is a slip of the pen, or nothing that one machine can
/// carry.
public enum ScenarioLimits {
  /// Generating threads.
  public static let workers = 64
  /// Client connections of all loads together.
  public static let connections = 100_000
  /// Tenants of one load.
  public static let tenants = 1_000_000
  /// Groups of clients.
  public static let loads = 64
  /// Transactions of one mix.
  public static let mixEntries = 64
  /// Transactions a second of one load.
  public static let rate = 10_000_000.0
  /// Points of one load's rate.
  public static let ratePoints = 1000
  /// Greatest weight of a tenant or a transaction.
  public static let weight = 1e9
  /// Greatest exponent of a Zipf distribution.
  public static let zipfExponent = 5.0
  /// Bytes of a `payload` transaction's row.
  public static let payloadBytes = 16 << 20
  /// Transactions after which a connection is opened anew.
  public static let transactionsPerConnection = 1_000_000_000
  /// Longest warm-up, run alone, measurement, pause, and time of one transaction.
  public static let time = Duration.seconds(86_400)
  /// Shortest window, connection timeout and transaction timeout.
  public static let shortestTime = Duration.milliseconds(10)
  /// Windows of one measurement.
  public static let windows = 100_000
  /// Bounds that a staleness check may have.
  public static let stalenessBounds = Duration.milliseconds(1)...Duration.seconds(86_400)
  /// Rows of each of `pgbench`'s tables, in each tenant's database.
  public static let rows = 100_000_000
  /// Things that are broken in one run.
  public static let faults = 1000
  /// Things that must hold.
  public static let objectives = 100
  /// Bytes of a name of a scenario or a load.
  public static let nameBytes = 64
  /// Bytes of a role's or a database's name, as PostgreSQL has it.
  public static let identifierBytes = 63
  /// Bytes of an SQL file.
  public static let scriptBytes = 1 << 20
  /// Statements of an SQL file.
  public static let scriptStatements = 1000
  /// Variables of an SQL file, whose values each connection keeps.
  public static let scriptVariables = 32
  /// Shards of a local fleet.
  public static let shards = 16
  /// Replicas of each shard of a local fleet.
  public static let replicas = 4
  /// Tenants of a local fleet.
  public static let fleetTenants = 200
  /// `max_connections` of a local fleet's servers.
  public static let serverConnections = 10...10_000
  /// Server connections of one pool of a local fleet's router.
  public static let serversPerPool = 10_000
}
