/// Checks of single values; each names the field in its error.
public enum Configured {
  /// The longest time that can be configured.
  public static let longestTime = Duration.seconds(86_400 * 30)

  /// A number within a range, or the fallback if none is given.
  public static func number(
    _ value: Int?, _ path: String, _ range: ClosedRange<Int>, _ fallback: Int
  ) throws(FieldError) -> Int {
    guard let value else { return fallback }
    guard range.contains(value) else {
      throw FieldError(path, "must be \(range.lowerBound) to \(range.upperBound)")
    }
    return value
  }

  /// A time from `least` to 30 days, or the fallback if none is given.
  public static func time(
    _ value: String?, _ path: String, _ least: Duration, _ fallback: Duration
  ) throws(FieldError) -> Duration {
    guard let value else { return fallback }
    guard let duration = Duration(configured: value), duration >= least, duration <= longestTime
    else {
      throw FieldError(
        path, "\"\(value)\" must be a time from \(least) to 30 days, as 500ms, 15s, 5m or 1h")
    }
    return duration
  }

  /// One of the names of an enum, or the fallback if none is given.
  public static func name<Name: RawRepresentable & CaseIterable>(
    _ value: String?, _ path: String, _ fallback: Name
  ) throws(FieldError) -> Name where Name.RawValue == String {
    guard let value else { return fallback }
    guard let name = Name(rawValue: value) else {
      throw FieldError(path, "must be one of \(names(Array(Name.allCases)))")
    }
    return name
  }

  /// Names in a row, for an error's text.
  public static func names<Name: RawRepresentable>(_ all: [Name]) -> String
  where Name.RawValue == String {
    all.map(\.rawValue).joined(separator: ", ")
  }
}

extension Duration {
  /// Reads `250us`, `500ms`, `15s`, `5m` or `1h`.
  public init?(configured text: String) {
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    guard let number = Int64(digits), number <= 1_000_000_000 else { return nil }
    switch text.dropFirst(digits.count) {
    case "us": self = .microseconds(number)
    case "ms": self = .milliseconds(number)
    case "s": self = .seconds(number)
    case "m": self = .seconds(number * 60)
    case "h": self = .seconds(number * 3600)
    default: return nil
    }
  }
}
