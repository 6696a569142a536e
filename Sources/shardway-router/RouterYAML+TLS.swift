import ConfigurationFile
import DataPlane
import TLS

extension RouterYAML {
  /// How TLS of clients is answered.
  struct ClientTLS: Decodable {
    struct Certificate: Decodable {
      var names: [String]?
      var certificate: String
      var key: String
    }
    struct Handshake: Decodable {
      var timeout: String?
      var memoryMiB: Int?
    }
    var certificates: [Certificate]
    var clientCA: String?
    var clientCertificates: String?
    var minimumVersion: String?
    var ticketLifetime: String?
    var handshake: Handshake?
  }

  /// What names a tenant in a client's certificate.
  struct CertificateTenant: Decodable {
    var prefix: String?
    var suffix: String?
  }

  /// How connections to servers are encrypted.
  struct ServerTLS: Decodable {
    struct Name: Decodable {
      var shard: String?
      var pool: String?
      var serverName: String?
      var ca: String?
    }
    var mode: String?
    var ca: String?
    var names: [Name]?
  }

  /// The keys of the sections.
  static let tlsKeys: [String: Set<String>] = [
    "tls": [
      "certificates", "clientCA", "clientCertificates", "minimumVersion", "ticketLifetime",
      "handshake",
    ],
    "tls.certificates": ["names", "certificate", "key"],
    "tls.handshake": ["timeout", "memoryMiB"],
    "listeners.certificateTenant": ["prefix", "suffix"],
    "servers": ["tls"],
    "servers.tls": ["mode", "ca", "names"],
    "servers.tls.names": ["shard", "pool", "serverName", "ca"],
  ]
}

extension RouterYAML.ClientTLS {
  /// Tickets live from a second to a week, which is the longest that TLS 1.3 has.
  private static let longestTicket = Duration.seconds(7 * 86_400)

  /// The section's settings, with all files read, or the first field that can't be right.
  func checked() throws(FieldError) -> ClientTLSSettings {
    guard !certificates.isEmpty else {
      throw FieldError("tls.certificates", "name a certificate and its key")
    }
    var read: [TLSCertificate] = []
    for (place, entry) in certificates.enumerated() {
      read.append(try entry.checked("tls.certificates[\(place)]"))
    }
    var serving = TLSContext.ServerSettings(
      certificates: read, ticketKeys: try ticketKeys(),
      oldestVersion: try Configured.name(minimumVersion, "tls.minimumVersion", TLSVersion.tls12))
    serving.clientAuthorities = try clientCA.map { (path) throws(FieldError) in
      try TLSField.authorities(path, "tls.clientCA")
    }
    serving.clientCertificates = try asked()
    var checked = ClientTLSSettings(serving: serving)
    checked.handshakeTimeout = try Configured.time(
      handshake?.timeout, "tls.handshake.timeout", .milliseconds(100), checked.handshakeTimeout)
    checked.handshakeMemoryBytes =
      try Configured.number(
        handshake?.memoryMiB, "tls.handshake.memoryMiB", 1...65_536,
        checked.handshakeMemoryBytes >> 20) << 20
    return checked
  }

  private func ticketKeys() throws(FieldError) -> TicketKeys? {
    let lifetime = try Configured.time(
      ticketLifetime, "tls.ticketLifetime", .zero, ClientTLSSettings.standardTicketLifetime)
    guard lifetime != .zero else { return nil }
    guard .seconds(1)...Self.longestTicket ~= lifetime else {
      throw FieldError("tls.ticketLifetime", "must be 0s, or 1s to 168h")
    }
    return TicketKeys(lifetime: lifetime)
  }

  private func asked() throws(FieldError) -> ClientCertificates {
    let field = "tls.clientCertificates"
    let asked = try Configured.name(
      clientCertificates, field, clientCA == nil ? ClientCertificates.none : .optional)
    if asked != .none, clientCA == nil {
      throw FieldError(field, "needs tls.clientCA, the authorities that sign clients' certificates")
    }
    if asked == .none, clientCA != nil {
      throw FieldError("tls.clientCA", "is of no use with clientCertificates: none")
    }
    return asked
  }
}

extension RouterYAML.ClientTLS.Certificate {
  fileprivate func checked(_ path: String) throws(FieldError) -> TLSCertificate {
    do throws(TLSError) {
      return try TLSCertificate(certificatePath: certificate, keyPath: key, names: names ?? [])
    } catch {
      let field =
        switch error {
        case .keyUnusable, .keyReadableByOthers: "key"
        case .badServerName: "names"
        default: "certificate"
        }
      throw FieldError("\(path).\(field)", "\(error)")
    }
  }
}

extension RouterYAML.ServerTLS {
  /// What the configuration can say of connections to servers.
  private enum Mode: String, CaseIterable {
    case off
    case require
    case verifyCA = "verify-ca"
    case verifyFull = "verify-full"
  }

  /// Sessions with servers that are kept by each worker, to be resumed.
  private static let keptSessions = 1024

  /// The section's settings, with all files read; nil where connections are not encrypted.
  func checked() throws(FieldError) -> ServerTLSSettings? {
    let mode = try Configured.name(mode, "servers.tls.mode", Mode.verifyFull)
    guard let verification = ServerVerification(rawValue: mode.rawValue) else { return nil }
    var checked = ServerTLSSettings(clients: [
      try client(verification, ca, "servers.tls.ca")
    ])
    for (place, name) in (names ?? []).enumerated() {
      let field = "servers.tls.names[\(place)]"
      if let serverName = name.serverName, !TLSField.isHost(serverName) {
        throw FieldError("\(field).serverName", "\"\(serverName)\" is no host name")
      }
      var target = ServerTLSSettings.Target(serverName: name.serverName)
      if let path = name.ca {
        target.client = checked.clients.count
        checked.clients.append(try client(verification, path, "\(field).ca"))
      }
      switch (name.shard, name.pool) {
      case (let shard?, nil): try Self.add(target, shard, to: &checked.shards, "\(field).shard")
      case (nil, let pool?): try Self.add(target, pool, to: &checked.pools, "\(field).pool")
      default: throw FieldError(field, "name a shard or a pool")
      }
    }
    return checked
  }

  private static func add(
    _ target: ServerTLSSettings.Target, _ id: String,
    to targets: inout [String: ServerTLSSettings.Target], _ field: String
  ) throws(FieldError) {
    guard targets.updateValue(target, forKey: id) == nil else {
      throw FieldError(field, "\"\(id)\" is there twice")
    }
  }

  private func client(
    _ verification: ServerVerification, _ path: String?, _ field: String
  ) throws(FieldError) -> TLSContext.ClientSettings {
    if path != nil, verification == .require {
      throw FieldError(field, "is of no use with mode: require, which checks no certificate")
    }
    return TLSContext.ClientSettings(
      verification: verification,
      authorities: try path.map { (path) throws(FieldError) in
        try TLSField.authorities(path, field)
      }, keptSessions: Self.keptSessions)
  }
}

/// Checks of single values.
private enum TLSField {
  static func authorities(_ path: String, _ field: String) throws(FieldError) -> TLSAuthorities {
    do throws(TLSError) {
      return try TLSAuthorities(path: path)
    } catch {
      throw FieldError(field, "\(error)")
    }
  }

  static func isHost(_ name: String) -> Bool {
    1...TLSLimits.serverNameBytes ~= name.utf8.count
      && name.utf8.allSatisfy { $0 > UInt8(ascii: " ") && $0 < 0x7F }
  }
}
