public import ShardMap

/// Ages and limits in words.
public enum FreshnessText {
  /// A length of time in the largest unit that leaves a whole number or two of the next one, such
  /// as `90 s` or `12 h`.
  public static func duration(milliseconds: UInt64) -> String {
    switch milliseconds {
    case ..<10_000 where !milliseconds.isMultiple(of: 1000): "\(milliseconds) ms"
    case ..<120_000: "\(milliseconds / 1000) s"
    case ..<7_200_000: "\(milliseconds / 60_000) min"
    default: "\(milliseconds / 3_600_000) h"
    }
  }
}

extension MapAge {
  /// The age as the end of a sentence: `3 min ago`.
  public var text: String {
    guard let milliseconds else { return "nobody knows when" }
    return "\(FreshnessText.duration(milliseconds: milliseconds)) ago"
  }
}
