/// Which requests are traced.
///
/// The head decides for what goes as it should: the caller's flag, or the ratio where there is no caller. What failed or was slow is traced
/// whatever the head said; that is known at its end only.
public struct TraceSampling: Hashable, Sendable, BitwiseCopyable {
  /// Why a request is traced.
  public enum Cause: UInt8, Sendable, BitwiseCopyable {
    /// The head has chosen it.
    case sampled
    /// It took as long as ``slowNanoseconds``, or longer.
    case slow
    /// It was refused, or has failed.
    case failed

    /// The stable text.
    public var name: String {
      switch self {
      case .sampled: "sampled"
      case .slow: "slow"
      case .failed: "failed"
      }
    }
  }

  /// The share of requests without a caller's decision that are traced, 0 to 1.
  public let ratio: Double
  /// From how long on a request is traced whatever the head said.
  public let slowNanoseconds: UInt64
  /// Random numbers below this are traced.
  private let threshold: UInt64
  private let isAll: Bool

  /// Names what is traced.
  ///
  /// - Precondition: `ratio` is 0 to 1.
  public init(ratio: Double, slowNanoseconds: UInt64) {
    precondition(0...1 ~= ratio, "a share of \(ratio) was asked for; it must be 0 to 1")
    self.ratio = ratio
    self.slowNanoseconds = slowNanoseconds
    isAll = ratio >= 1
    threshold = isAll ? .max : UInt64(ratio * 0x1p64)
  }

  /// Whether a request is traced that took so long.
  ///
  /// - Parameters:
  ///   - parent: what its caller has told, if any.
  ///   - hasFailed: whether it was refused or has failed.
  ///   - nanoseconds: how long it took, the wait for a server included.
  ///   - draw: a random number, for a request without a caller's decision.
  /// - Returns: why it is traced; nil when it isn't.
  @inline(__always)
  public func decide(
    parent: TraceContext?, hasFailed: Bool, nanoseconds: UInt64, draw: UInt64
  ) -> Cause? {
    if hasFailed { return .failed }
    if nanoseconds >= slowNanoseconds { return .slow }
    return parent?.isSampled ?? (isAll || draw < threshold) ? .sampled : nil
  }
}
