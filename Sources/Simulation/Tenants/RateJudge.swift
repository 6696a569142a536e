/// Says whether events come faster than a rate and a burst allow, looking at every stretch of time at once.
///
/// The same rule as the router's (a "virtual scheduling" of each event), written from its definition and with some room: of any stretch of
/// `t` seconds at most `rate × t + burst` events may be in it.
struct RateJudge {
  /// Events in a second.
  let rate: Double
  /// Events that may come at once.
  let burst: Double
  private var level = 0.0
  private var last: UInt64 = 0

  init(rate: Double, burst: Double) {
    (self.rate, self.burst) = (rate, burst)
  }

  /// An event at a time in nanoseconds; whether it is within the rate.
  mutating func observe(at time: UInt64) -> Bool {
    let passed = Double(time - last) / 1e9
    level = max(0, level - passed * rate) + 1
    last = time
    return level <= burst
  }
}
