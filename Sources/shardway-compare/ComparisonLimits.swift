/// The limits of a comparison.
enum ComparisonLimits {
  /// Server connections that all clients share with `--pooling transaction`.
  static let sharedServers = 8
  /// Most workers of the router.
  static let workers = 8
  /// Connections each proxy must carry: more than any workload opens.
  static let connections = 200
  /// Connections the server must carry: PgBouncer keeps those of past blocks, twice 64.
  static let serverConnections = 500
  /// Most the kernel lets an ordinary user's pipe hold.
  static let pipeBytes = 1 << 20
  /// Most rounds: 5 workloads of up to 7 contenders take minutes for each.
  static let rounds = 100
  /// Longest block, in seconds.
  static let blockSeconds = 60
}
