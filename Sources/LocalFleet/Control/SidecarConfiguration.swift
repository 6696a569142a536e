/// The text of a fleet's sidecar configuration.
struct SidecarConfiguration {
  let options: FleetControlOptions
  let controlURL: String
  /// The certificates it trusts.
  let authorities: String
  let tokenFile: String
  /// `shardway-public-key:BASE64`.
  let trustedKey: String
  /// Where map, page and last good map go.
  let folder: String

  var text: String {
    let hears = options.hearsOfChanges
    return """
      id: local-sidecar
      controlPlanes: ["\(controlURL)"]
      tokenFile: \(tokenFile)
      tls: { caFile: \(authorities) }
      trustedKeys: ["\(trustedKey)"]
      poll: { interval: \(options.pollInterval.wholeMilliseconds)ms, longPoll: \(hears), events: \(hears) }
      # Often, so that the control plane's list of routers shows what has just happened.
      report: { interval: 1s }
      files: { map: \(folder)/map.swmap, page: \(folder)/map.page, state: \(folder)/state }
      log: { level: info }

      """
  }
}

extension Duration {
  /// The duration in milliseconds, without their fraction.
  var wholeMilliseconds: Int64 {
    components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
  }
}
