import DataPlane
import Foundation
import Logging
import RouterHTTP
import Privileges
import ShardMap
import TLS
import Telemetry
import Uring

/// The main thread: it starts the workers, and then looks at map, freshness page, log and signals until it is told to stop.
struct Serving {
  /// How often it looks when nobody wakes it: a map that somebody put there is in use, and an event in the log, that soon.
  static let lookNanoseconds = 200_000_000

  private let log: RouterLog
  private var logger: Logger
  private let traces: TraceDuty
  private let router: Router
  private var watcher: MapWatcher
  private var freshness: FreshnessDuty?
  private var shares: ShareDuty
  private var news: RouterNews
  private var events: EventLog
  private var certificates: TLSDuty
  private let certificatesInUse: CertificatesInUse
  private var reload: ReloadDuty
  private var refusal: MapRefusal?
  private let home: HomeSettings?
  private let http: RouterHTTPServer?
  private var restart: RestartDuty
  /// What other threads of this process wake it with, when the sidecar has spoken or all workers use a new map.
  private let waker: WakeSignal
  private let privilege: LeastPrivilege
  private var health: HealthDuty?
  private var service = ServiceDuty()

  static func run(_ file: RouterFile, capabilities: Capabilities) throws {
    // Workers inherit the mask, so only this thread is told of signals.
    let signals = SignalSet([SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGUSR2, WakeSignal.number])
    signal(SIGPIPE, SIG_IGN)
    let counts = TelemetryCounts()
    let log = RouterLog(file.log, fields: fields(file.settings), counts: counts)
    // What was said before a start that fails is said all the same.
    var isServing = false
    defer { if !isServing { log.close() } }
    var serving = try Serving(file, capabilities, log, counts)
    isServing = true
    while true {
      switch signals.wait(nanoseconds: lookNanoseconds) {
      case SIGUSR1: serving.logCounters()
      case SIGHUP:
        serving.service.reloading()
        serving.reload.hangUp(serving.logger)
        serving.service.reloaded(
          "configuration \(serving.router.configuration.edition.version) in force")
      case SIGUSR2: serving.restart.startSuccessor(serving.logger)
      case nil: break
      case WakeSignal.number: serving.waker.taken()
      default:
        // A second one doesn't wait for anybody.
        guard let plan = serving.settings.drain, serving.router.lifecycle.phase == .serving else {
          return serving.stop(within: serving.settings.timeouts.stop)
        }
        serving.drain(plan)
      }
      serving.look()
      if serving.router.lifecycle.haveWorkersEnded { return serving.end() }
      if serving.isToLeave() { serving.leave() }
    }
  }

  private init(
    _ file: RouterFile, _ capabilities: Capabilities, _ log: RouterLog, _ counts: TelemetryCounts
  ) throws {
    self.log = log
    let logger = log.logger
    self.logger = logger
    let privilege = LeastPrivilege(
      file.security, startsPrograms: file.settings.restartSocket != nil)
    self.privilege = privilege
    try privilege.began(logger)
    home = file.settings.home
    let waker = WakeSignal()
    self.waker = waker
    let wake: @Sendable () -> Void = { waker.send() }
    let slot = FreshnessSlot()
    freshness = file.settings.freshnessPagePath.map {
      FreshnessDuty(SidecarLink(path: $0, slot: slot, wake: wake))
    }
    // What the sidecar says is read before the map is opened, and told to the workers before they begin.
    freshness?.read(logger)
    restart = RestartDuty(file.settings.restartSocket)
    let inheritance = try file.settings.restartSocket.flatMap { try Inheritance.claim(from: $0) }
    let map: CompiledMap
    (watcher, map) = try MapWatcher.opening(file.settings.mapPath)
    _ = freshness?.tell(about: map, logger)
    try file.checkHome(against: map)
    let reloading = ConfigurationReloading(file)
    let router = try Router(
      file.settings, map: map, capabilities: capabilities, freshness: slot,
      inherited: inheritance?.sockets ?? InheritedSockets(), reading: { reloading.read() },
      telemetry: counts,
      whenBound: { () throws(RouterError) in
        do throws(PrivilegeError) { try privilege.bound() } catch { throw .notPrepared("\(error)") }
      }, whenApplied: wake)
    self.router = router
    // Not before: a thread that is there already keeps the rights that are given up.
    try log.begin()
    let certificatesInUse = CertificatesInUse()
    self.certificatesInUse = certificatesInUse
    reload = ReloadDuty(reloading, router.configuration)
    traces = try TraceDuty(router, file.settings, logger)
    // From here on the process before this one, if there is one, leaves its addresses and the sidecar's files to this one;
    // and this one has its clients, so that nothing may end it which they can do without.
    try Self.takeOver(from: inheritance, by: router, logger)
    http = try Self.unlessTakenOver(inheritance, logger) {
      try Self.startHTTP(file.settings, router, certificatesInUse, logger)
    }
    shares = ShareDuty(router, file.settings.home)
    news = RouterNews(router)
    events = EventLog(logger, file.log, counts)
    certificates = TLSDuty(file.settings)
    certificatesInUse.replace(by: certificates.expiries)
    freshness?.introduce(router, logger)
    if let page = file.settings.freshnessPagePath {
      shares.connect(page: page, routerID: FreshnessDuty.identity(of: router))
    }
    shares.look(at: map, logger)
    say(file.settings, map)
    report()
    restart.wait(for: router, logger, wake: wake)
    health = try Self.unlessTakenOver(inheritance, logger) {
      try HealthDuty(
        file.health, RouterView(router, version: RouterProgram.version),
        certificatesInUse, logger)
    }
    try privilege.started(logger)
    service.started()
  }

