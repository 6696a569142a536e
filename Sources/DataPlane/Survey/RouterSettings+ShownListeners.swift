import ShardMap

/// What is shown of listeners, and of the workers that serve who comes there.
extension RouterSettings {
  var shownListeners: [SettingInForce] {
    listeners.enumerated().flatMap { place, listener in listener.shown("listeners[\(place)]") }
  }

  /// The router's pool, and workers for some of its tenants.
  var shownPools: [SettingInForce] {
    let pool = [
      SettingInForce("pool.id", home?.pool, nil), SettingInForce("pool.router", home?.router, nil),
    ]
    let groups: [SettingInForce] = dedicated.enumerated().flatMap { place, group in
      group.shown("dedicated[\(place)]", serversPerPool: pooling.serversPerPool)
    }
    return pool + groups
  }
}

extension ListenerSettings {
  fileprivate func shown(_ key: String) -> [SettingInForce] {
    let protocolName: String
    var identity: String?
    var usualIdentity: String?
    var suffix = tenantNames.serverNameSuffix
    switch spoken {
    case .postgres(let sources):
      protocolName = "postgres"
      identity = Self.text(sources)
      usualIdentity = Self.text(IdentitySource.standard)
    case .tcp(let serverNameSuffix):
      protocolName = "tcp"
      suffix = serverNameSuffix
    }
    return [
      SettingInForce("\(key).address", address.description, nil),
      SettingInForce("\(key).protocol", protocolName, nil),
      SettingInForce("\(key).identity", identity, usualIdentity),
      SettingInForce("\(key).sniSuffix", suffix, nil),
      SettingInForce("\(key).pooling", pooling.rawValue, PoolingMode.session.rawValue),
      SettingInForce("\(key).tls", tls.rawValue, ListenerTLS.off.rawValue),
      SettingInForce("\(key).certificateTenant.prefix", tenantNames.certificatePrefix, ""),
      SettingInForce("\(key).certificateTenant.suffix", tenantNames.certificateSuffix, ""),
      SettingInForce(
        "\(key).proxyProtocol", proxy.description, ProxyAcceptance.off.description),
    ]
  }

  private static func text(_ sources: [IdentitySource]) -> String {
    sources.map(\.rawValue).joined(separator: ", ")
  }
}

extension DedicatedSettings {
  /// A pool's connections are by default as many as the other workers keep.
  fileprivate func shown(_ key: String, serversPerPool standard: Int) -> [SettingInForce] {
    let perInstance: Int = serversPerInstance ?? 0
    let perPool: Int = serversPerPool ?? standard
    return [
      SettingInForce("\(key).label", label, nil),
      SettingInForce("\(key).workers", workers, nil),
      SettingInForce("\(key).serversPerInstance", perInstance, 0),
      SettingInForce("\(key).serversPerPool", perPool, standard),
      SettingInForce("\(key).connections", connections, nil),
    ]
  }
}
