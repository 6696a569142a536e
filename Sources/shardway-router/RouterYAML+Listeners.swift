import ConfigurationFile
import DataPlane
import ShardMap

extension RouterYAML {
  /// The listeners, or the first field that can't be right.
  func checkedListeners() throws(FieldError) -> [ListenerSettings] {
    var checked: [ListenerSettings] = []
    for (index, listener) in listeners.enumerated() {
      let path = "listeners[\(index)]"
      guard let address = SocketAddress(listener.address, orAnyPort: true) else {
        throw FieldError(
          "\(path).address", "\"\(listener.address)\" is no address; write IPv4:PORT or [IPv6]:PORT"
        )
      }
      if address.port != 0 && checked.contains(where: { $0.address == address }) {
        throw FieldError("\(path).address", "another listener has this address already")
      }
      let spoken = try spoken(listener, path)
      let proxy = try listener.checkedProxy(path)
      if case .postgres(let sources) = spoken {
        try listener.checkIdentity(sources, proxy, vpcEndpoints, path)
      }
      var settings = ListenerSettings(
        address: address, spoken: spoken, pooling: try pooling(listener, path), proxy: proxy)
      settings.tls = try encryption(listener, path)
      settings.tenantNames = try tenantNames(listener, path)
      checked.append(settings)
    }
    return checked
  }

  private func spoken(_ listener: Listener, _ path: String) throws(FieldError) -> ListenerProtocol {
    switch listener.protocol {
    case "postgres": return .postgres(identity: try identity(listener, path))
    case "tcp":
      guard listener.identity == nil else {
        throw FieldError("\(path).identity", "is for protocol postgres only")
      }
      guard let suffix = try suffix(listener, path) else {
        throw FieldError("\(path).sniSuffix", "is needed for protocol tcp, as \".db.example.com\"")
      }
      return .tcp(serverNameSuffix: suffix)
    default:
      throw FieldError("\(path).protocol", "must be postgres or tcp")
    }
  }

  private func identity(_ listener: Listener, _ path: String) throws(FieldError) -> [IdentitySource]
  {
    var sources: [IdentitySource] = []
    for (place, name) in (listener.identity ?? IdentitySource.standard.map(\.rawValue)).enumerated()
    {
      guard let source = IdentitySource(rawValue: name), !sources.contains(source) else {
        throw FieldError(
          "\(path).identity[\(place)]",
          "\"\(name)\" must be one of \(Configured.names(IdentitySource.allCases)), each once")
      }
      sources.append(source)
    }
    guard !sources.isEmpty else {
      throw FieldError("\(path).identity", "name at least one place")
    }
    return sources
  }

  private func suffix(_ listener: Listener, _ path: String) throws(FieldError) -> String? {
    guard let suffix = listener.sniSuffix else { return nil }
    guard suffix.hasPrefix("."), suffix.count > 1 else {
      throw FieldError("\(path).sniSuffix", "must begin with a dot, as \".db.example.com\"")
    }
    return suffix.lowercased()
  }

  private func pooling(_ listener: Listener, _ path: String) throws(FieldError) -> PoolingMode {
    let mode = try Configured.name(listener.pooling, "\(path).pooling", PoolingMode.session)
    guard mode == .session || listener.protocol == "postgres" else {
      throw FieldError("\(path).pooling", "can't be \(mode.rawValue) for protocol tcp")
    }
    return mode
  }
}

// What TLS says of clients.
extension RouterYAML {
  private func encryption(_ listener: Listener, _ path: String) throws(FieldError) -> ListenerTLS {
    let field = "\(path).tls"
    let mode = try Configured.name(listener.tls, field, ListenerTLS.off)
    if mode != .off {
      guard listener.protocol == "postgres" else {
        throw FieldError(field, "can't be \(mode.rawValue) for protocol tcp, which passes TLS on")
      }
      guard tls != nil else {
        throw FieldError(field, "needs the section tls, with a certificate and its key")
      }
    }
    return mode
  }

  private func tenantNames(_ listener: Listener, _ path: String) throws(FieldError) -> TenantNames {
    var names = TenantNames()
    names.certificatePrefix = listener.certificateTenant?.prefix ?? ""
    names.certificateSuffix = listener.certificateTenant?.suffix ?? ""
    guard listener.protocol == "postgres" else { return names }
    let encrypts = (listener.tls ?? "off") != "off"
    let (byName, byCertificate) = (
      IdentitySource.serverName.rawValue, IdentitySource.certificate.rawValue
    )
    for (place, source) in (listener.identity ?? []).enumerated()
    where [byName, byCertificate].contains(source) && !encrypts {
      throw FieldError("\(path).identity[\(place)]", "\(source) needs tls: optional or required")
    }
    names.serverNameSuffix = try suffix(listener, path)
    let looksAtName = listener.identity?.contains(byName) ?? false
    guard looksAtName == (names.serverNameSuffix != nil) else {
      throw FieldError(
        "\(path).sniSuffix",
        looksAtName
          ? "is needed for identity server-name, as \".db.example.com\""
          : "is for protocol tcp, and for identity server-name")
    }
    if let place = listener.identity?.firstIndex(of: byCertificate) {
      guard tls?.clientCA != nil else {
        throw FieldError("\(path).identity[\(place)]", "certificate needs tls.clientCA")
      }
    } else if listener.certificateTenant != nil {
      throw FieldError("\(path).certificateTenant", "is for identity certificate")
    }
    return names
  }
}
