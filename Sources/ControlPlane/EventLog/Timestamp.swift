internal import Glibc

/// A point in time with a precision of microseconds, as the log writes it.
public struct Timestamp: Hashable, Comparable, Sendable {
  /// Microseconds since 1970, leap seconds not counted.
  public let microseconds: Int64

  /// A time from its microseconds.
  public init(microseconds: Int64) { self.microseconds = microseconds }

  /// The wall clock's time.
  public static func now() -> Timestamp {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Timestamp(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000)
  }

  /// Milliseconds since 1970.
  public var milliseconds: Int64 { microseconds / 1_000 }

  /// Earlier before later.
  public static func < (left: Timestamp, right: Timestamp) -> Bool {
    left.microseconds < right.microseconds
  }
}

extension Timestamp: CustomStringConvertible {
  /// RFC 3339 in UTC with six digits of fraction: `2026-11-21T09:48:12.123456Z`.
  public var description: String {
    let seconds =
      microseconds >= 0 ? microseconds / 1_000_000 : (microseconds - 999_999) / 1_000_000
    var clock = time_t(seconds)
    var parts = tm()
    gmtime_r(&clock, &parts)
    let fraction = microseconds - seconds * 1_000_000
    return Self.digits(Int64(parts.tm_year) + 1_900, 4) + "-"
      + Self.digits(Int64(parts.tm_mon) + 1, 2) + "-" + Self.digits(Int64(parts.tm_mday), 2) + "T"
      + Self.digits(Int64(parts.tm_hour), 2) + ":" + Self.digits(Int64(parts.tm_min), 2) + ":"
      + Self.digits(Int64(parts.tm_sec), 2) + "." + Self.digits(fraction, 6) + "Z"
  }

  private static func digits(_ number: Int64, _ count: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, count - text.count)) + text
  }

  /// Reads what ``description`` writes; nil for anything else.
  public init?(_ text: String) {
    let numbers = text.split(whereSeparator: { "-T:.Z".contains($0) }).compactMap { Int64($0) }
    guard text.utf8.count == 27, numbers.count == 7 else { return nil }
    var parts = tm()
    parts.tm_year = Int32(truncatingIfNeeded: numbers[0] - 1_900)
    parts.tm_mon = Int32(truncatingIfNeeded: numbers[1] - 1)
    parts.tm_mday = Int32(truncatingIfNeeded: numbers[2])
    parts.tm_hour = Int32(truncatingIfNeeded: numbers[3])
    parts.tm_min = Int32(truncatingIfNeeded: numbers[4])
    parts.tm_sec = Int32(truncatingIfNeeded: numbers[5])
    self.init(microseconds: Int64(timegm(&parts)) * 1_000_000 + numbers[6])
    // One time has one spelling: whatever was read loosely above fails here.
    guard description == text else { return nil }
  }
}
