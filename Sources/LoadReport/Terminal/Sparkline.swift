internal import Foundation

/// A line of small bars: the course of some values in one row of text.
enum Sparkline {
  private static let bars = Array("▁▂▃▄▅▆▇█")

  /// The last values as bars, the least and the greatest shown as the lowest and the highest,
  /// equal factors as equal steps; a space where there is no value above 0.
  static func text(_ values: [Double?], width: Int) -> String {
    let shown = values.suffix(width)
    let present = shown.compactMap(\.self).filter { $0 > 0 }
    guard let least = present.min(), let most = present.max() else {
      return String(repeating: " ", count: shown.count)
    }
    return String(
      shown.map { value -> Character in
        guard let value, value > 0 else { return " " }
        guard most > least else { return bars[0] }
        let share = log(value / least) / log(most / least)
        return bars[min(bars.count - 1, Int(share * Double(bars.count)))]
      })
  }
}
