@testable import DataPlane

extension RouterSettings {
  /// Has the router wait for peers that one busy machine plays, all of them, as long as tests do.
  mutating func waitPatiently() {
    timeouts.login = .seconds(600)
    timeouts.connect = .seconds(120)
    timeouts.proxyHeader = .seconds(600)
    pooling.failoverWindow = .seconds(120)
  }
}

extension ProbeSettings {
  /// Probes that wait for a server that a test's own thread plays.
  static var patient: ProbeSettings {
    var settings = ProbeSettings(user: "prober")
    (settings.connect, settings.login, settings.answer) = (
      .seconds(120), .seconds(120), .seconds(120)
    )
    return settings
  }
}
