/// Bounds on what a router does about a map that may be out of date.
enum FreshnessLimits {
  /// Between two wishes for a refresh because of one shard. CockroachDB's SQL proxy: 100 ms.
  static let betweenRefreshes: Duration = .milliseconds(100)
  /// Shards that are told apart when their refreshes are spaced; a power of two. More share.
  static let shardsApart = 1024
  /// Sessions of one worker that wait for the control plane's answer at a time.
  static let heldSessions = 256
  /// Held sessions that go on in one turn of the worker, so that the others don't wait for them.
  static let releasesATurn = 32
  /// Sessions that are looked at in one turn after the map has changed: a fraction of a millisecond.
  static let movesATurn = 128
  /// How long it is remembered that a tenant doesn't exist. Neon: 30 s. A new map ends it sooner.
  static let negativeMemory: Duration = .seconds(30)
  /// Names that one worker remembers; a power of two. A newer one takes the place of an older one.
  static let negativeNames = 4096
}
