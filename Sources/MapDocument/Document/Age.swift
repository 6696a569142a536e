public import ShardMap

/// An age as documents write it: a whole number and a unit, such as `30s`; or `never`.
public enum Age {
  /// The text of "however old", where that is allowed.
  public static let never = "never"

  /// Units with their length in milliseconds, the longest first.
  private static let units: [(name: String, milliseconds: UInt64)] = [
    ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1),
  ]

  /// Reads `500ms`, `30s`, `5m`, `12h` or `30d`; nil for anything else, and for what is longer than
  /// 49 days.
  public static func milliseconds(_ text: String) -> UInt32? {
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    guard let number = UInt64(digits), number <= UInt32.max,
      let unit = units.first(where: { $0.name == text.dropFirst(digits.count) }),
      case let product = number * unit.milliseconds, product < FreshnessBound.never
    else { return nil }
    return UInt32(product)
  }

  /// The end of a bound as documents write it.
  public static func text(of bound: FreshnessBound) -> String {
    bound.maxStaleMilliseconds == FreshnessBound.never
      ? never : text(milliseconds: bound.maxStaleMilliseconds)
  }

  /// The shortest text that ``milliseconds(_:)`` reads back.
  public static func text(milliseconds: UInt32) -> String {
    let unit = units.first {
      milliseconds > 0 && UInt64(milliseconds).isMultiple(of: $0.milliseconds)
    }
    guard let unit else { return "\(milliseconds)ms" }
    return "\(UInt64(milliseconds) / unit.milliseconds)\(unit.name)"
  }
}
