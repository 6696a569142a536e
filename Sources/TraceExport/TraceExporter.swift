internal import AsyncHTTPClient
import Glibc
public import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization
public import Telemetry
public import Threads

/// Sends what workers tell of requests to an OpenTelemetry collector, on two threads of its own: one that gathers and waits, and one for the
/// network.
///
/// Nobody waits for it. A collector that is away, slow, or never answers costs spans, which are counted: what the workers' queues have no room
/// for, and what is given up after ``ExportLimits/attempts``.
public final class TraceExporter: Sendable {
  private let collector: Collector
  private let queues: [EventQueue<SpanRecord>]
  private let resource: OTLPMessage.Resource
  private let counts: TelemetryCounts
  private let logger: Logger
  private let stopping = StopSignal()
  private let hasEnded = Atomic<Bool>(false)

  /// An exporter, which begins with ``start()``.
  ///
  /// - Parameters:
  ///   - endpoint: where the collector takes spans by OTLP/HTTP, as `http://127.0.0.1:4318/v1/traces`.
  ///   - queues: what the workers write into; nobody else reads them.
  ///   - resource: who tells.
  ///   - counts: what becomes of the spans is counted here.
  ///   - logger: told when the collector goes away and comes back.
  public init(
    endpoint: String, queues: [EventQueue<SpanRecord>], resource: OTLPMessage.Resource,
    counts: TelemetryCounts, logger: Logger
  ) {
    collector = Collector(endpoint)
    self.queues = queues
    self.resource = resource
    self.counts = counts
    self.logger = logger
  }

  /// Starts the thread.
  ///
  /// - Throws: ``ThreadError`` when the system has none left.
  public func start() throws(ThreadError) {
    try JoinableThread { [self] in
      run()
      hasEnded.store(true, ordering: .releasing)
    }.detach()
  }

  /// Sends what is left, for so long at most, and ends. Once only, after ``start()``.
  public func stop(within time: Duration = ExportLimits.farewell) {
    stopping.signal()
    let limit = ContinuousClock.now.advanced(by: time)
    while !hasEnded.load(ordering: .acquiring), ContinuousClock.now < limit { usleep(10_000) }
    // A request that is still under way fails with this.
    collector.close()
  }

  // MARK: The thread

  private func run() {
    var machine = ExportMachine()
    var watch = CollectorWatch()
    var identifiers = TraceIdentifiers(seed: .random(in: 0 ... .max))
    var pause: UInt64 = 0
    while true {
      let isEnding = stopping.wait(upToMilliseconds: Int32(clamping: pause / 1_000_000 + 1))
      gather(&machine)
      switch machine.next(at: Self.now, isEnding: isEnding) {
      case .gather(let until), .pause(let until):
        if isEnding { return }
        pause = until > Self.now ? until - Self.now : 0
      case .send:
        let (outcome, why) = collector.send(encoded(machine.message))
        watch.note(why, logger)
        count(
          machine.ended(outcome, at: Self.now, spread: identifiers.bits()), of: machine, outcome)
        if isEnding, outcome != .taken { return giveUp(machine) }
        pause = 0
      }
    }
  }

  private func gather(_ machine: inout ExportMachine) {
    for queue in queues {
      var records: [SpanRecord] = []
      while records.count < machine.room, let record = queue.take() { records.append(record) }
      machine.take(records, at: Self.now)
    }
  }

  private func encoded(_ records: [SpanRecord]) -> [UInt8] {
    let offset = Self.wallNanoseconds - Int64(bitPattern: Self.now)
    return OTLPMessage.encode(records, of: resource, wallOffset: offset)
  }

  private func count(
    _ result: ExportMachine.Result?, of machine: ExportMachine, _ outcome: ExportMachine.Outcome
  ) {
    if outcome != .taken { counts.add(.exportsFailed) }
    switch result {
    case .exported(let count): counts.add(.spansExported, count)
    case .lost(let count): counts.add(.spansLost, count)
    case nil: break
    }
  }

  /// The router ends: what the collector hasn't taken by now is lost.
  private func giveUp(_ machine: ExportMachine) { counts.add(.spansLost, machine.message.count) }

  // MARK: Clocks

  private static var now: UInt64 { UInt64(nanoseconds(CLOCK_MONOTONIC)) }
  private static var wallNanoseconds: Int64 { nanoseconds(CLOCK_REALTIME) }

  private static func nanoseconds(_ clock: clockid_t) -> Int64 {
    var time = timespec()
    clock_gettime(clock, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}

/// Says once that the collector doesn't take spans, and once that it does again.
private struct CollectorWatch {
  private var isAway = false

  /// Notes why a message was not taken; nil where it was.
  mutating func note(_ why: String?, _ logger: Logger) {
    switch why {
    case nil where isAway: logger.notice("the collector takes traces again")
    case let why? where !isAway:
      logger.warning("the collector takes no traces, which are dropped meanwhile: \(why)")
    default: break
    }
    isAway = why != nil
  }
}
