import DataPlane
import Glibc
import Logging
import Routing
import Telemetry

/// Writes what workers and prober tell into the log, so many lines of a kind a second and then how many were left out.
struct EventLog {
  private var logger: Logger
  private let counts: TelemetryCounts
  private var throttle: LogThrottle
  private var dropped = 0

  init(_ logger: Logger, _ settings: LogSettings, _ counts: TelemetryCounts) {
    self.logger = logger
    self.counts = counts
    throttle = LogThrottle(perCauseASecond: settings.perCauseASecond, now: Self.now)
  }

  private static var now: UInt64 { LiveClock.now.nanoseconds(since: .origin) }

  /// Writes from now on what is of this level or above.
  mutating func setLevel(_ level: Logger.Level) { logger.logLevel = level }

  /// Takes all events that are there.
  mutating func write(
    _ reports: [WorkerReport], _ probes: ProberReport?, _ admin: AdminReport?
  ) {
    for suppressed in throttle.turn(at: Self.now) { tell(suppressed) }
    for report in reports {
      while let event = report.events.take() { write(event) }
    }
    while let event = probes?.events.take() { write(event) }
    while let event = admin?.events.take() { write(event) }
    let lost =
      reports.reduce(0) { $0 + $1.events.droppedCount } + (probes?.events.droppedCount ?? 0)
      + (admin?.events.droppedCount ?? 0)
    if lost > dropped {
      logger.warning("\(lost - dropped) events lost: more came than could be written")
    }
    dropped = lost
  }

  private func tell(_ suppressed: LogThrottle.Suppressed) {
    counts.add(.logLinesSuppressed, suppressed.count)
    logger.warning(
      "suppressed: \(suppressed.count) more lines of one second: \(suppressed.cause)",
      metadata: ["cause": "\(suppressed.cause)", "suppressed": "\(suppressed.count)"])
  }

  private mutating func write(_ event: ProbeEvent) {
    guard throttle.mayWrite(event.kind.name) else { return }
    logger.log(
      level: event.kind.level, "\(event.instance) \(event.kind.text)",
      metadata: ["instance": "\(event.address)"])
  }

  /// Orders are written however many come: who did what must be found again.
  private mutating func write(_ event: AdminEvent) {
    guard event.kind.isOrder || throttle.mayWrite(event.kind.name) else { return }
    var metadata: Logger.Metadata = [:]
    if !event.user.isEmpty { metadata["user"] = "\(event.user.onOneLine)" }
    if let address = event.address { metadata["client"] = "\(address)" }
    logger.log(
      level: event.kind.level, "admin console: \(event.kind.text.onOneLine)", metadata: metadata)
  }

  private mutating func write(_ event: WorkerEvent) {
    guard throttle.mayWrite(event.kind.name) else { return }
    var metadata: Logger.Metadata = [:]
    if !event.tenant.isEmpty {
      metadata["tenant"] = "\(String(decoding: event.tenant, as: UTF8.self))"
    }
    if let address = event.address { metadata["instance"] = "\(address)" }
    if case .refused(let sqlState, _) = event.kind { metadata["sqlstate"] = "\(sqlState)" }
    if let client = event.client { add(client, to: &metadata) }
    logger.log(level: event.kind.level, "\(event.kind.text)", metadata: metadata)
  }

  private func add(_ client: EventClient, to metadata: inout Logger.Metadata) {
    metadata["session"] = "\(Hexadecimal.text(client.session))"
    metadata["request"] = "\(Hexadecimal.text(client.request))"
    if let trace = client.trace { metadata["trace_id"] = "\(trace.text)" }
    if let address = client.address { metadata["client"] = "\(address)" }
    if !client.shard.isEmpty {
      metadata["shard"] = "\(String(decoding: client.shard, as: UTF8.self))"
    }
  }
}

