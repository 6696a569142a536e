/// What a router that is short of something gives up, the least first. Each gives up what those before
/// it do, too.
public enum OverloadLevel: UInt8, Comparable, CaseIterable, Sendable {
  /// Nothing.
  case none
  /// Work of the priority `background` is refused.
  case background
  /// Work of the priority `batch` is refused.
  case batch
  /// Bounded reads that would go to a primary because no replica is proven fresh enough are refused.
  case boundedReads
  /// All new transactions wait in the fair queue and are let through one by one.
  case delay
  /// All new transactions and logins are refused.
  case refuse

  /// The stable text, for logs, metrics and tools.
  public var name: String {
    switch self {
    case .none: "none"
    case .background: "background"
    case .batch: "batch"
    case .boundedReads: "bounded-reads"
    case .delay: "delay"
    case .refuse: "refuse"
    }
  }

  /// The one that gives up less first.
  public static func < (one: OverloadLevel, other: OverloadLevel) -> Bool {
    one.rawValue < other.rawValue
  }
}
