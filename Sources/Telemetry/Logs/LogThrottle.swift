/// Bounds how many lines of one cause are written in a second, and knows how many were left out. No IO; the time is a parameter.
public struct LogThrottle {
  /// What was left out of a window.
  public struct Suppressed: Equatable, Sendable {
    /// The cause.
    public let cause: String
    /// How many lines of it.
    public let count: Int

    /// Names a cause and how many lines of it were left out.
    public init(cause: String, count: Int) {
      self.cause = cause
      self.count = count
    }
  }

  /// Different causes of one second that are told apart; further ones count as one.
  public static let causesHeld = 256
  /// The name of all causes beyond those.
  public static let others = "others"

  private let limit: Int
  private var began: UInt64
  private var written: [String: Int] = [:]

  private static let windowNanoseconds: UInt64 = 1_000_000_000

  /// A throttle that lets so many lines of a cause through in a second.
  public init(perCauseASecond limit: Int, now: UInt64) {
    self.limit = limit
    began = now
  }

  /// Begins another window where this one is over; what was left out of it, by cause.
  public mutating func turn(at now: UInt64) -> [Suppressed] {
    guard now >= began + Self.windowNanoseconds else { return [] }
    defer { (written, began) = ([:], now) }
    return written.filter { $0.value > limit }
      .map { Suppressed(cause: $0.key, count: $0.value - limit) }
      .sorted { $0.cause < $1.cause }
  }

  /// Counts a line; whether it is to be written.
  public mutating func mayWrite(_ cause: String) -> Bool {
    let isKnown = written[cause] != nil || written.count < Self.causesHeld
    let count = written[isKnown ? cause : Self.others, default: 0] + 1
    written[isKnown ? cause : Self.others] = count
    return count <= limit
  }
}
