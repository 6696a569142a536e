/// How fresh what a session reads must be, and so which instances may serve it: its tier.
public enum Consistency: Sendable, Hashable {
  /// The primary only.
  case strong
  /// Any instance that has replayed what the session knows of: its own last write, or a position it
  /// was given.
  case session
  /// The nearest healthy replica that is at most so many milliseconds behind.
  case bounded(milliseconds: UInt32)
  /// The nearest healthy replica.
  case eventual

  /// Longest lag that can be asked for: a day.
  public static let longestBoundMilliseconds: UInt32 = 86_400_000

  /// What a tier may be, for messages.
  public static let forms = "strong, session, bounded:5s (1ms to 24h), eventual"

  /// Whether a bound, if there is one, is 1 to ``longestBoundMilliseconds``.
  public var isValid: Bool {
    guard case .bounded(let milliseconds) = self else { return true }
    return 1...Self.longestBoundMilliseconds ~= milliseconds
  }

  /// Reads `strong`, `session`, `eventual` or `bounded:5s`, with a whole number and one of ms, s, m,
  /// h. Nil for anything else, and for a bound that is not valid.
  public init?(parsing bytes: some Collection<UInt8>) {
    if bytes.elementsEqual("strong".utf8) {
      self = .strong
    } else if bytes.elementsEqual("session".utf8) {
      self = .session
    } else if bytes.elementsEqual("eventual".utf8) {
      self = .eventual
    } else if bytes.starts(with: "bounded:".utf8),
      let milliseconds = Self.milliseconds(Array(bytes.dropFirst("bounded:".utf8.count)))
    {
      self = .bounded(milliseconds: milliseconds)
    } else {
      return nil
    }
  }

  private static func milliseconds(_ text: [UInt8]) -> UInt32? {
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

  /// The text that ``init(parsing:)`` reads back; the same for equal tiers, however they were
  /// written.
  public var name: String {
    switch self {
    case .strong: "strong"
    case .session: "session"
    case .eventual: "eventual"
    case .bounded(let milliseconds):
      milliseconds.isMultiple(of: 1000)
        ? "bounded:\(milliseconds / 1000)s" : "bounded:\(milliseconds)ms"
    }
  }
}
