public import ShardMap

/// What a session asks for: which instances may serve it.
public enum Consistency: Sendable, Hashable {
  /// The primary only.
  case strong
  /// The nearest healthy replica.
  case eventual
  /// The nearest healthy replica that is at most so many milliseconds behind.
  case bounded(milliseconds: UInt32)

  /// What a policy's tier stands for.
  public init(_ tier: ConsistencyTier) {
    switch tier {
    case .strong: self = .strong
    case .eventual: self = .eventual
    }
  }

  /// Longest lag that can be asked for: a day.
  public static let longestBoundMilliseconds: UInt32 = 86_400_000

  /// What `-c shardway.consistency` may be, for messages.
  public static let forms = "strong, eventual, bounded:5s (1ms to 24h)"

  /// Reads `strong`, `eventual` or `bounded:5s`, with a whole number and one of ms, s, m, h. Nil for
  /// anything else, and for a bound of zero or above ``longestBoundMilliseconds``.
  public init?(parsing bytes: [UInt8]) {
    if bytes.elementsEqual("strong".utf8) {
      self = .strong
    } else if bytes.elementsEqual("eventual".utf8) {
      self = .eventual
    } else if bytes.starts(with: "bounded:".utf8),
      let milliseconds = Self.milliseconds(bytes.dropFirst("bounded:".utf8.count))
    {
      self = .bounded(milliseconds: milliseconds)
    } else {
      return nil
    }
  }

  private static func milliseconds(_ text: ArraySlice<UInt8>) -> UInt32? {
    let digits = text.prefix { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
    // Nine digits are enough for a day in milliseconds, and can't overflow.
    guard 1...9 ~= digits.count else { return nil }
    let number = digits.reduce(UInt64(0)) { $0 * 10 + UInt64($1 - UInt8(ascii: "0")) }
    let unit: UInt64
    switch String(decoding: text.dropFirst(digits.count), as: UTF8.self) {
    case "ms": unit = 1
    case "s": unit = 1000
    case "m": unit = 60_000
    case "h": unit = 3_600_000
    default: return nil
    }
    let milliseconds = number * unit
    return 1...UInt64(longestBoundMilliseconds) ~= milliseconds ? UInt32(milliseconds) : nil
  }

  /// The text that ``init(parsing:)`` reads back.
  public var name: String {
    switch self {
    case .strong: "strong"
    case .eventual: "eventual"
    case .bounded(let milliseconds):
      milliseconds.isMultiple(of: 1000)
        ? "bounded:\(milliseconds / 1000)s" : "bounded:\(milliseconds)ms"
    }
  }
}
