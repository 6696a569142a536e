/// A kind of data that ages on its own. The raw value is its place in a map file.
public enum FreshnessClass: UInt8, NamedValue {
  /// Which shard owns a tenant, and where its instances are.
  case routing = 0
  /// What a tenant may use: its quotas.
  case envelope = 1
  /// What a tenant may do at all: suspension, residency, access, its pool.
  case permissions = 2

  /// The name in documents, tools and logs.
  public var name: String {
    switch self {
    case .routing: "routing"
    case .envelope: "envelope"
    case .permissions: "permissions"
    }
  }
}

/// How old data of one class may become.
public struct FreshnessBound: Hashable, Sendable {
  /// Of ``maxStaleMilliseconds``: however old it is, it may be used.
  public static let never = UInt32.max

  /// Age up to which the data counts as current, in milliseconds.
  public var ttlMilliseconds: UInt32
  /// Age from which the class's last rule holds, in milliseconds, or ``never``. Not below the TTL.
  public var maxStaleMilliseconds: UInt32

  /// A bound from its parts; nothing is checked.
  public init(ttlMilliseconds: UInt32, maxStaleMilliseconds: UInt32) {
    self.ttlMilliseconds = ttlMilliseconds
    self.maxStaleMilliseconds = maxStaleMilliseconds
  }

  /// 30 seconds, and 12 hours: long enough to repair a control plane in a night.
  public static let standard = FreshnessBound(
    ttlMilliseconds: 30_000, maxStaleMilliseconds: 12 * 3_600_000)

  /// Whether both parts are in ``MapLimits/ageMilliseconds``, and the TTL is not above the end.
  public var isValid: Bool {
    MapLimits.ageMilliseconds.contains(ttlMilliseconds)
      && (maxStaleMilliseconds == Self.never
        || MapLimits.ageMilliseconds.contains(maxStaleMilliseconds))
      && ttlMilliseconds <= maxStaleMilliseconds
  }
}

/// A bound for each class of data.
public struct FreshnessRules: Hashable, Sendable {
  private var routing: FreshnessBound
  private var envelope: FreshnessBound
  private var permissions: FreshnessBound

  /// The same bound for every class.
  public init(all bound: FreshnessBound) {
    routing = bound
    envelope = bound
    permissions = bound
  }

  /// ``FreshnessBound/standard`` for every class.
  public static let standard = FreshnessRules(all: .standard)

  /// The bound of a class.
  public subscript(class: FreshnessClass) -> FreshnessBound {
    get {
      switch `class` {
      case .routing: routing
      case .envelope: envelope
      case .permissions: permissions
      }
    }
    set {
      switch `class` {
      case .routing: routing = newValue
      case .envelope: envelope = newValue
      case .permissions: permissions = newValue
      }
    }
  }
}

/// What a bounded read does when no replica is proven fresh enough. The raw value is what a map file
/// stores.
public enum BoundedFallback: UInt8, NamedValue {
  /// It goes to the primary, within the policy's budget of such reads.
  case primary = 0
  /// It is refused.
  case refuse = 1

  /// The name in documents, tools and logs.
  public var name: String {
    switch self {
    case .primary: "primary"
    case .refuse: "refuse"
    }
  }
}
