internal import LoadResults

/// Verdicts and what checkers found, in words.
enum VerdictText {
  /// How many of some objectives hold; there is at least one.
  static func summary(_ verdicts: [Verdict]) -> String {
    let failed = verdicts.count { !$0.holds }
    return switch (failed, verdicts.count) {
    case (0, 1): "The objective holds"
    case (0, let all): "All \(all) objectives hold"
    case (_, 1): "The objective does not hold"
    case (1, let all): "1 of \(all) objectives does not hold"
    case (let failed, let all): "\(failed) of \(all) objectives do not hold"
    }
  }

  /// The greatest age of a read, if any lacked something.
  static func oldest(_ staleness: ConsistencyResult.Staleness) -> String {
    staleness.oldestMilliseconds > 0
      ? FigureText.time(nanoseconds: staleness.oldestMilliseconds * 1e6) : FigureText.none
  }

  /// The figure, or why there is none.
  static func measured(_ verdict: Verdict) -> String {
    verdict.reason.map { "no figure: \($0)" } ?? verdict.measured
  }
}
