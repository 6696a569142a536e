import AdminConsole
import ShardMap
import Telemetry

/// The settings as they are shown: those of a section that is not there have no value, only what would hold in it.
extension RouterSettings {
  /// All of them, in the order of the configuration file. No secret is among them.
  var shown: [SettingInForce] {
    let sections: [[SettingInForce]] = [
      shownMap, shownProbes, program("probes"), shownPlace, shownListeners, shownLimits,
      shownTimeouts, shownKeepAlive, shownPooling, program("pooling"), shownPools, shownConsole,
      program("admin"), shownDrain, program("health"), program("security"), shownHTTP,
      shownClientTLS, shownServers, program("log"), shownTracing, program("reload"),
      program("ring"),
    ]
    return Array(sections.joined())
  }

  /// What only the program has to do with, of one section.
  private func program(_ section: String) -> [SettingInForce] {
    programSettings.filter { $0.key.hasPrefix("\(section).") }
  }

  private var shownMap: [SettingInForce] {
    [
      SettingInForce("map", mapPath, nil),
      SettingInForce("freshness.page", freshnessPagePath, nil),
    ]
  }

  private var shownProbes: [SettingInForce] {
    let standard = ProbeSettings(user: "")
    return [
      SettingInForce("probes.user", probes?.user, nil),
      SettingInForce("probes.database", probes?.database, standard.database),
      SettingInForce("probes.interval", probes?.interval, standard.interval),
      SettingInForce("probes.connect", probes?.connect, standard.connect),
    ]
  }

  private var shownPlace: [SettingInForce] {
    let workers: String = if let workerCount { "\(workerCount)" } else { "auto" }
    return [
      SettingInForce("location.region", region, nil),
      SettingInForce("location.zone", zone, nil),
      SettingInForce("workers", workers, "auto"),
    ]
  }

  private var shownLimits: [SettingInForce] {
    let standard = SessionLimits()
    let relayed: Int = limits.relayBytesPerWorker >> 20
    let relayedByDefault: Int = standard.relayBytesPerWorker >> 20
    let memory: Int = (limits.memoryBytes ?? 0) >> 20
    return [
      SettingInForce(
        "limits.clientConnections", limits.clientConnections, standard.clientConnections),
      SettingInForce("limits.relayMiBPerWorker", relayed, relayedByDefault),
      SettingInForce("limits.memoryMiB", memory, 0),
      SettingInForce("limits.waitingLogins", limits.waitingLogins, standard.waitingLogins),
    ]
  }

  private var shownTimeouts: [SettingInForce] {
    let standard = SessionTimeouts()
    return [
      SettingInForce("timeouts.login", timeouts.login, standard.login),
      SettingInForce("timeouts.connect", timeouts.connect, standard.connect),
      SettingInForce("timeouts.idle", timeouts.idle, standard.idle),
      SettingInForce("timeouts.refresh", timeouts.refresh, standard.refresh),
      SettingInForce("timeouts.move", timeouts.move, standard.move),
      SettingInForce("timeouts.stop", timeouts.stop, standard.stop),
    ]
  }

  private var shownKeepAlive: [SettingInForce] {
    let standard = KeepAlive()
    return [
      SettingInForce("keepAlive.idle", keepAlive.idle, standard.idle),
      SettingInForce("keepAlive.interval", keepAlive.interval, standard.interval),
      SettingInForce("keepAlive.count", keepAlive.count, standard.count),
      SettingInForce("keepAlive.userTimeout", keepAlive.userTimeout, standard.userTimeout),
    ]
  }

  /// Names of users, and nothing of how they prove who they are.
  private var shownConsole: [SettingInForce] {
    let access = admin?.access
    let method: String? = access.map { $0.isTrusting ? "trust" : "scram" }
    return [
      SettingInForce("admin.address", admin?.address.description, nil),
      SettingInForce("admin.users", access.map { Self.list($0.users) }, nil),
      SettingInForce("admin.statsUsers", access.map { Self.list($0.statsUsers) }, nil),
      SettingInForce("admin.authentication", method, "scram"),
    ]
  }

  private static func list(_ names: Set<String>) -> String {
    names.sorted().joined(separator: ",")
  }

  private var shownDrain: [SettingInForce] {
    let standard = DrainPlan()
    return [
      SettingInForce("drain.keepAccepting", drain?.keepAccepting, standard.keepAccepting),
      SettingInForce("drain.spread", drain?.spread, standard.spread),
      SettingInForce("drain.deadline", drain?.deadline, standard.deadline),
    ]
  }

  private var shownHTTP: [SettingInForce] {
    [
      SettingInForce("http.address", http?.address.description, nil),
      SettingInForce(
        "http.latencyBuckets", http?.bounds.settingText, HistogramBounds.standard.settingText),
      SettingInForce("restart.socket", restartSocket, nil),
    ]
  }

  private var shownTracing: [SettingInForce] {
    let standard = TracingSettings(endpoint: "")
    return [
      SettingInForce("tracing.endpoint", tracing?.endpoint, nil),
      SettingInForce(
        "tracing.sample", tracing?.sampling.shareText, standard.sampling.shareText),
      SettingInForce("tracing.slow", tracing?.sampling.slow, standard.sampling.slow),
      SettingInForce("tracing.queue", tracing?.queue, standard.queue),
    ]
  }
}

extension HistogramBounds {
  /// The bounds in a row, as `500us, 1ms`.
  fileprivate var settingText: String {
    nanoseconds.map { Duration.nanoseconds(Int64(clamping: $0)).settingText }
      .joined(separator: ", ")
  }
}

extension TraceSampling {
  fileprivate var slow: Duration { .nanoseconds(Int64(clamping: slowNanoseconds)) }

  /// The share in percent with as few digits as say it, as `0.5%`.
  fileprivate var shareText: String {
    var scale = 1.0
    for _ in 0..<12 {
      let percent = (ratio * 100 * scale).rounded() / scale
      if percent / 100 == ratio {
        return percent == percent.rounded() ? "\(Int(percent))%" : "\(percent)%"
      }
      scale *= 10
    }
    return "\(ratio * 100)%"
  }
}
