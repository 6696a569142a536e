/// What to do about a session of a tenant that the map doesn't have.
public enum UnknownTenant: Sendable, Hashable {
  /// Ask the control plane, and hold the session until it has answered.
  case ask
  /// Refuse it at once.
  case refuse(Cause)

  /// Why nobody is asked.
  public enum Cause: Sendable, Hashable, CaseIterable {
    /// The control plane was asked for this session, and the map it gave doesn't have the tenant
    /// either.
    case answered
    /// The control plane said so a while ago, and no newer map has come.
    case remembered
    /// The control plane doesn't answer.
    case unreachable
    /// As many sessions as may be held wait already.
    case crowded
    /// There is nobody to ask: the router has no freshness page.
    case unruled

    /// The stable text, for logs and tools.
    public var name: String {
      switch self {
      case .answered: "answered"
      case .remembered: "negative-cache"
      case .unreachable: "control-plane-unreachable"
      case .crowded: "too-many-held"
      case .unruled: "no-freshness-page"
      }
    }
  }

  /// Decides.
  ///
  /// - Parameters:
  ///   - freshness: how the map stands.
  ///   - hasAsked: whether the session was held already.
  ///   - isRemembered: whether the negative cache has the name.
  ///   - mayHold: whether one more session may be held.
  public init(_ freshness: MapFreshness, hasAsked: Bool, isRemembered: Bool, mayHold: Bool) {
    if !freshness.isRuled {
      self = .refuse(.unruled)
    } else if hasAsked {
      self = .refuse(.answered)
    } else if isRemembered {
      self = .refuse(.remembered)
    } else if !freshness.isReachable {
      self = .refuse(.unreachable)
    } else {
      self = mayHold ? .ask : .refuse(.crowded)
    }
  }
}
