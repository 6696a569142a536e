internal import Routing

/// A rate in force, in the unit in which a ``SharedRate`` keeps time.
///
/// A tick is 1/64 ns: 2^64 of them are nine years, which a machine's uptime doesn't reach. A period is
/// rounded up to whole ticks, so that a rate is never exceeded: it is at most 1/6400 too low at ten
/// million a second, a millionth at a hundred thousand.
struct RateLimit: BitwiseCopyable {
  /// Events a second; 0 lets nothing through.
  let perSecond: UInt64
  /// Events at once.
  let burst: UInt64
  /// Ticks an event; meaningless at 0 events a second.
  let period: UInt64

  static let ticksPerNanosecond: UInt64 = 64
  private static let ticksPerSecond = 1_000_000_000 * ticksPerNanosecond
  private static let lastNanosecond = UInt64.max / ticksPerNanosecond / 2

  init(perSecond: UInt32, burst: UInt32) {
    let rate = UInt64(min(perSecond, AdmissionLimits.eventsPerSecond))
    self.perSecond = rate
    self.burst = UInt64(max(burst, 1))
    period = rate == 0 ? 0 : (Self.ticksPerSecond &+ rate &- 1) / rate
  }

  /// How far before the time of its arrival an event may come, plus one period. Below 2^62: of a
  /// longer one, a part counts.
  var tolerance: UInt64 {
    let (ticks, overflow) = period.multipliedReportingOverflow(by: burst)
    return overflow ? 1 &<< 62 : min(ticks, 1 &<< 62)
  }

  /// What a worker takes at a time where `left` may be taken, from 1, among so many workers.
  func slice(left: UInt64, workers: UInt64) -> UInt64 {
    let timely = perSecond &* AdmissionLimits.sliceNanoseconds / 1_000_000_000
    let part = max(timely, left / AdmissionLimits.sliceOfRest) / workers
    // When little is left, nobody takes so much that the others find nothing.
    return max(1, min(part, left / workers, AdmissionLimits.largestSlice))
  }

  /// A time in ticks.
  static func ticks(_ time: MonotonicTime) -> UInt64 {
    min(time.nanoseconds, lastNanosecond) &* ticksPerNanosecond
  }

  /// A time in ticks, rounded up to a nanosecond.
  static func time(_ ticks: UInt64) -> MonotonicTime {
    let (sum, overflow) = ticks.addingReportingOverflow(ticksPerNanosecond &- 1)
    return MonotonicTime(nanoseconds: (overflow ? .max : sum) / ticksPerNanosecond)
  }

  /// How long so many bytes take at a rate of them, in ticks, rounded up. At most
  /// ``AdmissionLimits/byteDebtNanoseconds``.
  static func ticks(bytes: UInt64, perSecond: UInt64) -> UInt64 {
    let longest = AdmissionLimits.byteDebtNanoseconds &* ticksPerNanosecond
    guard perSecond > 0 else { return longest }
    let product = bytes.multipliedFullWidth(by: ticksPerSecond)
    guard product.high < perSecond else { return longest }
    let (ticks, rest) = perSecond.dividingFullWidth(product)
    return min(ticks &+ (rest > 0 ? 1 : 0), longest)
  }
}
