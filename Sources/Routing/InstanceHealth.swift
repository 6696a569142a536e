/// What one worker knows about one instance, from its own connection attempts.
///
/// ```
///          failure             fifth in a row
/// steady ──────────▶ cooling ─────────────────▶ ejected
///   ▲                 │   ▲                        │
///   │            time │   │ failure,               │ time
///   │                 ▼   │ fewer than five        │
///   └─── success ─── on trial ◀────────────────────┘
///                     │
///                     └── failure after an ejection ──▶ ejected, for longer
/// ```
///
/// - **Cooling**: for one second times the number of consecutive failures nothing new goes there
///   while something else can serve.
/// - **On trial**: one attempt at a time. A success ends the story; a failure starts the next
///   pause, or, after an ejection, the next and longer ejection at once. So no crowd meets an
///   instance that comes back before one connection has worked.
/// - **Ejected**: 30 s × n, up to 300 s; n falls by one for each ten seconds in good health.
///   After Envoy's outlier detection (`consecutive_local_origin_failure`, `base_ejection_time`).
///
/// An instance that was ejected, or that lag kept work away from for a while, then ramps up: its
/// weight grows from nothing to that of the others.
///
/// Pure: the clock is a parameter, nothing is allocated, every operation takes constant time.
public struct InstanceHealth: Sendable {
  /// Attempts and sessions that were begun here by this worker and have not ended.
  public private(set) var inFlight: UInt32 = 0
  /// Failed attempts since the last success.
  public private(set) var failures: UInt32 = 0
  /// The end of the current or last ejection; `.origin` when there was none or a success ended it.
  public private(set) var ejectedUntil = MonotonicTime.origin
  /// The end of the pause after the last failure.
  public private(set) var coolingUntil = MonotonicTime.origin
  /// Whether it has stopped answering altogether.
  public internal(set) var absence = PrimaryAbsence()

  /// How many steps long the last ejection was.
  private var ejections: UInt32 = 0
  private var ejectedAt = MonotonicTime.origin
  /// When the last series of failures ended.
  private var healthySince = MonotonicTime.origin
  /// Whether an attempt is finding out if the instance is back.
  private var isTrialPending = false
  /// In nanoseconds, as of the last sample.
  private var latencyAverage: UInt64?
  private var latencyMeasuredAt = MonotonicTime.origin

  /// When it began to ramp up; `.origin` when it never had to.
  private var rampingSince = MonotonicTime.origin
  /// When a read last found it fresh enough.
  private var fitAt = MonotonicTime.origin
  /// Whether the last read that was looked at found it too far behind.
  private var isBehind = false

  /// An instance of which nothing is known: in good health.
  public init() {}

  /// Whether the instance counts as healthy for its shard's panic: fewer consecutive failures than
  /// an ejection takes.
  public func isHealthy(_ policy: HealthPolicy) -> Bool {
    failures < policy.ejectionFailures
  }

  /// Whether the instance is ejected at `now`.
  public func isEjected(at now: MonotonicTime) -> Bool {
    now < ejectedUntil
  }

  /// Whether the instance pauses after a failure at `now`, or waits for the verdict of a trial.
  public func isCooling(at now: MonotonicTime) -> Bool {
    failures > 0 && (now < coolingUntil || isTrialPending)
  }

  /// The average time to connect, in nanoseconds; nil before the first success.
  ///
  /// An average without new samples shrinks: half of it after `latencyHalvingNanoseconds`, a third
  /// after twice that.
  public func latencyNanoseconds(at now: MonotonicTime, _ policy: HealthPolicy) -> UInt64? {
    guard let average = latencyAverage else { return nil }
    let memory = policy.latencyHalvingNanoseconds
    let age = now.nanoseconds(since: latencyMeasuredAt)
    let (divisor, overflow) = memory.addingReportingOverflow(age)
    if overflow || divisor == 0 { return 0 }
    let scaled = average.multipliedFullWidth(by: memory)
    return divisor.dividingFullWidth(scaled).quotient
  }

