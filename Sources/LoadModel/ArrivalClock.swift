internal import Glibc
public import LoadScenario

/// When one worker's transactions are to begin, whatever the answers do: an open schedule.
///
/// Both schedules walk along the integral of the rate, in steps of 1 (``Arrivals/Schedule/fixed``)
/// or of an exponentially distributed length (``Arrivals/Schedule/poisson``), and take its inverse,
/// which is exact for rates that are piecewise linear. So ramps need no thinning and lose no
/// arrival.
///
/// Source: Çınlar, "Introduction to Stochastic Processes" (1975), section 4.7: a Poisson process
/// whose time runs along the integrated rate.
public struct ArrivalClock: Sendable {
  private let schedule: Arrivals.Schedule
  private let profile: RateProfile
  private var segment: RateProfile.Segment
  private var index = 0
  /// How much of the segment's area lies before the last arrival.
  private var area: Double
  /// What the next step of a fixed schedule adds: the phase first, then 1.
  private var step: Double
  private var latest: Int64
  private var random: RandomSource

  /// The arrivals of one worker from `startNanoseconds` on.
  ///
  /// - Parameters:
  ///   - schedule: How the moments lie.
  ///   - plan: The rate of all workers together.
  ///   - share: This worker's part of the rate, above 0, at most 1.
  ///   - phase: Where in the first gap of a fixed schedule its first arrival lies, 0 to below 1:
  ///     workers with a share of `1/n` and phases of `k/n` make equal gaps together. Poisson
  ///     arrivals don't use it.
  ///   - startNanoseconds: On an axis whose zero is the beginning of the measurement; negative in
  ///     the warm-up.
  ///   - random: Where the gaps come from; workers need different ones.
  public init(
    _ schedule: Arrivals.Schedule, _ plan: RatePlan, share: Double, phase: Double,
    startNanoseconds: Int64, random: RandomSource
  ) {
    self.schedule = schedule
    profile = RateProfile(plan, share: share, from: .nanoseconds(startNanoseconds))
    segment = profile.segments[0]
    area = 0
    step = phase
    latest = startNanoseconds
    self.random = random
  }

  /// The next intended start in nanoseconds, never before the last one; `Int64.max` where nothing
  /// comes any more.
  ///
  /// - Complexity: O(1) but for points of the plan that are passed; no allocation.
  public mutating func next() -> Int64 {
    switch schedule {
    case .poisson: area -= log(random.unit())
    case .fixed:
      area += step
      step = 1
    }
    while area > segment.area || segment.area == 0 {
      guard index + 1 < profile.segments.count else { return .max }
      index += 1
      area -= segment.area
      segment = profile.segments[index]
    }
    let moment = segment.start + segment.distance(toArea: area)
    guard moment < 0x1p63 else { return .max }
    // Rounding may not turn time back.
    latest = max(latest, Int64(moment))
    return latest
  }
}
