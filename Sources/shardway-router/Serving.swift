import DataPlane
import Foundation
import Logging
import ShardMap
import Telemetry
import Uring

/// The main thread: it starts the workers, and then looks at map, freshness page, log and signals until it is told to stop.
struct Serving {
  /// How often it looks when nobody wakes it: a map that somebody put there is in use, and an event in the log, that soon.
  static let lookNanoseconds = 200_000_000
  /// What other threads of this process wake it with, when the sidecar has spoken or all workers use a new map.
  static let wakeSignal = SIGUSR2

  private let logger: Logger
  private let router: Router
  private var watcher: MapWatcher
  private var freshness: FreshnessDuty?
  private var events: EventLog
  private var refusal: MapRefusal?

  static func run(_ file: RouterFile, capabilities: Capabilities) throws {
    // Workers inherit the mask, so only this thread is told of signals.
    let signals = SignalSet([SIGTERM, SIGINT, SIGUSR1, wakeSignal])
    signal(SIGPIPE, SIG_IGN)
    var serving = try Serving(file, capabilities)
    while true {
      switch signals.wait(nanoseconds: lookNanoseconds) {
      case SIGUSR1: serving.logCounters()
      case nil, wakeSignal: break
      default: return serving.stop(within: file.settings.timeouts.stop)
      }
      serving.look()
    }
  }

  private init(_ file: RouterFile, _ capabilities: Capabilities) throws {
    logger = Self.makeLogger(file.logLevel)
    let wake: @Sendable () -> Void = { kill(getpid(), Self.wakeSignal) }
    let slot = FreshnessSlot()
    freshness = file.settings.freshnessPagePath.map {
      FreshnessDuty(SidecarLink(path: $0, slot: slot, wake: wake))
    }
    // What the sidecar says is read before the map is opened, and told to the workers before they begin.
    freshness?.read(logger)
    let map: CompiledMap
    (watcher, map) = try MapWatcher.opening(file.settings.mapPath)
    _ = freshness?.tell(about: map, logger)
    router = try Router(
      file.settings, map: map, capabilities: capabilities, freshness: slot,
      reload: { [reloading = AdminReloading(file)] in reloading.run() }, whenApplied: wake)
    events = EventLog(logger)
    freshness?.introduce(router, logger)
    say(file.settings, map)
    report()
  }

  private static func makeLogger(_ level: String) -> Logger {
    var logger = Logger(label: "shardway-router") { StreamLogHandler.standardError(label: $0) }
    logger.logLevel = Logger.Level(rawValue: level) ?? .info
    return logger
  }

  private func say(_ settings: RouterSettings, _ map: CompiledMap) {
    for warning in LocationWarning.all(settings, map) { logger.warning("\(warning)") }
    logger.notice(
      "map \(map.header.mapVersion) in use: \(map.header.counts.tenants) tenants on \(map.header.counts.shards) shards"
    )
    for (address, listener) in zip(router.addresses, settings.listeners) {
      logger.notice("listening on \(address) (\(listener.spoken.name))")
    }
    if let address = router.adminAddress { logger.notice("listening on \(address) (admin)") }
  }

  private mutating func look() {
    let logger = logger
    let router = router
    freshness?.read(logger)
    lookAtMap()
    if freshness?.tell(about: router.map, logger) == true { router.noteFreshness() }
    report()
    events.write(router.reports, router.probes, router.adminReport)
  }

  private mutating func lookAtMap() {
    switch watcher.look() {
    case nil: router.releaseUnusedMaps()
    case .newer(let map):
      router.publish(map)
      refusal = nil
      logger.notice(
        "map \(map.header.mapVersion) handed to the workers: \(map.header.counts.tenants) tenants")
    case .refused(let why):
      refusal = why
      logger.error(
        "new map file refused, version \(router.map.header.mapVersion) stays in use: \(why)")
    }
  }

  private func report() { freshness?.report(router, refusal) }

  private func logCounters() {
    let sums = WorkerCounter.allCases.map { "\($0.name)=\(router.count($0))" }
    logger.notice("counters: \(sums.joined(separator: " "))")
    if let freshness { logger.notice("\(freshness.summary(of: router.map))") }
    if let probes = router.probes {
      logger.notice("\(ProbeText.summary(probes, router.probeSummary))")
    }
  }

  private mutating func stop(within limit: Duration) {
    logger.notice("stopping; sessions have \(limit) to end")
    router.stop()
    events.write(router.reports, router.probes, router.adminReport)
    logCounters()
    freshness?.close()
  }
}
