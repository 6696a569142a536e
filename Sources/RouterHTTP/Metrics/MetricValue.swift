/// The value of a sample.
public enum MetricValue: Sendable, Hashable {
  /// A whole number.
  case count(UInt64)
  /// A time, told in seconds.
  case nanoseconds(UInt64)
  /// Any number.
  case number(Double)

  /// A whole number; what is below zero is 0.
  public static func count(_ number: Int) -> MetricValue { .count(UInt64(clamping: number)) }

  /// 1 for yes, 0 for no.
  public static func flag(_ isSo: Bool) -> MetricValue { .count(isSo ? 1 : 0) }

  func append(to bytes: inout [UInt8]) {
    switch self {
    case .count(let number): Self.append(number, to: &bytes)
    case .nanoseconds(let time): Self.append(seconds: time, to: &bytes)
    case .number(let number):
      if number.isNaN {
        bytes += "NaN".utf8
      } else if number.isInfinite {
        bytes += (number < 0 ? "-Inf" : "+Inf").utf8
      } else {
        bytes += "\(number)".utf8
      }
    }
  }

  /// Digit by digit: a scrape writes tens of thousands of numbers.
  static func append(_ number: UInt64, to bytes: inout [UInt8]) {
    var digits = InlineArray<20, UInt8>(repeating: 0)
    var count = 0
    var left = number
    repeat {
      digits[count] = UInt8(ascii: "0") + UInt8(left % 10)
      left /= 10
      count += 1
    } while left > 0
    while count > 0 {
      count -= 1
      bytes.append(digits[count])
    }
  }

  /// Nanoseconds as seconds, exactly, without zeroes at the end.
  static func append(seconds nanoseconds: UInt64, to bytes: inout [UInt8]) {
    append(nanoseconds / 1_000_000_000, to: &bytes)
    var rest = nanoseconds % 1_000_000_000
    guard rest > 0 else { return }
    bytes.append(UInt8(ascii: "."))
    var unit: UInt64 = 100_000_000
    while rest > 0 {
      bytes.append(UInt8(ascii: "0") + UInt8(rest / unit))
      rest %= unit
      unit /= 10
    }
  }
}
