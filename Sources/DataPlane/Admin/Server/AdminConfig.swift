import AdminConsole
import ShardMap
import TLS

/// The settings in force, as rows of `SHOW CONFIG`: key, value, default, and whether RELOAD changes it. No secret is among them.
enum AdminConfig {
  static func rows(
    _ configuration: ConfigurationKeeper, _ address: SocketAddress, _ access: AdminAccess
  ) -> [[String?]] {
    let edition = configuration.edition
    let reloadable = ReloadableFields(from: edition.settings, to: edition.settings)
    let counts: [[String?]] = [
      fixed("configuration.version", "\(edition.version)", "1"),
      fixed("configuration.reloads", "\(configuration.takenCount)", "0"),
      fixed("configuration.reloadsRefused", "\(configuration.refusedCount)", "0"),
      fixed("configuration.lastRefusal", configuration.lastRefusal, nil),
    ]
    return counts
      + rows(edition.settings, address, access).map { row in
        guard let key = row[0], reloadable.contains(key) else { return row }
        return [key, row[1], row[2], "yes"]
      }
  }

  private static func rows(
    _ settings: RouterSettings, _ address: SocketAddress, _ access: AdminAccess
  ) -> [[String?]] {
    rows(settings) + console(address, access)
  }

  /// Those that are not the console's own.
  static func rows(_ settings: RouterSettings) -> [[String?]] {
    let limits = SessionLimits()
    let timeouts = SessionTimeouts()
    let keepAlive = KeepAlive()
    var rows: [[String?]] = [
      fixed("map", settings.mapPath, nil),
      fixed("freshness.page", settings.freshnessPagePath, nil),
      fixed("location.region", settings.region, nil),
      fixed("location.zone", settings.zone, nil),
      fixed("workers", settings.workerCount.map { "\($0)" } ?? "auto", "auto"),
      fixed(
        "limits.clientConnections", settings.limits.clientConnections, limits.clientConnections),
      fixed(
        "limits.relayMiBPerWorker", settings.limits.relayBytesPerWorker >> 20,
        limits.relayBytesPerWorker >> 20),
      fixed("limits.memoryMiB", (settings.limits.memoryBytes ?? 0) >> 20, 0),
      fixed("limits.waitingLogins", settings.limits.waitingLogins, limits.waitingLogins),
      fixed("timeouts.login", settings.timeouts.login, timeouts.login),
      fixed("timeouts.connect", settings.timeouts.connect, timeouts.connect),
      fixed("timeouts.idle", settings.timeouts.idle, timeouts.idle),
      fixed("timeouts.refresh", settings.timeouts.refresh, timeouts.refresh),
      fixed("timeouts.move", settings.timeouts.move, timeouts.move),
      fixed("timeouts.stop", settings.timeouts.stop, timeouts.stop),
      fixed("keepAlive.idle", settings.keepAlive.idle, keepAlive.idle),
      fixed("keepAlive.interval", settings.keepAlive.interval, keepAlive.interval),
      fixed("keepAlive.count", settings.keepAlive.count, keepAlive.count),
      fixed("keepAlive.userTimeout", settings.keepAlive.userTimeout, keepAlive.userTimeout),
    ]
    for (place, listener) in settings.listeners.enumerated() {
      rows.append(fixed("listeners[\(place)].address", "\(listener.address)", nil))
      rows.append(
        fixed(
          "listeners[\(place)].pooling", listener.pooling.rawValue, PoolingMode.session.rawValue))
      rows.append(fixed("listeners[\(place)].proxyProtocol", "\(listener.proxy)", "off"))
      rows.append(fixed("listeners[\(place)].tls", listener.tls.rawValue, "off"))
    }
    return rows + encryption(settings) + servers(settings) + pools(settings)
      + pooling(settings.pooling)
      + probes(settings.probes) + drain(settings.drain)
  }

  private static func drain(_ plan: DrainPlan?) -> [[String?]] {
    guard let plan else { return [] }
    let defaults = DrainPlan()
    return [
      fixed("drain.keepAccepting", plan.keepAccepting, defaults.keepAccepting),
      fixed("drain.spread", plan.spread, defaults.spread),
      fixed("drain.deadline", plan.deadline, defaults.deadline),
    ]
  }

  private static func servers(_ settings: RouterSettings) -> [[String?]] {
    let (servers, standard) = (settings.servers, ServerSettings())
    return [
      fixed(
        "servers.proxyProtocol", servers.announcement.rawValue, standard.announcement.rawValue),
      fixed(
        "servers.relayProxyProtocol", servers.relayAnnouncement.rawValue,
        standard.relayAnnouncement.rawValue),
      fixed(
        "servers.applicationName", servers.applicationName.rawValue,
        standard.applicationName.rawValue),
      fixed("vpcEndpoints", settings.vpcEndpoints.count, 0),
    ]
  }

