public import Routing

/// How short a worker is of something, with hysteresis.
///
/// A level is entered as soon as any use calls for it. It is left for the next lesser one when no use
/// holds it any more and it has lasted ``OverloadThresholds/minimumStay``: so work that is shed does
/// not come and go with every reading.
public struct OverloadGauge: Sendable {
  /// A change of the level.
  public struct Change: Hashable, Sendable {
    /// The level before.
    public let before: OverloadLevel
    /// The level from now on.
    public let level: OverloadLevel
    /// What has called for it, or held it last.
    public let cause: OverloadCause
  }

  /// The level in force.
  public private(set) var level = OverloadLevel.none
  /// What called for it; nil at ``OverloadLevel/none``.
  public private(set) var cause: OverloadCause?
  /// When it came into force.
  public private(set) var since: MonotonicTime
  /// What was used at the last reading.
  public private(set) var use = OverloadUse()

  /// A gauge at rest.
  public init(now: MonotonicTime) { since = now }

  /// Takes a reading; a few dozen comparisons, no allocation.
  ///
  /// - Returns: what has changed by it; nil for nothing.
  public mutating func read(_ use: OverloadUse, now: MonotonicTime) -> Change? {
    self.use = use
    let wanted = highest(use) { $0.enter }
    if wanted.level > level { return move(to: wanted.level, wanted.cause, now) }
    guard level > .none, now.nanoseconds(since: since) >= OverloadThresholds.minimumStay else {
      return nil
    }
    let held = highest(use) { $0.leave }
    guard held.level < level, let next = OverloadLevel(rawValue: level.rawValue - 1) else {
      return nil
    }
    return move(to: next, held.level > .none ? held.cause : cause ?? held.cause, now)
  }

  private mutating func move(
    to level: OverloadLevel, _ cause: OverloadCause, _ now: MonotonicTime
  ) -> Change {
    let change = Change(before: self.level, level: level, cause: cause)
    self.level = level
    self.cause = level == .none ? nil : cause
    since = now
    return change
  }

  /// The highest level one of whose thresholds is reached, and by what.
  private func highest(
    _ use: OverloadUse, _ threshold: (OverloadThresholds.Band) -> Int
  ) -> (level: OverloadLevel, cause: OverloadCause) {
    var found = (level: OverloadLevel.none, cause: OverloadCause.memory)
    for cause in OverloadCause.allCases {
      for level in OverloadLevel.allCases where level > found.level {
        guard let band = OverloadThresholds.band(level, cause) else { continue }
        if use[cause] >= threshold(band) { found = (level, cause) }
      }
    }
    return found
  }
}
