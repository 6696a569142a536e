/// Causes of errors with the styles they are drawn in: the most frequent ones, and all others.
struct ErrorCauses {
  static let other = "other"
  private static let styles = ["s2", "s4", "s5", "s1", "s3"]

  /// Causes, the most frequent first, with styles.
  let shown: [(cause: String, style: String)]

  /// Ranks causes by how often they occurred.
  init(_ counts: [String: Int]) {
    let ranked = counts.filter { $0.value > 0 }
      .sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map(\.key)
    let named = ranked.count > ReportLimits.causes ? ReportLimits.causes - 1 : ranked.count
    shown =
      zip(ranked.prefix(named), Self.styles).map { ($0, $1) }
      + (ranked.count > named ? [(Self.other, "s6")] : [])
  }

  /// A window's errors in the order of ``shown``; what has no cause of its own is the last.
  func counts(_ window: WindowSeries.Window) -> [Int] {
    guard !shown.isEmpty else { return [] }
    var counts = [Int](repeating: 0, count: shown.count)
    for (cause, count) in window.errorsByCause {
      counts[shown.firstIndex { $0.cause == cause } ?? shown.count - 1] += count
    }
    return counts
  }
}
