/// Reads objectives: `p99 < 5 ms for premium`, `error rate < 0.01 %`, `premium p99 ≤ 1.2 × alone`.
///
/// ```
/// objective  = [load] figure comparison bound ["for" load]
/// figure     = "p" percentile | "max" | "mean" | "error rate" | "throughput"
///            | "staleness violations" | "read-your-write violations"
///            | "schedule error" ("p" percentile | "max")
/// comparison = "<" | "<=" | "≤" | "=" | ">=" | "≥" | ">"
/// bound      = time | share "%" | rate "/s" | count | number ("x" | "×") "alone"
/// ```
///
/// Spaces may stand or be missing anywhere but between words.
public enum ObjectiveParser {
  /// Reads one objective.
  ///
  /// - Throws: What is wrong with the text, and what was expected.
  public static func parse(_ text: String) throws(ObjectiveError) -> Objective {
    let symbols = "<>=≤≥"
    guard let start = text.firstIndex(where: symbols.contains) else {
      throw ObjectiveError(text, "has no comparison; write one of < <= = >= >")
    }
    let rest = text[start...]
    let end = rest.firstIndex { !symbols.contains($0) } ?? rest.endIndex
    guard let comparison = comparison(rest[..<end]) else {
      throw ObjectiveError(text, "compares by \(rest[..<end]); write one of < <= = >= >")
    }
    guard !rest[end...].contains(where: symbols.contains) else {
      throw ObjectiveError(text, "compares twice; write two objectives")
    }
    var left = words(text[..<start])
    var right = words(rest[end...])
    var load: String?
    if right.count >= 2, right[right.count - 2] == "for" {
      load = String(right.removeLast())
      right.removeLast()
    }
    var found = figure(left)
    if found == nil, left.count > 1 {
      let name = String(left.removeFirst())
      found = figure(left)
      guard found == nil || load == nil else {
        throw ObjectiveError(text, "names a load before the figure and another after \"for\"")
      }
      load = name
    }
    guard let found else { throw ObjectiveError(text, unknown(left)) }
    var objective = Objective(
      text: text, figure: found, load: load, comparison: comparison, bound: .number(0))
    objective.bound = try bound(right.joined(), of: objective)
    try check(objective)
    return objective
  }

  /// Whether a load of this name could be taken for a figure.
  static func isReserved(_ name: String) -> Bool {
    let words = ["for", "alone", "error", "staleness", "read-your-write", "schedule"]
    return words.contains(name) || figure([name[...]]) != nil
  }

  private static func words(_ text: Substring) -> [Substring] {
    text.split(whereSeparator: \.isWhitespace)
  }

  private static func comparison(_ symbol: Substring) -> Objective.Comparison? {
    switch symbol {
    case "≤": .atMost
    case "≥": .atLeast
    default: Objective.Comparison(rawValue: String(symbol))
    }
  }

  private static func figure(_ words: [Substring]) -> Objective.Figure? {
    switch words.joined(separator: " ") {
    case "mean": return .meanLatency
    case "error rate": return .errorRate
    case "throughput": return .throughput
    case "staleness violations": return .stalenessViolations
    case "read-your-write violations": return .readYourWriteViolations
    default: break
    }
    if words.count == 1 { return percentile(words[0]).map { .latency(percentile: $0) } }
    guard words.count == 3, words[0] == "schedule", words[1] == "error" else { return nil }
    return percentile(words[2]).map { .scheduleError(percentile: $0) }
  }

  /// `p99.9` or `max`; whether there can be such a percentile is checked later.
  private static func percentile(_ word: Substring) -> Double? {
    if word == "max" { return 100 }
    guard word.first == "p", let quantity = Quantity(word.dropFirst()), quantity.unit.isEmpty
    else { return nil }
    return quantity.number
  }

  private static func unknown(_ words: [Substring]) -> String {
    """
    compares \"\(words.joined(separator: " "))\"; write p99, max, mean, error rate, throughput, \
    staleness violations, read-your-write violations or schedule error p99, and a load's name \
    before it or \"for\" and the name at the end
    """
  }
}