  /// Serves in another process's place from now on.
  private static func takeOver(
    from inheritance: Inheritance?, by router: Router, _ logger: Logger
  ) throws {
    guard let inheritance else { return }
    try inheritance.take(for: router)
    inheritance.sockets.closeRest()
    logger.notice("the sockets and clients of the process before this one are taken over")
  }

  /// Does what a start fails for that fails, but not where another process's clients have been taken over.
  private static func unlessTakenOver<Result>(
    _ inheritance: Inheritance?, _ logger: Logger, _ body: () throws -> Result?
  ) throws -> Result? {
    do {
      return try body()
    } catch  where inheritance != nil {
      logger.error("\(error)")
      return nil
    }
  }

  /// Looks whether another process has taken this one's place; true when the sessions that are left are to go.
  private mutating func isToLeave() -> Bool {
    switch restart.look(at: router, logger) {
    case .goOn: return false
    case .leave: return true
    case .retire(let processID):
      health?.close()
      health = nil
      http?.stop()
      service.retire(for: processID)
      freshness?.retire()
      shares.retire()
      return false
    }
  }

  /// Starts the HTTP server, where there is to be one.
  private static func startHTTP(
    _ settings: RouterSettings, _ router: Router, _ certificates: CertificatesInUse,
    _ logger: Logger
  ) throws -> RouterHTTPServer? {
    guard let http = settings.http else { return nil }
    let server = RouterHTTPServer(
      address: http.address, view: RouterView(router, version: RouterProgram.version),
      routes: [
        APIRoutes(id: name(settings)), PageRoutes(), MetricsRoutes(sources: [certificates]),
      ], logger: logger)
    let address = try AddressPatience.start { try server.start() }
    logger.notice("listening on \(address) (HTTP)")
    return server
  }

  /// What the router is called among others.
  private static func name(_ settings: RouterSettings) -> String {
    settings.home?.router ?? ProcessInfo.processInfo.hostName
  }

  /// What every line of a log for programs says of the router.
  private static func fields(_ settings: RouterSettings) -> Logger.Metadata {
    var fields: Logger.Metadata = [:]
    if let region = settings.region { fields["region"] = "\(region)" }
    if let home = settings.home {
      fields["pool"] = "\(home.pool)"
      if let router = home.router { fields["router"] = "\(router)" }
    }
    return fields
  }

