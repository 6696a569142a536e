/// Every threshold of health and selection, with the default and where it comes from.
public struct HealthPolicy: Sendable, Hashable {
  /// Consecutive failed connection attempts after which an instance is ejected. Envoy: 5.
  public var ejectionFailures: UInt32 = 5
  /// Length of a first ejection; the n-th lasts n times as long. Envoy: 30 s.
  public var ejectionNanoseconds: UInt64 = 30 * second
  /// Longest ejection. Envoy: 300 s.
  public var ejectionMaximumNanoseconds: UInt64 = 300 * second
  /// Most of the map's instances that may be ejected at once, in percent; one is always allowed.
  ///
  /// When everything seems broken, the fault is more likely here than everywhere else. Envoy: 10 %.
  public var ejectedMaximumPercent: Int = 10
  /// Time in good health that makes the next ejection one step shorter. Envoy's sweep: 10 s.
  public var forgivenessNanoseconds: UInt64 = 10 * second

  /// Pause after a failed attempt, times the number of consecutive failures.
  ///
  /// Without it a dead instance, which never has work in flight, would win every comparison until
  /// it is ejected. The linear back-off and its cap are our own choice.
  public var coolingNanoseconds: UInt64 = 1 * second
  /// Longest pause after a failed attempt.
  public var coolingMaximumNanoseconds: UInt64 = 30 * second

  /// A shard with a smaller share of healthy replicas than this, in percent, panics. Envoy: 50 %.
  public var panicEnterPercent: Int = 50
  /// A panicking shard calms down at this share of healthy replicas, in percent.
  ///
  /// Higher than the share to enter, so that one flapping replica doesn't flip the shard's mode.
  /// mcrouter keeps the two apart for the same reason.
  public var panicLeavePercent: Int = 60

  /// Instances of other regions whose latency is within this of the fastest are equally near.
  /// MongoDB drivers: 15 ms.
  public var latencyWindowNanoseconds: UInt64 = 15 * millisecond
  /// Part of a new sample in the latency average, as 1/n. MongoDB drivers: α = 0.2.
  public var latencySampleDivisor: UInt64 = 5
  /// Time without a sample after which an average counts half.
  ///
  /// So an instance that was slow once is tried again one day, as in Finagle's peak average, but
  /// slowly: a session that explores stays where it lands. The length is our own choice.
  public var latencyHalvingNanoseconds: UInt64 = 600 * second

  /// Time in which a replica that comes back grows to its full share: after an ejection, or after
  /// lag kept work away from it for longer than `rampUpAfterNanoseconds`.
  ///
  /// Its caches are cold and its backlog may be long; whoever has nothing in flight would else win
  /// every comparison. The length is our own choice.
  public var rampUpNanoseconds: UInt64 = 10 * second
  /// Time in which no read found a replica fresh enough, after which the next one that does starts
  /// a ramp-up. Shorter gaps are the ordinary life of a replica. Our own choice.
  public var rampUpAfterNanoseconds: UInt64 = 5 * second

  /// The defaults.
  public init() {}

  private static let millisecond: UInt64 = 1_000_000
  private static let second: UInt64 = 1000 * millisecond
}
