internal import Foundation

/// Moments as people read them.
enum ReportDate {
  /// `2026-11-28 22:51:03 UTC`.
  static func text(_ milliseconds: Int64) -> String {
    let date = Date(timeIntervalSince1970: Double(milliseconds / 1_000))
    return date.formatted(
      .iso8601.year().month().day().dateSeparator(.dash).dateTimeSeparator(.space)
        .time(includingFractionalSeconds: false).timeSeparator(.colon)) + " UTC"
  }
}
