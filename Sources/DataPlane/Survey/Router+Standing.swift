/// One setting in force.
public struct SettingInForce: Sendable, Equatable {
  /// Its path in the configuration, such as `timeouts.login`.
  public let key: String
  /// Its value; nil where it is not set. Never a secret.
  public let value: String?
  /// What holds where nothing is said.
  public let standard: String?
  /// Whether a reload changes it, and not only a restart.
  public let isReloadable: Bool
}

/// What a router was told, and what its limits do, for whoever shows it. Any thread may ask.
extension Router {
  /// What the router was told at start.
  public var settings: RouterSettings { contexts[0].settings }

  /// The settings in force, in the order of the configuration file.
  public var settingsInForce: [SettingInForce] {
    AdminConfig.rows(settings).map {
      SettingInForce(
        key: $0[0] ?? "", value: $0[1], standard: $0[2], isReloadable: $0[3] == "yes")
    }
  }

  /// How the limits of envelopes were met so far: their stable names, and how often.
  public var limitsMet: [(name: String, hits: UInt64, refusals: UInt64?)] {
    EnvelopeLimit.allCases.map { limit in
      (limit.name, count(limit.hits), limit.refusals.map { count($0) })
    }
  }
}