extension WorkerEvent.Kind {
  fileprivate var name: String {
    switch self {
    case .refused(let sqlState, _): "refused \(sqlState)"
    case .connectFailed: "connect failed"
    case .acceptFailed: "accept failed"
    case .overflowLimit: "overflow limit"
    case .overload: "overload"
    case .acceptPace: "accepting"
    case .tlsFailed: "TLS failed"
    case .tlsNotRenewed: "TLS not renewed"
    case .proxyRefused: "PROXY header refused"
    case .notBound: "worker not bound"
    }
  }

  fileprivate var level: Logger.Level {
    switch self {
    case .refused, .tlsFailed(_, isClient: true): .info
    case .connectFailed, .overflowLimit, .proxyRefused, .notBound,
      .tlsFailed(_, isClient: false):
      .warning
    case .overload, .acceptPace: isRelief ? .notice : .warning
    case .acceptFailed, .tlsNotRenewed: .error
    }
  }

  fileprivate var text: String {
    switch self {
    case .refused(let sqlState, let message): "client refused: \(sqlState) \(message)"
    case .connectFailed(let errno): "server connection failed: \(String(cString: strerror(errno)))"
    case .acceptFailed(let errno): "accept failed: \(String(cString: strerror(errno)))"
    case .overload, .acceptPace: shortageText
    case .tlsFailed(let failure, let isClient):
      "TLS \(isClient ? "of a client" : "to a server") failed: \(failure)"
    case .tlsNotRenewed(let reason): "certificates stay as they were: \(reason)"
    case .proxyRefused(let why): "connection ended: \(why)"
    case .overflowLimit: "session cut: slow receivers hold limits.relayMiBPerWorker"
    case .notBound(let worker, let core, let errno):
      "worker \(worker) can't be bound to core \(core), and runs on any: \(String(cString: strerror(errno)))"
    }
  }
}

extension ProbeEvent.Kind {
  fileprivate var name: String {
    switch self {
    case .failed: "probe failed"
    case .recovered: "probe recovered"
    case .contradiction: "role contradiction"
    case .agreement: "role agreement"
    }
  }

  fileprivate var level: Logger.Level {
    switch self {
    case .failed, .contradiction: .warning
    case .recovered, .agreement: .notice
    }
  }

  fileprivate var text: String {
    switch self {
    case .failed(let failure): "can't be sampled: \(failure)"
    case .recovered: "is sampled again"
    case .contradiction(.primaryReplays):
      "is a primary by the map, and replays another server's log: the map may be out of date"
    case .contradiction(.replicaWrites):
      "is a replica by the map, and takes writes: the map may be out of date"
    case .agreement: "is what the map says again"
    }
  }
}

extension String {
  /// Without what would begin another line, or tell a terminal to do something.
  fileprivate var onOneLine: String {
    String(
      String.UnicodeScalarView(
        unicodeScalars.map { $0.properties.generalCategory == .control ? "?" : $0 }))
  }
}

extension AdminEvent.Kind {
  fileprivate var isOrder: Bool {
    switch self {
    case .ordered, .ended: true
    case .loggedIn, .rejected, .acceptFailed: false
    }
  }

  fileprivate var name: String {
    switch self {
    case .loggedIn: "admin logged in"
    case .rejected: "admin rejected"
    case .ordered, .ended: "admin order"
    case .acceptFailed: "admin accept failed"
    }
  }

  fileprivate var level: Logger.Level {
    switch self {
    case .loggedIn: .info
    case .rejected: .warning
    case .ordered, .ended: .notice
    case .acceptFailed: .error
    }
  }

  fileprivate var text: String {
    switch self {
    case .loggedIn: "logged in"
    case .rejected(let isGuess): isGuess ? "wrong user or password" : "login refused"
    case .ordered(let order): "\(order) ordered"
    case .ended(let order, let outcome): "\(order): \(outcome)"
    case .acceptFailed(let errno): "accept failed: \(String(cString: strerror(errno)))"
    }
  }
}