  private func say(_ settings: RouterSettings, _ map: CompiledMap) {
    for warning in LocationWarning.all(settings, map) { logger.warning("\(warning)") }
    for warning in CertificateWarning.all(certificates.material, at: .now)
      + BindingWarning.all(settings)
    {
      logger.warning("\(warning)")
    }
    logger.notice(
      "map \(map.header.mapVersion) in use: \(map.header.counts.tenants) tenants on \(map.header.counts.shards) shards"
    )
    if let home = settings.home {
      logger.notice("serving pool \(home.pool)\(home.router.map { " as \($0)" } ?? "")")
    }
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
    if reload.look(logger) { useConfiguration() }
    if let material = certificates.look(logger) { renew(material) }
    if freshness?.tell(about: router.map, logger) == true { router.noteFreshness() }
    news.look()
    shares.look(at: router.map, logger)
    report()
    events.write(router.reports, router.probes, router.adminReport)
    health?.look(at: router)
    service.look(at: router)
  }

  private mutating func lookAtMap() {
    switch watcher.look() {
    case nil: router.releaseUnusedMaps()
    case .newer(let map):
      router.publish(map)
      refusal = nil
      sayHome(by: map)
      logger.notice(
        "map \(map.header.mapVersion) handed to the workers: \(map.header.counts.tenants) tenants")
    case .refused(let why):
      refusal = why
      news.refused(why)
      logger.error(
        "new map file refused, version \(router.map.header.mapVersion) stays in use: \(why)")
    }
  }

  /// A map by which the router can serve nobody is taken all the same: it is what the fleet agreed on.
  private func sayHome(by map: CompiledMap) {
    do throws(HomeFault) {
      try home?.check(against: map)
    } catch {
      logger.error(
        "map \(map.header.mapVersion) leaves this router without tenants, new sessions are refused: \(error)"
      )
    }
  }

  /// What of a new configuration isn't the workers'.
  private mutating func useConfiguration() {
    logger.logLevel = reload.file.log.level
    events.setLevel(logger.logLevel)
    if settings.tls != nil || settings.serverTLS != nil { renew(certificates.take(settings)) }
  }

  /// Has new connections encrypted with what there is now.
  private func renew(_ material: TLSMaterial) {
    router.renewTLS(material)
    certificatesInUse.replace(by: certificates.expiries)
    let names = certificates.expiries.flatMap(\.names)
    if !names.isEmpty { router.outbox.put(.certificateRenewed(names: names)) }
  }

  /// What is in force.
  private var settings: RouterSettings { router.configuration.edition.settings }

  private func report() { freshness?.report(router, refusal) }

  private func logCounters() {
    let sums =
      WorkerCounter.allCases.map { "\($0.name)=\(router.count($0))" }
      + TelemetryCounter.allCases.map { "\($0.name)=\(router.telemetry.value($0))" }
    let configuration = router.configuration
    logger.notice("counters: \(sums.joined(separator: " "))")
    logger.notice(
      "configuration \(configuration.edition.version): reloads_taken=\(configuration.takenCount) reloads_refused=\(configuration.refusedCount)"
    )
    if let freshness { logger.notice("\(freshness.summary(of: router.map))") }
    if let probes = router.probes {
      logger.notice("\(ProbeText.summary(probes, router.probeSummary))")
    }
  }

  private func drain(_ plan: DrainPlan) {
    logger.notice(
      "draining: not ready from now on, accepting for \(plan.keepAccepting), ending within \(plan.deadline)"
    )
    router.drain(plan)
    router.outbox.put(
      .drainBegun("accepting for \(plan.keepAccepting), ending within \(plan.deadline)"))
    service.stopping(within: plan.deadline)
  }

  /// Lets go of the sessions that could not be handed over: no new ones come any more.
  private func leave() {
    var plan = settings.drain ?? DrainPlan()
    plan.keepAccepting = .zero
    plan.leavesBacklog = true
    drain(plan)
  }

  private mutating func stop(within limit: Duration) {
    logger.notice("stopping; sessions have \(limit) to end")
    // A takeover that has begun goes on: sessions may still come to the end of their transactions.
    if !restart.isRetired { restart.close() }
    service.stopping(within: limit)
    end()
  }

  /// Ends what runs, and says what was done.
  private mutating func end() {
    health?.close()
    http?.stop()
    router.stop()
    restart.close()
    events.write(router.reports, router.probes, router.adminReport)
    logCounters()
    shares.close()
    freshness?.close()
    traces.stop()
    log.close()
  }
}
