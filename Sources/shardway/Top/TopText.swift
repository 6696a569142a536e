internal import Foundation

/// Figures as people read them. What is not known is a dash.
enum TopText {
  static let none = "–"

  /// 1234567 as `1.23 M`.
  static func count(_ value: Double?) -> String {
    guard let value, value.isFinite else { return none }
    switch value {
    case 1e9...: return digits(value / 1e9) + " G"
    case 1e6...: return digits(value / 1e6) + " M"
    case 1e4...: return digits(value / 1e3) + " k"
    default:
      return value >= 100 || value == value.rounded() ? "\(Int(value.rounded()))" : digits(value)
    }
  }

  static func count(_ value: Int) -> String { count(Double(value)) }

  /// Bytes a second, in powers of 1000.
  static func bytesPerSecond(_ value: Double) -> String {
    count(value) + (value >= 1e4 ? "B/s" : " B/s")
  }

  static func microseconds(_ value: Double?) -> String {
    guard let value else { return none }
    switch value {
    case ..<1000: return "\(Int(value.rounded())) µs"
    case ..<1e6: return digits(value / 1e3) + " ms"
    default: return seconds(value / 1e6)
    }
  }

  static func milliseconds(_ value: UInt64?) -> String {
    guard let value else { return none }
    return value < 1000 ? "\(value) ms" : seconds(Double(value) / 1000)
  }

  static func seconds(_ value: Double) -> String {
    switch value {
    case ..<10: return digits(value) + " s"
    case ..<120: return "\(Int(value)) s"
    case ..<7200: return "\(Int(value) / 60) min"
    case ..<172_800: return "\(Int(value) / 3600) h \(Int(value) / 60 % 60) min"
    default: return "\(Int(value) / 86_400) d \(Int(value) / 3600 % 24) h"
    }
  }

  /// A part of one.
  static func percent(_ value: Double?) -> String {
    value.map { "\(Int(($0 * 100).rounded())) %" } ?? none
  }

  /// Three digits that mean something.
  private static func digits(_ value: Double) -> String {
    String(format: value >= 100 ? "%.0f" : value >= 10 ? "%.1f" : "%.2f", value)
  }
}
