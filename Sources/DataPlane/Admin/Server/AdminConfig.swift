import AdminConsole
import ShardMap

/// The settings in force, as rows of `SHOW CONFIG`: key, value, default, and whether RELOAD changes it. No secret is among them.
enum AdminConfig {
  static func rows(
    _ settings: RouterSettings, _ address: SocketAddress, _ access: AdminAccess
  ) -> [[String?]] {
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
    }
    return rows + pooling(settings.pooling) + probes(settings.probes)
      + console(address, access)
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
      ["admin.users", access.users.sorted().joined(separator: ","), nil, "yes"],
      ["admin.statsUsers", access.statsUsers.sorted().joined(separator: ","), nil, "yes"],
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
