/// What a shard, or one tenant, is still good for. The raw value is what a map file stores.
public enum ServiceMode: UInt8, NamedValue {
  /// Everything is as the tiers promise.
  case normal = 0
  /// `bounded` reads may be older than they ask for, as far as the policy allows.
  case relaxed = 2
  /// Everything goes to replicas, however far behind.
  case eventualOnly = 3
  /// Reads go on by their tiers; writes are refused.
  case readOnly = 4
  /// New work waits, and is refused when it has waited too long.
  case paused = 1

  /// The name in documents, tools and logs.
  public var name: String {
    switch self {
    case .normal: "normal"
    case .relaxed: "relaxed"
    case .eventualOnly: "eventual-only"
    case .readOnly: "read-only"
    case .paused: "paused"
    }
  }
}

extension ServiceMode: Comparable {
  /// How much is taken away: 0 for nothing.
  private var severity: UInt8 {
    switch self {
    case .normal: 0
    case .relaxed: 1
    case .eventualOnly: 2
    case .readOnly: 3
    case .paused: 4
    }
  }

  /// The one that takes less away first.
  public static func < (one: ServiceMode, other: ServiceMode) -> Bool {
    one.severity < other.severity
  }
}

/// A mode and when it ends by itself.
public struct TimedMode: Hashable, Sendable {
  /// The mode.
  public let mode: ServiceMode
  /// When it is over, in milliseconds since 1970; 0 for when the map says so.
  public let untilMilliseconds: UInt64

  /// A mode until a moment.
  public init(_ mode: ServiceMode, untilMilliseconds: UInt64 = 0) {
    self.mode = mode
    self.untilMilliseconds = untilMilliseconds
  }

  /// Nothing is taken away.
  public static let normal = TimedMode(.normal)

  /// The mode at a moment, in milliseconds since 1970: `normal` once it is over.
  public func mode(atMilliseconds now: UInt64) -> ServiceMode {
    untilMilliseconds == 0 || now < untilMilliseconds ? mode : .normal
  }
}

/// How far a policy lets its tenants' service be degraded.
public struct DegradationRules: Hashable, Sendable {
  /// The deepest mode that its tenants put up with; in a deeper one they are refused. `normal` opts
  /// out of every downgrade.
  public var deepest: ServiceMode
  /// What a `bounded` read is widened to in the mode `relaxed`, in milliseconds; 0 for not at all.
  public var relaxedBoundMilliseconds: UInt32

  /// Rules from their parts; nothing is checked.
  public init(deepest: ServiceMode = .readOnly, relaxedBoundMilliseconds: UInt32 = 0) {
    self.deepest = deepest
    self.relaxedBoundMilliseconds = relaxedBoundMilliseconds
  }

  /// Every downgrade is put up with, and no bound is widened.
  public static let standard = DegradationRules()
}
