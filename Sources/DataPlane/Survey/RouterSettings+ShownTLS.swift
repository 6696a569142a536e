import TLS

/// What is shown of encryption: the paths of keys, and no key.
extension RouterSettings {
  var shownClientTLS: [SettingInForce] {
    let serving = tls?.serving
    let standard = ClientTLSSettings(serving: TLSContext.ServerSettings(certificates: []))
    let certificates: [TLSCertificate] = serving?.certificates ?? []
    // What is asked for by default depends on whether it could be checked.
    let asked = serving?.clientAuthorities == nil ? ClientCertificates.none : .optional
    let lifetime: Duration? = serving.map { $0.ticketKeys?.lifetime ?? .zero }
    let memory: Int? = tls.map { $0.handshakeMemoryBytes >> 20 }
    let memoryByDefault: Int = standard.handshakeMemoryBytes >> 20
    let shownCertificates: [SettingInForce] = certificates.enumerated().flatMap { place, one in
      one.shown("tls.certificates[\(place)]")
    }
    let rules = [
      SettingInForce("tls.clientCA", serving?.clientAuthorities?.path, nil),
      SettingInForce(
        "tls.clientCertificates", serving?.clientCertificates.rawValue, asked.rawValue),
      SettingInForce(
        "tls.minimumVersion", serving?.oldestVersion.rawValue,
        standard.serving.oldestVersion.rawValue),
      SettingInForce(
        "tls.ticketLifetime", lifetime, ClientTLSSettings.standardTicketLifetime),
      SettingInForce(
        "tls.handshake.timeout", tls?.handshakeTimeout, standard.handshakeTimeout),
      SettingInForce("tls.handshake.memoryMiB", memory, memoryByDefault),
    ]
    return shownCertificates + rules
  }

  /// How servers are spoken to, and what they are told of clients.
  var shownServers: [SettingInForce] {
    let standard = ServerSettings()
    let mode: String = serverTLS?.clients.first?.verification.rawValue ?? "off"
    let encryption = [
      SettingInForce(
        "servers.tls.mode", mode, TLSContext.ClientSettings().verification.rawValue),
      SettingInForce("servers.tls.ca", serverTLS?.clients.first?.authorities?.path, nil),
    ]
    let told = [
      SettingInForce(
        "servers.proxyProtocol", servers.announcement.rawValue, standard.announcement.rawValue),
      SettingInForce(
        "servers.relayProxyProtocol", servers.relayAnnouncement.rawValue,
        standard.relayAnnouncement.rawValue),
      SettingInForce(
        "servers.applicationName", servers.applicationName.rawValue,
        standard.applicationName.rawValue),
      SettingInForce("vpcEndpoints", vpcEndpoints.count, 0),
    ]
    let names: [SettingInForce] = serverTLS?.shownNames ?? []
    return encryption + names + told
  }
}

extension TLSCertificate {
  fileprivate func shown(_ key: String) -> [SettingInForce] {
    [
      SettingInForce("\(key).names", names.joined(separator: ", "), nil),
      SettingInForce("\(key).certificate", certificatePath, nil),
      SettingInForce("\(key).key", keyPath, nil),
    ]
  }
}

extension ServerTLSSettings {
  /// The rules of their own that shards and pools have: by id, since the order of the file counts for nothing.
  fileprivate var shownNames: [SettingInForce] {
    var shown: [SettingInForce] = []
    var place = 0
    for (kind, targets) in [("shard", shards), ("pool", pools)] {
      for (id, target) in targets.sorted(by: { $0.key < $1.key }) {
        let key = "servers.tls.names[\(place)]"
        shown += [
          SettingInForce("\(key).\(kind)", id, nil),
          SettingInForce("\(key).serverName", target.serverName, nil),
          SettingInForce(
            "\(key).ca", clients[target.client].authorities?.path,
            clients[0].authorities?.path),
        ]
        place += 1
      }
    }
    return shown
  }
}
