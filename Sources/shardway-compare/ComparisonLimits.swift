/// The limits of a comparison.
enum ComparisonLimits {
  /// Server connections that all clients share where they share.
  static let sharedServers = 8
  /// Most workers of the router.
  static let workers = 8
  /// Most clients of a workload.
  static let clients = 7_500
  /// Connections each proxy must carry: more than any workload opens.
  static let connections = 8_000
  /// Most clients that have a PostgreSQL process each.
  static let postgresSessions = 200
  /// Connections the PostgreSQL server must carry: PgBouncer keeps those of past blocks.
  static let serverConnections = 700
  /// Rows of this size and more are judged by throughput.
  static let bulkRowBytes = 1 << 20
  /// Pipes that a splicing proxy may have, two open files each.
  static let pipes = 500
  /// Most the kernel lets an ordinary user's pipe hold.
  static let pipeBytes = 1 << 20
  /// Most rounds.
  static let rounds = 100
  /// Longest block, in seconds.
  static let blockSeconds = 60
  /// Load before each block that is not counted.
  static let warmUp: Duration = .milliseconds(250)
  /// How long all clients of a block may take to connect.
  static let connecting: Duration = .seconds(30)
  /// Files that a proxy needs for its connections, both sides, and some.
  static let openFiles: UInt64 = 2 * UInt64(connections) + 500
  /// Load before a block of `isolation` that is not counted.
  static let isolationWarmUp: Duration = .seconds(1)
  /// Highest rate of either tenant there, in transactions a second.
  static let isolationRate = 50_000.0
  /// Most rows that a transaction of the flood counts.
  static let rowsCounted = 10_000_000
  /// What a premium tenant's p99 may grow to beside a flood, in relation to that alone.
  static let isolationRatio = 1.2
}