  /// Paths, and no key.
  private static func encryption(_ settings: RouterSettings) -> [[String?]] {
    var rows: [[String?]] = []
    if let tls = settings.tls {
      for (place, certificate) in tls.serving.certificates.enumerated() {
        let key = "tls.certificates[\(place)]"
        rows += [
          fixed("\(key).certificate", certificate.certificatePath, nil),
          fixed("\(key).key", certificate.keyPath, nil),
          fixed("\(key).names", certificate.names.joined(separator: ", "), nil),
        ]
      }
      rows += [
        fixed("tls.clientCA", tls.serving.clientAuthorities?.path, nil),
        fixed("tls.clientCertificates", tls.serving.clientCertificates.rawValue, "none"),
        fixed("tls.minimumVersion", tls.serving.oldestVersion.rawValue, "1.2"),
        fixed("tls.handshake.timeout", tls.handshakeTimeout, Duration.seconds(10)),
      ]
    }
    if let servers = settings.serverTLS {
      rows += [
        fixed("servers.tls.mode", servers.clients[0].verification.rawValue, "verify-full"),
        fixed("servers.tls.ca", servers.clients[0].authorities?.path, nil),
      ]
    }
    return rows
  }

  private static func pools(_ settings: RouterSettings) -> [[String?]] {
    var rows: [[String?]] = []
    if let home = settings.home {
      rows += [fixed("pool.id", home.pool, nil), fixed("pool.router", home.router, nil)]
    }
    for (place, group) in settings.dedicated.enumerated() {
      let key = "dedicated[\(place)]"
      rows += [
        fixed("\(key).label", group.label, nil), fixed("\(key).workers", "\(group.workers)", nil),
        fixed("\(key).serversPerInstance", group.serversPerInstance ?? 0, 0),
        fixed(
          "\(key).serversPerPool", group.serversPerPool ?? settings.pooling.serversPerPool,
          settings.pooling.serversPerPool),
        fixed("\(key).connections", group.connections.map { "\($0)" }, nil),
      ]
    }
    return rows
  }

  private static func pooling(_ pooling: PoolingSettings) -> [[String?]] {
    let standard = PoolingSettings()
    return [
      fixed("pooling.serversPerPool", pooling.serversPerPool, standard.serversPerPool),
      fixed("pooling.minServersPerPool", pooling.minServersPerPool, standard.minServersPerPool),
      fixed("pooling.serversPerInstance", pooling.serversPerInstance ?? 0, 0),
      fixed("pooling.serverCheckDelay", pooling.serverCheckDelay, standard.serverCheckDelay),
      fixed("pooling.serversPerWorker", pooling.serversPerWorker, standard.serversPerWorker),
      fixed("pooling.queryWait", pooling.queryWait, standard.queryWait),
      fixed("pooling.waitingSessions", pooling.waitingSessions, standard.waitingSessions),
      fixed("pooling.queueTarget", pooling.queueTarget, standard.queueTarget),
      fixed("pooling.failoverWindow", pooling.failoverWindow, standard.failoverWindow),
      fixed("pooling.failoverWaiters", pooling.failoverWaiters, standard.failoverWaiters),
      fixed("pooling.serverIdle", pooling.serverIdle, standard.serverIdle),
      fixed("pooling.serverLifetime", pooling.serverLifetime, standard.serverLifetime),
      fixed(
        "pooling.statementsPerServer", pooling.statementsPerServer, standard.statementsPerServer),
      fixed("pooling.cleaning", pooling.cleaning.rawValue, standard.cleaning.rawValue),
      fixed(
        "pooling.authentication", pooling.authentication.rawValue, standard.authentication.rawValue),
      fixed("pooling.authQuery.user", pooling.authQuery?.user, nil),
      fixed("pooling.authQuery.database", pooling.authQuery?.database, "postgres"),
    ]
  }

  private static func probes(_ probes: ProbeSettings?) -> [[String?]] {
    guard let probes else { return [] }
    let standard = ProbeSettings(user: probes.user)
    return [
      fixed("probes.user", probes.user, nil),
      fixed("probes.database", probes.database, standard.database),
      fixed("probes.interval", probes.interval, standard.interval),
      fixed("probes.connect", probes.connect, standard.connect),
    ]
  }

  private static func console(_ address: SocketAddress, _ access: AdminAccess) -> [[String?]] {
    return [
      fixed("admin.address", "\(address)", nil),
      fixed("admin.authentication", access.isTrusting ? "trust" : "scram", "scram"),
      fixed("admin.users", access.users.sorted().joined(separator: ","), nil),
      fixed("admin.statsUsers", access.statsUsers.sorted().joined(separator: ","), nil),
    ]
  }

  private static func fixed(_ key: String, _ value: String?, _ standard: String?) -> [String?] {
    [key, value, standard, "no"]
  }

  private static func fixed(_ key: String, _ value: Int, _ standard: Int) -> [String?] {
    fixed(key, "\(value)", "\(standard)")
  }

  private static func fixed(_ key: String, _ value: Duration, _ standard: Duration) -> [String?] {
    fixed(key, text(value), text(standard))
  }

  /// As it is written in the file: `500ms`, `15s`.
  private static func text(_ duration: Duration) -> String {
    let milliseconds = duration.wholeNanoseconds / 1_000_000
    return milliseconds % 1000 == 0 ? "\(milliseconds / 1000)s" : "\(milliseconds)ms"
  }
}
