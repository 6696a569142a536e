internal import ShardMap

/// What may go wrong: a window over `window` seconds, for at most `share` of the changes.
struct MisrouteObjective: Hashable, Sendable {
  /// Seconds, more than 0.
  var window: Double
  /// More than 0, less than 1.
  var share: Double
}

/// Everything `shardway ttl advise` starts from.
struct TTLQuestion: Sendable {
  var conditions: MisrouteModel.Conditions
  var mode: PollMode
  /// Sidecars that ask one control plane.
  var routers: Int
  /// Changes a second.
  var changeRate: Double
  /// How long a held request is held at most, in seconds.
  var wait: Double
  /// From one status report to the next, in seconds.
  var statusInterval: Double
  /// After how long without the control plane permissions are refused, unless a shorter time is
  /// needed, in seconds.
  var permissionsMaxStale: Double
  /// What each class must reach.
  var objectives: [FreshnessClass: MisrouteObjective]

  /// Requests a second at the control plane for maps and status reports of all routers.
  func load(pollInterval: Double) -> Double {
    let maps = mode.requests(
      interval: pollInterval, wait: wait, changes: changeRate, eventLoss: conditions.eventLoss)
    return Double(routers) * (maps + 1 / statusInterval)
  }

  /// The shortest TTL that goes with a poll interval.
  ///
  /// Shorter, and data would go stale between polls that all succeed, or because a few failed as
  /// some always do; each router would then ask as often as its clients make it ask, and the load
  /// on the control plane would follow traffic.
  func ttl(pollInterval: Double) -> Double {
    let interval = pollInterval * (1 + conditions.jitter)
    var (polls, allFail) = (1.0, conditions.pollLoss)
    while allFail > TTLLimits.falselyStale, polls < TTLLimits.failedPolls {
      (polls, allFail) = (polls + 1, allFail * conditions.pollLoss)
    }
    let slow = conditions.times.time(exceededBy: 0.001) ?? conditions.times.longest
    return TTLLimits.roundedUp(interval * (polls + 1) + slow)
  }

  /// The model of a class with a poll interval and the TTL that goes with it.
  func model(
    _ freshnessClass: FreshnessClass, pollInterval: Double, maxStale: Double
  ) -> MisrouteModel {
    var conditions = conditions
    if mode == .poll { conditions.eventLoss = 1 }
    let ttl = ttl(pollInterval: pollInterval)
    return MisrouteModel(
      conditions: conditions, pollInterval: pollInterval, ttl: ttl,
      maxStale: freshnessClass == .permissions ? max(maxStale, ttl) : nil)
  }
}

/// The limits of what is advised.
enum TTLLimits {
  /// Data may count as stale, with the control plane well, once in so many polls.
  static let falselyStale = 1e-6
  /// Polls that may fail in a row before data counts as stale, at most.
  static let failedPolls = 10.0
  /// Intervals and TTLs, in seconds: figures a person would choose.
  static let figures: [Double] =
    [
      0.1, 0.2, 0.25, 0.5, 1, 1.5, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 45, 60, 90, 120,
      150, 180, 240, 300, 360, 420, 480, 600, 720, 900, 1200, 1500, 1800, 2700, 3600,
    ] + (2...48).map { 3600 * Double($0) / 2 }.dropFirst()
  /// The shortest poll interval, in seconds.
  static let shortestInterval = 0.1
  /// The longest poll interval, in seconds: what a router may not know must not be older by itself.
  static let longestInterval = 300.0
  /// Poll intervals that are tried.
  static let intervals = figures.filter { $0 >= shortestInterval && $0 <= longestInterval }

  /// The next figure that is not shorter.
  static func roundedUp(_ seconds: Double) -> Double {
    figures.first { $0 >= seconds } ?? seconds.rounded(.up)
  }
}
