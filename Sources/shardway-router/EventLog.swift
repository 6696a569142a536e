import DataPlane
import Glibc
import Logging
import Telemetry

/// Writes what the workers tell into the log, so many lines of a kind a second and then how many were left out.
struct EventLog {
  /// Lines of one kind in one second.
  static let linesAKind = 20

  private let logger: Logger
  private var window = ContinuousClock.now
  private var written: [String: Int] = [:]
  private var dropped = 0

  init(_ logger: Logger) { self.logger = logger }

  /// Takes all events that are there.
  mutating func write(_ reports: [WorkerReport]) {
    if window.duration(to: .now) > .seconds(1) { startWindow() }
    for report in reports {
      while let event = report.events.take() { write(event) }
    }
    let lost = reports.reduce(0) { $0 + $1.events.droppedCount }
    if lost > dropped {
      logger.warning("\(lost - dropped) events lost: more came than could be written")
    }
    dropped = lost
  }

  private mutating func startWindow() {
    for (kind, count) in written where count > Self.linesAKind {
      logger.warning("\(count - Self.linesAKind) more lines left out: \(kind)")
    }
    written = [:]
    window = .now
  }

  private mutating func write(_ event: WorkerEvent) {
    written[event.kind.name, default: 0] += 1
    guard written[event.kind.name]! <= Self.linesAKind else { return }
    var metadata: Logger.Metadata = [:]
    if !event.tenant.isEmpty {
      metadata["tenant"] = "\(String(decoding: event.tenant, as: UTF8.self))"
    }
    if let address = event.address { metadata["instance"] = "\(address)" }
    logger.log(level: event.kind.level, "\(event.kind.text)", metadata: metadata)
  }
}

extension WorkerEvent.Kind {
  fileprivate var name: String {
    switch self {
    case .refused(let sqlState, _): "refused \(sqlState)"
    case .connectFailed: "connect failed"
    case .acceptFailed: "accept failed"
    case .overflowLimit: "overflow limit"
    }
  }

  fileprivate var level: Logger.Level {
    switch self {
    case .refused: .info
    case .connectFailed, .overflowLimit: .warning
    case .acceptFailed: .error
    }
  }

  fileprivate var text: String {
    switch self {
    case .refused(let sqlState, let message): "client refused: \(sqlState) \(message)"
    case .connectFailed(let errno): "server connection failed: \(String(cString: strerror(errno)))"
    case .acceptFailed(let errno): "accept failed: \(String(cString: strerror(errno)))"
    case .overflowLimit: "session cut: slow receivers hold limits.relayMiBPerWorker"
    }
  }
}
