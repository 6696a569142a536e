public import Authentication

/// Who may use the console, and how they prove who they are.
public struct AdminAccess: Sendable {
  /// What a user may do.
  public enum Rights: Sendable, Hashable {
    /// SHOW.
    case show
    /// Everything.
    case change
  }

  /// How users prove who they are.
  public enum Method: Sendable {
    /// By SCRAM-SHA-256, against these verifiers by name.
    case scram([String: ScramVerifier])
    /// Not at all.
    case trust
  }

  /// Users that may do everything.
  public let users: Set<String>
  /// Users that may only look.
  public let statsUsers: Set<String>
  /// How they prove it.
  public let method: Method

  /// Names the users.
  public init(users: Set<String>, statsUsers: Set<String>, method: Method) {
    self.users = users
    self.statsUsers = statsUsers
    self.method = method
  }

  /// Whether users are believed without a proof.
  public var isTrusting: Bool {
    if case .trust = method { true } else { false }
  }

  /// What a user may do; nil for a stranger.
  public func rights(of user: String) -> Rights? {
    if users.contains(user) { return .change }
    return statsUsers.contains(user) ? .show : nil
  }
}
