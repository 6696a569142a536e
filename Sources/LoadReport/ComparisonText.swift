public import LoadResults

/// A comparison in words.
public enum ComparisonText {
  /// What is really different, a line each; or that nothing is.
  public static func findings(_ comparison: RunComparison) -> [String] {
    guard !comparison.loads.isEmpty else { return ["The runs have no load in common."] }
    let lines = comparison.loads.flatMap { load in
      load.figures.filter { $0.finding == .real }.map { line(load.name, $0) }
    }
    return lines.isEmpty ? ["No figure differs by more than noise."] : lines
  }

  /// A finding with its direction: `better`, `worse`, `noise`, `too few windows`.
  public static func finding(_ figure: FigureComparison) -> String {
    figure.isBetter.map { $0 ? "better" : "worse" } ?? figure.finding.rawValue
  }

  private static func line(_ load: String, _ figure: FigureComparison) -> String {
    let text = { (value: Double?) in value.map(figure.figure.text) ?? FigureText.none }
    let spread = figure.ratioInterval.map {
      " (\(FigureText.significant($0.low)) to \(FigureText.significant($0.high)))"
    }
    let ratio = figure.ratio.map { ", \(FigureText.ratio($0))\(spread ?? "")" } ?? ""
    return "\(load): \(figure.figure.rawValue) is \(finding(figure)):"
      + " \(text(figure.a)) → \(text(figure.b))\(ratio)"
  }
}
