/// A position in a server's write-ahead log, as PostgreSQL's `pg_lsn`.
///
/// Positions of one timeline are ordered as the writes are: what was committed before a position was read lies before it.
public struct LogPosition: Sendable, Hashable, Comparable {
  /// Bytes since the log's beginning.
  public let rawValue: UInt64

  /// The log's beginning: no server has written or replayed less.
  public static let zero = LogPosition(rawValue: 0)

  /// The position of so many bytes.
  @inlinable public init(rawValue: UInt64) {
    self.rawValue = rawValue
  }

  /// Reads PostgreSQL's text: two hexadecimal numbers of one to eight digits, such as `16/B374D848`. Nil for anything else.
  public init?(parsing text: some Collection<UInt8>) {
    guard let slash = text.firstIndex(of: UInt8(ascii: "/")),
      let high = Self.hexadecimal(text[..<slash]),
      let low = Self.hexadecimal(text[text.index(after: slash)...])
    else { return nil }
    rawValue = UInt64(high) << 32 | UInt64(low)
  }

  private static func hexadecimal(_ digits: some Collection<UInt8>) -> UInt32? {
    guard 1...8 ~= digits.count else { return nil }
    var number: UInt32 = 0
    for digit in digits {
      let value: UInt8
      switch digit {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): value = digit - UInt8(ascii: "0")
      case UInt8(ascii: "A")...UInt8(ascii: "F"): value = digit - UInt8(ascii: "A") + 10
      case UInt8(ascii: "a")...UInt8(ascii: "f"): value = digit - UInt8(ascii: "a") + 10
      default: return nil
      }
      number = number << 4 | UInt32(value)
    }
    return number
  }

  /// Orders two positions of one timeline.
  @inlinable public static func < (left: LogPosition, right: LogPosition) -> Bool {
    left.rawValue < right.rawValue
  }
}

extension LogPosition: CustomStringConvertible {
  /// PostgreSQL's text.
  public var description: String {
    let high = String(rawValue >> 32, radix: 16, uppercase: true)
    let low = String(rawValue & 0xFFFF_FFFF, radix: 16, uppercase: true)
    return "\(high)/\(low)"
  }
}
