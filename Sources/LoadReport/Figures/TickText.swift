internal import Drawing
internal import LoadResults

/// Texts along axes: units, no zeros that say nothing.
enum TickText {
  /// A time: `10 ms`.
  static func time(nanoseconds: Double) -> String {
    nanoseconds == 0 ? "0" : trimmed(FigureText.time(nanoseconds: nanoseconds))
  }

  /// A time since something began, or of a run: `30 s`, `2 min`, `3 h`.
  static func moment(_ seconds: Double) -> String {
    switch seconds {
    case 0: "0"
    case ..<60: trimmed(FigureText.time(nanoseconds: seconds * 1e9))
    case 60..<7_200 where seconds.remainder(dividingBy: 60) == 0: "\(Int(seconds / 60)) min"
    case 7_200... where seconds.remainder(dividingBy: 3_600) == 0: "\(Int(seconds / 3_600)) h"
    case 7_200...: "\(Int(seconds / 60)) min"
    default: "\(trimmed(FigureText.significant(seconds))) s"
    }
  }

  /// A number: `1,000`, `0.5`.
  static func number(_ value: Double) -> String { trimmed(FigureText.significant(value)) }

  /// Where a time axis has its marks.
  static func moments(_ axis: Axis) -> [Double] {
    let span = axis.values.upperBound - axis.values.lowerBound
    let steps: [Double] = [
      1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 21_600, 43_200, 86_400,
    ]
    guard span >= 4, let step = steps.first(where: { span / $0 <= 10 }) else {
      return axis.ticks(about: 6)
    }
    return axis.multiples(of: step)
  }

  /// `1.00 ms` without what it doesn't need.
  private static func trimmed(_ text: String) -> String {
    let number = text.prefix { $0 != " " }
    guard number.contains(".") else { return text }
    var short = number
    while short.last == "0" { short.removeLast() }
    if short.last == "." { short.removeLast() }
    return String(short + text.dropFirst(number.count))
  }
}
