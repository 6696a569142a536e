import ConfigurationFile
import DataPlane
import Logging
import ShardMap
import Uring

extension RouterYAML {
  /// The settings, or the first field that can't be right.
  func checked() throws(FieldError) -> RouterFile {
    guard !listeners.isEmpty else { throw FieldError("listeners", "name at least one listener") }
    var settings = RouterSettings(
      mapPath: map, region: location?.region, zone: location?.zone, workerCount: try workerCount(),
      listeners: try checkedListeners())
    if let page = freshness?.page {
      guard !page.isEmpty else {
        throw FieldError("freshness.page", "is needed: the page that shardway-sidecar writes")
      }
      settings.freshnessPagePath = page
    }
    settings.probes = try probes?.checked()
    settings.limits.clientConnections = try Configured.number(
      limits?.clientConnections, "limits.clientConnections", 1...1_000_000,
      settings.limits.clientConnections)
    settings.limits.relayBytesPerWorker =
      try Configured.number(
        limits?.relayMiBPerWorker, "limits.relayMiBPerWorker", 1...65_536,
        settings.limits.relayBytesPerWorker >> 20) << 20
    settings.timeouts = try checkedTimeouts(settings.timeouts)
    settings.keepAlive = try checkedKeepAlive(settings.keepAlive)
    settings.pooling = try checkedPooling()
    settings.admin = try checkedAdmin()
    let level = log?.level ?? "info"
    guard Logger.Level(rawValue: level) != nil else {
      throw FieldError("log.level", "must be one of \(Configured.names(Logger.Level.allCases))")
    }
    return RouterFile(settings: settings, logLevel: level, unusedFeatures: try unusedFeatures())
  }

  private func workerCount() throws(FieldError) -> Int? {
    guard case .count(let count) = workers else { return nil }
    guard 1...1024 ~= count else { throw FieldError("workers", "must be auto, or 1 to 1024") }
    return count
  }

  private func checkedListeners() throws(FieldError) -> [ListenerSettings] {
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
      checked.append(
        ListenerSettings(
          address: address, spoken: try spoken(listener, path),
          pooling: try pooling(listener, path)))
    }
    return checked
  }

  private func spoken(_ listener: Listener, _ path: String) throws(FieldError) -> ListenerProtocol {
    switch listener.protocol {
    case "postgres":
      guard listener.sniSuffix == nil else {
        throw FieldError("\(path).sniSuffix", "is for protocol tcp only")
      }
      var sources: [IdentitySource] = []
      for (place, name) in (listener.identity ?? IdentitySource.allCases.map(\.rawValue))
        .enumerated()
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
      return .postgres(identity: sources)
    case "tcp":
      guard listener.identity == nil else {
        throw FieldError("\(path).identity", "is for protocol postgres only")
      }
      guard let suffix = listener.sniSuffix, suffix.hasPrefix("."), suffix.count > 1 else {
        throw FieldError("\(path).sniSuffix", "is needed for protocol tcp, as \".db.example.com\"")
      }
      return .tcp(serverNameSuffix: suffix.lowercased())
    default:
      throw FieldError("\(path).protocol", "must be postgres or tcp")
    }
  }

  private func pooling(_ listener: Listener, _ path: String) throws(FieldError) -> PoolingMode {
    let mode = try Configured.name(listener.pooling, "\(path).pooling", PoolingMode.session)
    guard mode == .session || listener.protocol == "postgres" else {
      throw FieldError("\(path).pooling", "can't be \(mode.rawValue) for protocol tcp")
    }
    return mode
  }

  private func checkedTimeouts(_ defaults: SessionTimeouts) throws(FieldError) -> SessionTimeouts {
    var checked = defaults
    checked.login = try Configured.time(
      timeouts?.login, "timeouts.login", .milliseconds(100), defaults.login)
    checked.connect = try Configured.time(
      timeouts?.connect, "timeouts.connect", .milliseconds(10), defaults.connect)
    checked.idle = try Configured.time(timeouts?.idle, "timeouts.idle", .zero, defaults.idle)
    checked.refresh = try Configured.time(
      timeouts?.refresh, "timeouts.refresh", .milliseconds(10), defaults.refresh)
    checked.move = try Configured.time(timeouts?.move, "timeouts.move", .zero, defaults.move)
    checked.stop = try Configured.time(timeouts?.stop, "timeouts.stop", .zero, defaults.stop)
    return checked
  }

  private func checkedKeepAlive(_ defaults: KeepAlive) throws(FieldError) -> KeepAlive {
    var checked = defaults
    checked.idle = try Configured.time(
      keepAlive?.idle, "keepAlive.idle", .seconds(1), defaults.idle)
    checked.interval = try Configured.time(
      keepAlive?.interval, "keepAlive.interval", .seconds(1), defaults.interval)
    checked.count = try Configured.number(
      keepAlive?.count, "keepAlive.count", 1...127, defaults.count)
    checked.userTimeout = try Configured.time(
      keepAlive?.userTimeout, "keepAlive.userTimeout", .zero, defaults.userTimeout)
    return checked
  }

  private func unusedFeatures() throws(FieldError) -> Set<Capabilities.Feature> {
    var unused: Set<Capabilities.Feature> = []
    for (place, name) in (ring?.without ?? []).enumerated() {
      guard let feature = Capabilities.Feature(rawValue: name) else {
        throw FieldError(
          "ring.without[\(place)]",
          "must be one of \(Configured.names(Capabilities.Feature.allCases))")
      }
      unused.insert(feature)
    }
    return unused
  }
}

extension RouterYAML.Probes {
  /// The settings of the probes, or the first field that can't be right.
  fileprivate func checked() throws(FieldError) -> ProbeSettings {
    var checked = ProbeSettings(user: try Self.name(user, "probes.user"))
    if let database { checked.database = try Self.name(database, "probes.database") }
    checked.password = try passwordFile.map { (path) throws(FieldError) in
      try SecretFile.content(path, "probes.passwordFile")
    }
    let intervals = ProbeSettings.intervals
    checked.interval = try Configured.time(
      interval, "probes.interval", intervals.lowerBound, checked.interval)
    guard intervals.contains(checked.interval) else {
      throw FieldError("probes.interval", "must be at most \(intervals.upperBound)")
    }
    checked.connect = try Configured.time(
      connect, "probes.connect", .milliseconds(10), checked.connect)
    return checked
  }

  /// A name of a role or a database, as a startup packet can have it.
  private static func name(_ name: String, _ path: String) throws(FieldError) -> String {
    guard 1...ProbeSettings.longestName ~= name.utf8.count, !name.utf8.contains(0) else {
      throw FieldError(path, "must be a name of 1 to \(ProbeSettings.longestName) bytes")
    }
    return name
  }
}
