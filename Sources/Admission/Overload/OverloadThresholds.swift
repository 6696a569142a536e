/// From which use on a level is entered, and below which it is left: every threshold of the router's
/// overload, in thousandths of the limits.
public enum OverloadThresholds {
  /// The two ends of a level's hysteresis.
  public struct Band: Hashable, Sendable {
    /// The level is entered at this use.
    public let enter: Int
    /// It is left below this one, which is smaller.
    public let leave: Int
  }

  /// How long a level lasts at least before a lesser one follows, in nanoseconds.
  public static let minimumStay: UInt64 = 1_000_000_000

  /// The band of a level by a cause; nil where the cause alone never leads that far.
  ///
  /// - Connections, and sessions that wait, are refused anyway when all places are taken: they lead no
  ///   further than to room for work of the first priority.
  /// - A queue that is too slow is made shorter: by what need not go to a primary, too.
  /// - Memory has no such second line, so it leads to the end.
  public static func band(_ level: OverloadLevel, _ cause: OverloadCause) -> Band? {
    switch (cause, level) {
    case (_, .none): nil
    case (.memory, .background): Band(enter: 600, leave: 500)
    case (.memory, .batch): Band(enter: 700, leave: 600)
    case (.memory, .boundedReads): Band(enter: 800, leave: 700)
    case (.memory, .delay): Band(enter: 900, leave: 800)
    case (.memory, .refuse): Band(enter: 950, leave: 850)
    case (.connections, .background): Band(enter: 900, leave: 800)
    case (.connections, .batch): Band(enter: 950, leave: 850)
    case (.connections, _): nil
    case (.waitingWork, .background): Band(enter: 500, leave: 300)
    case (.waitingWork, .batch): Band(enter: 700, leave: 500)
    case (.waitingWork, _): nil
    case (.queueWait, .background): Band(enter: 1000, leave: 500)
    case (.queueWait, .batch): Band(enter: 2000, leave: 1000)
    case (.queueWait, .boundedReads): Band(enter: 4000, leave: 2000)
    case (.queueWait, _): nil
    }
  }
}
