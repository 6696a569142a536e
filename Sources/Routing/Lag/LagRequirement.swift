internal import ShardMap

/// What a tier asks of a replica at one moment.
///
/// Both tiers that ask anything come to the same: what was committed before some moment must be
/// visible. For `session` it is the end of the session's last write, for `bounded` the moment that
/// lies the bound ago.
struct LagRequirement {
  /// ``InstanceSample/freshAsOf`` must not be earlier. Never `.origin`, which proves nothing, unless
  /// the session has written nothing.
  private let freshAsOf: MonotonicTime
  /// ``InstanceSample/position`` must not be lower.
  private let position: LogPosition
  /// A sample that was taken earlier counts as none.
  private let takenAt: MonotonicTime
  /// What a replica is that doesn't do.
  private let shortfall: Fitness
  /// Whether nothing is asked at all.
  let isNone: Bool

  @inline(__always)
  init(_ tier: Consistency, floor: SessionFloor, now: MonotonicTime) {
    takenAt = now.going(backNanoseconds: LagLimits.longestSampleAgeNanoseconds)
    switch tier {
    case .strong, .eventual:
      (isNone, freshAsOf, shortfall) = (true, .origin, .fit)
      position = LogPosition(rawValue: 0)
    case .session:
      // A session that knows of nothing misses nothing, wherever it reads.
      isNone = floor == .none
      freshAsOf = floor.lastWriteEndedAt
      position = floor.explicit ?? LogPosition(rawValue: 0)
      shortfall = .behindFloor
    case .bounded(let milliseconds):
      let earliest = now.going(backNanoseconds: UInt64(milliseconds) * 1_000_000)
      isNone = false
      freshAsOf = max(earliest, MonotonicTime.origin.advanced(byNanoseconds: 1))
      position = LogPosition(rawValue: 0)
      shortfall = .lagExceeded
    }
  }

  /// Whether a replica with this sample will do.
  @inline(__always)
  func fitness(_ sample: InstanceSample?) -> Fitness {
    if isNone { return .fit }
    guard let sample, sample.takenAt >= takenAt else { return .lagUnknown }
    // Its position is one of another timeline than the primary's.
    if sample.role == .primary { return .claimsPrimary }
    if sample.freshAsOf >= freshAsOf, sample.position >= position { return .fit }
    return sample.freshAsOf == .origin && freshAsOf > .origin ? .lagUnknown : shortfall
  }
}

/// Whether a replica is as fresh as a tier asks.
enum Fitness: UInt8 {
  case fit
  /// There is no sample, it is too old, or it proves nothing.
  case lagUnknown
  /// It says that it is no replica.
  case claimsPrimary
  /// It is, or may be, further behind than the bound.
  case lagExceeded
  /// It is not proven to have replayed what the session knows of.
  case behindFloor
}

extension InstanceSample {
  /// How old the sample is, in nanoseconds.
  public func ageNanoseconds(at now: MonotonicTime) -> UInt64 {
    now.nanoseconds(since: takenAt)
  }

  /// Whether the sample still counts: it is at most
  /// ``LagLimits/longestSampleAgeMilliseconds`` old.
  public func isCurrent(at now: MonotonicTime) -> Bool {
    ageNanoseconds(at: now) <= LagLimits.longestSampleAgeNanoseconds
  }
}

extension MonotonicTime {
  /// The time so long ago; stays at the origin instead of going before it.
  fileprivate func going(backNanoseconds nanoseconds: UInt64) -> MonotonicTime {
    MonotonicTime(nanoseconds: self.nanoseconds - min(nanoseconds, self.nanoseconds))
  }
}
