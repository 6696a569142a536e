internal import DataPlane

/// The configuration in force, and where the router is between its start and its end.
extension RouterMetrics {
  func writeConfiguration(to text: inout MetricsText) {
    let configuration = view.router.configuration
    text.family("shardway_configuration_version", .gauge, "1 from the start, one more a reload.")
    text.sample(.count(configuration.edition.version))
    text.family("shardway_reloads", .counter, "Configurations that were read again and taken.")
    text.sample(.count(configuration.takenCount))
    text.family(
      "shardway_reloads_refused", .counter, "Configurations that were read again and refused.")
    text.sample(.count(configuration.refusedCount))
    text.family(
      "shardway_client_connections_limit", .gauge, "Client connections that the router takes.")
    text.sample(.count(configuration.edition.settings.limits.clientConnections))
    text.family("shardway_ready", .gauge, "Whether clients are to be sent here.")
    text.sample(.flag(view.router.isReady))
    text.family(
      "shardway_lifecycle", .gauge, "1 for the phase that the router is in, 0 for others.")
    let phase = view.router.lifecycle.phase
    for one in Lifecycle.Phase.allCases { text.sample(.flag(one == phase), "phase", one.name) }
  }
}
