import ConfigurationFile
import DataPlane
import Logging
import Privileges
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
    settings.limits = try checkedLimits(settings.limits)
    settings.timeouts = try checkedTimeouts(settings.timeouts)
    settings.keepAlive = try checkedKeepAlive(settings.keepAlive)
    settings.pooling = try checkedPooling()
    settings.home = try pool?.checked()
    settings.dedicated = try checkedDedicated(settings)
    settings.admin = try checkedAdmin()
    settings.drain = try checkedDrain()
    settings.http = try checkedHTTP()
    settings.restartSocket = try checkedRestart()
    settings.tls = try tls?.checked()
    settings.serverTLS = try servers?.tls?.checked()
    settings.servers = try checkedServers()
    settings.vpcEndpoints = try checkedEndpoints()
    settings.tracing = try checkedTracing()
    let security = try checkedSecurity()
    settings.restrictsRings = security?.filter == .enforce
    var file = RouterFile(
      settings: settings, log: try checkedLog(), unusedFeatures: try unusedFeatures(),
      health: try checkedHealth(), security: security,
      hasRandomSecret: pooling?.mockSecretFile == nil, namedFiles: namedFiles,
      watchesFiles: reload?.onFileChange ?? true)
    file.settings.programSettings = programSettings(of: file)
    return file
  }

  /// The files that are read with this one.
  private var namedFiles: [String] {
    [
      admin?.verifierFile, pooling?.mockSecretFile, pooling?.authQuery?.passwordFile,
      probes?.passwordFile,
    ].compactMap { $0 }
  }

  private func workerCount() throws(FieldError) -> Int? {
    guard case .count(let count) = workers else { return nil }
    guard 1...1024 ~= count else { throw FieldError("workers", "must be auto, or 1 to 1024") }
    return count
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
