public import ShardMap

/// How data of one class stands: whether it may be used as it is.
public enum Freshness: UInt8, Sendable, Hashable, Comparable, CaseIterable {
  /// As old as its TTL or younger.
  case fresh
  /// Older than its TTL.
  case stale
  /// As old as `maxStale`, or older: nobody has confirmed it for so long.
  case expired

  /// How data of `bound` stands at an age.
  public init(_ bound: FreshnessBound, age: MapAge) {
    if bound.maxStaleMilliseconds != FreshnessBound.never,
      age.nanoseconds >= bound.maxStaleMilliseconds.asNanoseconds
    {
      self = .expired
    } else {
      self = age.nanoseconds > bound.ttlMilliseconds.asNanoseconds ? .stale : .fresh
    }
  }

  /// The stable text: `fresh`, `stale`, `expired`.
  public var name: String {
    switch self {
    case .fresh: "fresh"
    case .stale: "stale"
    case .expired: "expired"
    }
  }

  /// The fresher one first.
  public static func < (one: Freshness, other: Freshness) -> Bool { one.rawValue < other.rawValue }
}

/// What an operator is told of a class of data, before and when its last rule holds.
public enum FreshnessAlarm: UInt8, Sendable, Hashable, Comparable, CaseIterable {
  case fresh, stale
  /// ``percentOfMaximum`` of `maxStale` have passed.
  case near
  case expired

  /// Share of `maxStale` from which on there is little time left, in percent.
  public static let percentOfMaximum: UInt64 = 80

  /// The alarm for data of `bound` at an age.
  public init(_ bound: FreshnessBound, age: MapAge) {
    switch Freshness(bound, age: age) {
    case .fresh: self = .fresh
    case .expired: self = .expired
    case .stale:
      let isNear =
        bound.maxStaleMilliseconds != FreshnessBound.never
        && age.nanoseconds
          >= bound.maxStaleMilliseconds.asNanoseconds / 100 * Self.percentOfMaximum
      self = isNear ? .near : .stale
    }
  }

  /// The stable text: `fresh`, `stale`, `near`, `expired`.
  public var name: String {
    switch self {
    case .fresh: "fresh"
    case .stale: "stale"
    case .near: "near"
    case .expired: "expired"
    }
  }

  /// The more alarming one last.
  public static func < (one: FreshnessAlarm, other: FreshnessAlarm) -> Bool {
    one.rawValue < other.rawValue
  }
}

/// What of an envelope is in force.
public enum EnvelopeUse: UInt8, Sendable, Hashable, CaseIterable {
  /// All of it.
  case full
  /// The value that was last known.
  case lastValue
  /// The value that was last known, without its burst.
  case burstOff

  /// What an age leaves of an envelope.
  public init(_ freshness: Freshness) {
    switch freshness {
    case .fresh: self = .full
    case .stale: self = .lastValue
    case .expired: self = .burstOff
    }
  }

  /// The stable text: `full`, `last-value`, `burst-off`.
  public var name: String {
    switch self {
    case .full: "full"
    case .lastValue: "last-value"
    case .burstOff: "burst-off"
    }
  }
}

/// How old the map is at the moment of a decision, and whether a newer one can be asked for.
public struct MapFreshness: Sendable, Hashable {
  /// Whether rules of age hold at all. Without a freshness page they don't: then the map is its
  /// operator's own business.
  public let isRuled: Bool
  /// Time since the control plane confirmed the map.
  public let age: MapAge
  /// Whether the control plane answers, so that asking it makes sense.
  public let isReachable: Bool

  /// A map that rules of age hold for.
  public init(age: MapAge, isReachable: Bool) {
    isRuled = true
    self.age = age
    self.isReachable = isReachable
  }

  private init() {
    isRuled = false
    age = MapAge(nanoseconds: 0)
    isReachable = false
  }

  /// A map that no rules of age hold for.
  public static let unruled = MapFreshness()

  /// How data of a class stands under a policy's rules.
  public func standing(of class: FreshnessClass, _ rules: FreshnessRules) -> Freshness {
    isRuled ? Freshness(rules[`class`], age: age) : .fresh
  }
}

extension FreshnessRules {
  /// For each class the smallest TTL and the smallest `maxStale` of a map's policies: an alarm by
  /// them is in time for every tenant. Nil for a map without policies.
  ///
  /// - Complexity: linear in the number of policies.
  public static func strictest(in map: CompiledMap) -> FreshnessRules? {
    let all = (0..<map.counts.policies).map {
      map.policy(PolicyIndex(UInt16($0))).freshness
    }
    guard var strictest = all.first else { return nil }
    for rules in all.dropFirst() {
      for name in FreshnessClass.allCases {
        let (one, other) = (strictest[name], rules[name])
        strictest[name] = FreshnessBound(
          ttlMilliseconds: min(one.ttlMilliseconds, other.ttlMilliseconds),
          maxStaleMilliseconds: min(one.maxStaleMilliseconds, other.maxStaleMilliseconds))
      }
    }
    return strictest
  }
}

extension UInt32 {
  fileprivate var asNanoseconds: UInt64 { UInt64(self) * 1_000_000 }
}