  /// Whether the instance answers faster than another: by their averages, where one that was never
  /// measured counts as fast, so that it will be. `memory` is `latencyHalvingNanoseconds`.
  @inline(__always)
  func isFaster(
    than other: borrowing InstanceHealth, at now: MonotonicTime, memory: UInt64
  ) -> Bool {
    guard let theirs = other.latencyAverage, theirs > 0 else { return false }
    guard let ours = latencyAverage else { return true }
    // average / (memory + age), compared without the divisions.
    let (age, otherAge) = (
      now.nanoseconds(since: latencyMeasuredAt), now.nanoseconds(since: other.latencyMeasuredAt)
    )
    let left = ours.multipliedFullWidth(by: memory.addingSaturating(otherAge))
    let right = theirs.multipliedFullWidth(by: memory.addingSaturating(age))
    return left.high != right.high ? left.high < right.high : left.low < right.low
  }

  /// How much of its full share the instance takes now, as nanoseconds of a ramp so long:
  /// 0...`rampUp`.
  func weight(at now: MonotonicTime, rampUp: UInt64) -> UInt64 {
    rampingSince == .origin ? rampUp : min(now.nanoseconds(since: rampingSince), rampUp)
  }

  /// How much of its full share the instance takes now, 0...100.
  public func weightPercent(at now: MonotonicTime, _ policy: HealthPolicy) -> Int {
    let whole = policy.rampUpNanoseconds
    return whole == 0 ? 100 : Int(Double(weight(at: now, rampUp: whole)) / Double(whole) * 100)
  }

  /// Notes that a read found the instance fresh enough, or too far behind.
  mutating func noteLag(isFit: Bool, at now: MonotonicTime, rampUpAfter: UInt64) {
    if isFit {
      if isBehind, now.nanoseconds(since: fitAt) > rampUpAfter {
        rampingSince = now
      }
      fitAt = now
    }
    isBehind = !isFit
  }

  /// Counts an attempt that starts.
  mutating func begin() {
    inFlight += 1
    if failures > 0 { isTrialPending = true }
  }

  /// Counts the end of what `begin()` started, whether it ever connected or not.
  mutating func end() {
    precondition(inFlight > 0, "an attempt ended that never began; each end() needs its begin()")
    inFlight -= 1
    // An attempt given up before its verdict must not block the next trial for ever.
    isTrialPending = false
  }

  /// Notes that an attempt connected within `latencyNanoseconds`.
  mutating func connected(
    latencyNanoseconds: UInt64, at now: MonotonicTime, _ policy: HealthPolicy
  ) {
    if failures > 0 { healthySince = now }
    if ejectedUntil != .origin { rampingSince = now }
    failures = 0
    isTrialPending = false
    ejectedUntil = .origin
    coolingUntil = .origin
    measure(latencyNanoseconds, policy)
    latencyMeasuredAt = now
  }

  /// Notes that an attempt failed; true when the instance should be ejected if the cap allows.
  ///
  /// What fails during an ejection changes nothing but the pause: attempts that were under way
  /// when it began are old news.
  mutating func failed(at now: MonotonicTime, _ policy: HealthPolicy) -> Bool {
    if failures < .max { failures += 1 }
    isTrialPending = false
    let (pause, overflow) = policy.coolingNanoseconds.multipliedReportingOverflow(
      by: UInt64(failures))
    let longest = policy.coolingMaximumNanoseconds
    coolingUntil = now.advanced(byNanoseconds: overflow ? longest : min(pause, longest))
    return !isHealthy(policy) && !isEjected(at: now)
  }

  /// Ejects the instance, for longer than the last time unless it was well for a while since.
  mutating func eject(at now: MonotonicTime, _ policy: HealthPolicy) {
    // `healthySince` is older than the last ejection where no success came in between.
    let wellFor = healthySince >= ejectedAt ? now.nanoseconds(since: healthySince) : 0
    let forgiven = wellFor / max(1, policy.forgivenessNanoseconds)
    ejections = UInt32(UInt64(ejections) - min(UInt64(ejections), forgiven)) + 1
    let (length, overflow) = policy.ejectionNanoseconds.multipliedReportingOverflow(
      by: UInt64(ejections))
    let longest = policy.ejectionMaximumNanoseconds
    ejectedUntil = now.advanced(byNanoseconds: overflow ? longest : min(length, longest))
    ejectedAt = now
  }

  private mutating func measure(_ sample: UInt64, _ policy: HealthPolicy) {
    guard let average = latencyAverage else {
      latencyAverage = sample
      return
    }
    let divisor = max(1, policy.latencySampleDivisor)
    latencyAverage =
      sample > average
      ? average + (sample - average) / divisor
      : average - (average - sample) / divisor
  }
}

extension UInt64 {
  func addingSaturating(_ other: UInt64) -> UInt64 {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? .max : sum
  }
}
