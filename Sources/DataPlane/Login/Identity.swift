import Wire

/// Who a startup packet is for.
///
/// The first configured source that names a tenant decides. A later one that names another is a contradiction: always when it is
/// the `option`, the server name, the certificate or a PROXY header, which can mean nothing else; for user and database names only when the name is a tenant's, because
/// `-d postgres` or a user `john.smith` are ordinary names as well.
struct Identity {
  /// The tenant that is asked for.
  let tenant: [UInt8]
  /// The user name to log in with: without the tenant where that was appended.
  let user: [UInt8]

  /// Reads the identity out of a startup packet; `isTenant` tells whether the map has a tenant of a name.
  init(
    _ startup: StartupMessage, in packet: RawSpan, options: StartupOptions,
    sources: [IdentitySource], encrypted: EncryptedTenants = EncryptedTenants(),
    proxied: ProxiedTenants = ProxiedTenants(),
    isTenant: ([UInt8]) -> Bool
  ) throws(Refusal) {
    let user = startup.value("user", in: packet) ?? []
    let split = Self.splitUser(user)
    var decided: (source: IdentitySource, tenant: [UInt8])?
    for source in sources {
      let named: [UInt8]? =
        switch source {
        case .serverName: encrypted.serverName
        case .certificate: encrypted.certificate
        case .vpcEndpoint: proxied.endpoint
        case .proxy: proxied.router
        case .option:
          options.value(RouterOption.tenant) ?? startup.value(RouterOption.tenant, in: packet)
        case .user: split?.tenant
        case .database: startup.value("database", in: packet)
        }
      guard let named, !named.isEmpty else { continue }
      guard let first = decided else {
        decided = (source, named)
        continue
      }
      if named != first.tenant && (source.isExplicit || isTenant(named)) {
        throw .identitiesDisagree(first.source, first.tenant, source, named)
      }
    }
    guard let decided else { throw .noTenant }
    tenant = decided.tenant
    if let split, sources.contains(.user), split.tenant == tenant {
      self.user = split.user
    } else {
      self.user = user
    }
  }

  /// Splits `user.tenant` at the last dot: tenant ids hold none.
  private static func splitUser(_ name: [UInt8]) -> (user: [UInt8], tenant: [UInt8])? {
    guard let dot = name.lastIndex(of: UInt8(ascii: ".")), dot > 0 else { return nil }
    return (Array(name[..<dot]), Array(name[(dot + 1)...]))
  }
}

/// The settings in a client's `options`, or in parameters of their own, that are meant for the router and not for the server.
enum RouterOption {
  static let prefix = "shardway."
  static let tenant = "shardway.tenant"
  static let consistency = "shardway.consistency"
  static let route = "shardway.route"
  static let floor = "shardway.floor"
  /// The pool of the router that has relayed the session: who reads it relays it no further.
  static let relayed = "shardway.relayed"
  static let mode = "shardway.mode"
  static let notices = "shardway.notices"
  /// A setting of PostgreSQL's own, to which the router adds on demand.
  static let applicationName = "application_name"
  /// Where the session belongs in its client's trace: a W3C `traceparent`.
  static let traceParent = "shardway.traceparent"
  /// The same, as a parameter of its own.
  static let plainTraceParent = "traceparent"

  /// What a setting that is on or off is; nil for any other value.
  static func switchValue(_ value: [UInt8]) -> Bool? {
    switch String(decoding: value, as: UTF8.self).lowercased() {
    case "on", "true", "yes", "1": true
    case "off", "false", "no", "0": false
    default: nil
    }
  }
}

extension StartupMessage {
  /// A parameter's value as bytes of its own.
  func value(_ name: String, in packet: RawSpan) -> [UInt8]? {
    lookup(name, in: packet).map { packet.copy(of: $0) }
  }
}

extension StartupOptions {
  /// The settings in a startup packet's `options`; none where it has no such parameter.
  init(of startup: StartupMessage, in packet: RawSpan) {
    self.init(parsing: packet.extracting(startup.lookup("options", in: packet) ?? 0..<0))
  }

  /// The last value a setting is given, as PostgreSQL would have it; names are compared without case.
  func value(_ name: String) -> [UInt8]? {
    settings.last { $0.isNamed(name) }?.value
  }
}

extension StartupOptions.Setting {
  func isNamed(_ other: String) -> Bool {
    name.elementsEqual(other.utf8, by: Self.equalWithoutCase)
  }
  func hasPrefix(_ prefix: String) -> Bool {
    name.prefix(prefix.utf8.count).elementsEqual(prefix.utf8, by: Self.equalWithoutCase)
  }

  private static func equalWithoutCase(_ left: UInt8, _ right: UInt8) -> Bool {
    left == right || (left ^ right == 0x20 && UInt8(ascii: "a")...UInt8(ascii: "z") ~= left | 0x20)
  }
}
