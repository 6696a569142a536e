/// What a token is for. Each role may do what the ones before it may, except that `sidecar` is
/// `reader` and the status of routers.
public enum Role: String, CaseIterable, Comparable, Sendable {
  /// Reads everything.
  case reader
  /// Reads, and sends the status of the routers beside it.
  case sidecar
  /// Changes what moves in daily life: instances, shards and tenants.
  case `operator`
  /// Changes what everything else stands on: regions, zones, policies and pools.
  case admin

  private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }

  /// Whether `left` may do less.
  public static func < (left: Role, right: Role) -> Bool { left.rank < right.rank }
}

/// Who a request comes from.
public struct Caller: Hashable, Sendable {
  /// The token's name: the actor of events.
  public let name: String
  /// What the token is for.
  public let role: Role

  /// A caller from its parts.
  public init(name: String, role: Role) {
    self.name = name
    self.role = role
  }
}
