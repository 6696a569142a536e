import DataPlane
import Foundation
import Logging
import ShardMap
import Telemetry
import Uring

/// The main thread: it starts the workers, and then looks at map, log and signals until it is told to stop.
enum Serving {
  /// How often it looks: a new map is in use, and an event in the log, that soon.
  static let lookNanoseconds = 200_000_000

  static func run(_ file: RouterFile, capabilities: Capabilities) throws {
    // Workers inherit the mask, so only this thread is told of signals.
    let signals = SignalSet([SIGTERM, SIGINT, SIGUSR1])
    signal(SIGPIPE, SIG_IGN)
    let logger = makeLogger(file.logLevel)
    var (watcher, map) = try MapWatcher.opening(file.settings.mapPath)
    let router = try Router(file.settings, map: map, capabilities: capabilities)
    say(logger, router, file.settings, map)
    var events = EventLog(logger)
    while true {
      switch signals.wait(nanoseconds: lookNanoseconds) {
      case SIGUSR1: logCounters(router, logger)
      case nil: break
      default:
        logger.notice("stopping; sessions have \(file.settings.timeouts.stop) to end")
        router.stop()
        events.write(router.reports)
        logCounters(router, logger)
        return
      }
      lookAtMap(&watcher, router, logger)
      events.write(router.reports)
    }
  }

  private static func makeLogger(_ level: String) -> Logger {
    var logger = Logger(label: "shardway-router") { StreamLogHandler.standardError(label: $0) }
    logger.logLevel = Logger.Level(rawValue: level) ?? .info
    return logger
  }

  private static func say(
    _ logger: Logger, _ router: Router, _ settings: RouterSettings, _ map: CompiledMap
  ) {
    for warning in LocationWarning.all(settings, map) { logger.warning("\(warning)") }
    logger.notice(
      "map \(map.header.mapVersion) in use: \(map.header.counts.tenants) tenants on \(map.header.counts.shards) shards"
    )
    for (address, listener) in zip(router.addresses, settings.listeners) {
      logger.notice("listening on \(address) (\(listener.spoken.name))")
    }
  }

  private static func lookAtMap(_ watcher: inout MapWatcher, _ router: Router, _ logger: Logger) {
    switch watcher.look() {
    case nil: break
    case .newer(let map):
      router.publish(map)
      logger.notice("map \(map.header.mapVersion) in use: \(map.header.counts.tenants) tenants")
    case .refused(let why):
      logger.error(
        "new map file refused, version \(router.map.header.mapVersion) stays in use: \(why)")
    }
  }

  private static func logCounters(_ router: Router, _ logger: Logger) {
    let sums = WorkerCounter.allCases.map { counter in
      "\(counter.name)=\(router.reports.reduce(0) { $0 + $1.counters.value(counter) })"
    }
    logger.notice("counters: \(sums.joined(separator: " "))")
  }
}
