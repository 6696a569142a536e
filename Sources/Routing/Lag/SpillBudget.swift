/// How many of a shard's reads have lately spilled over onto its primary, and whether one more may.
///
/// When replicas fall behind, the reads they served would all go to the primary, which may not be
/// able to carry them and the writes. So only a share of the reads does, and the rest is refused,
/// as Envoy's retry budget has it. What is counted is reads of a tier other than `strong`.
///
/// Both counts forget an eighth in each second, so that about the last eight seconds matter.
/// Pure: the clock is a parameter. 24 bytes; nothing is allocated.
public struct SpillBudget: Sendable, Hashable {
  /// Reads, in ``unit``s.
  private var reads: UInt64 = 0
  /// Those of them that spilled over.
  private var spilled: UInt64 = 0
  /// The step that the counts are of.
  private var step: UInt64 = 0

  /// One read: large enough that forgetting an eighth of a few of them is not lost in rounding.
  private static let unit: UInt64 = 256
  /// After so many steps nothing is left of any count: (7/8)^400 is less than 2^-64.
  private static let wholeMemory: UInt64 = 400

  /// A budget of which nothing is used.
  public init() {}

  /// Whether one more read, the one that is being decided on, may go to the primary.
  ///
  /// `percent` is the share of reads that may: 0 for none at all, 100 for all. In between it is at
  /// least ``LagLimits/fewestSpills``, whatever the share.
  public func allowsOneMore(percent: UInt8, at now: MonotonicTime) -> Bool {
    switch percent {
    case 0: return false
    case 100...: return true
    default:
      var budget = self
      budget.forget(until: now)
      let after = budget.spilled + Self.unit
      return after <= LagLimits.fewestSpills * Self.unit
        || after * 100 <= (budget.reads + Self.unit) * UInt64(percent)
    }
  }

  /// Counts a read that was decided on, whatever came of it.
  public mutating func count(spilled isSpilled: Bool, at now: MonotonicTime) {
    forget(until: now)
    reads += Self.unit
    if isSpilled { spilled += Self.unit }
  }

  private mutating func forget(until now: MonotonicTime) {
    let current = now.nanoseconds / LagLimits.spillStepNanoseconds
    guard current > step else { return }
    let steps = current - step
    step = current
    if steps >= Self.wholeMemory {
      (reads, spilled) = (0, 0)
      return
    }
    for _ in 0..<steps {
      if reads == 0 { return }
      reads -= (reads + 7) / 8
      spilled -= (spilled + 7) / 8
    }
  }
}
