/// Numbers of finding hot tenants.
public enum HotTenantLimits {
  /// Counters of each of a worker's sketches. A tenant that takes more than one part in so many of what its
  /// worker does in a window is always seen.
  public static let counters = 256
  /// Tenants of a router that are remembered from window to window; beyond, those that did least are forgotten.
  public static let remembered = 512
  /// Tenants that lists show, unless they are asked for more.
  public static let shown = 20
  /// Tenants that something is done about at a time; beyond, nothing is begun.
  public static let cases = 256

  /// Windows that shares are taken over: half a second, so that a flood is seen in it within two windows.
  public static let shareWindows = 2
  /// Windows that latencies and shown rates are taken over: a second.
  public static let rateWindows = 4
  /// Transactions in ``rateWindows`` below which a p95 says nothing.
  public static let latencySamples = 10
  /// A tenant that has fewer servers at work than this, on average, takes nothing from anybody, whatever its
  /// share is of a shard that has little to do.
  public static let busyServers = 1
  /// A trigger that held is over below this part of its threshold, in percent: between the two, things stay
  /// as they are.
  public static let leavePercent: UInt64 = 80
  /// A tenant that is hot again soon after it was let off has to be good for longer: by this factor each time.
  public static let relapseFactor: UInt64 = 2
  /// The most that cool-downs grow by, as a factor.
  public static let longestRelapse: UInt64 = 8
  /// After so many cool-downs without a sign, being hot again is no relapse.
  public static let relapseMemory: UInt64 = 4
}
