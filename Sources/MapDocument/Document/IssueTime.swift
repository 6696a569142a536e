internal import FoundationEssentials

/// A point in time with a precision of milliseconds, written as RFC 3339 in UTC.
public struct IssueTime: Hashable, Sendable {
  /// Milliseconds since 1970, leap seconds not counted.
  public let millisecondsSince1970: Int64

  /// A time from its milliseconds.
  public init(millisecondsSince1970: Int64) {
    self.millisecondsSince1970 = millisecondsSince1970
  }

  /// Reads `2026-11-21T00:00:00Z`, with or without a fraction; nil for anything else.
  public init?(_ text: String) {
    let styles = [
      Date.ISO8601FormatStyle(), Date.ISO8601FormatStyle(includingFractionalSeconds: true),
    ]
    guard let date = styles.lazy.compactMap({ try? $0.parse(text) }).first else { return nil }
    let milliseconds = (date.timeIntervalSince1970 * 1_000).rounded()
    guard let exact = Int64(exactly: milliseconds) else { return nil }
    millisecondsSince1970 = exact
  }
}

extension IssueTime: CustomStringConvertible {
  /// The text that the initializer reads back, with a fraction only where there is one.
  public var description: String {
    let date = Date(timeIntervalSince1970: Double(millisecondsSince1970) / 1_000)
    let isWhole = millisecondsSince1970.isMultiple(of: 1_000)
    return date.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: !isWhole))
  }
}
