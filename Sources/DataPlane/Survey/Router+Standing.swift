/// What a router was told, and what its limits do, for whoever shows it. Any thread may ask.
extension Router {
  /// What the router was told at start.
  public var settings: RouterSettings { contexts[0].settings }

  /// The settings in force, in the order of the configuration file.
  public var settingsInForce: [SettingInForce] { configuration.settingsInForce }

  /// How the limits of envelopes were met so far: their stable names, and how often.
  public var limitsMet: [(name: String, hits: UInt64, refusals: UInt64?)] {
    EnvelopeLimit.allCases.map { limit in
      (limit.name, count(limit.hits), limit.refusals.map { count($0) })
    }
  }
}
