import Foundation
import Hummingbird
import Logging
import NIOCore
import Synchronization
import Telemetry
import Testing
import TraceExport

/// The exporter and a collector on loopback.
@Suite(.timeLimit(.minutes(10))) struct TraceExporterTests {
  /// A collector that answers with a status and remembers what it was sent.
  private final class StandIn: Sendable {
    let statuses: Mutex<[HTTPResponse.Status]>
    let messages = Mutex<[[UInt8]]>([])

    /// Answers with these one after the other, and with 200 when they are used up.
    init(_ statuses: [HTTPResponse.Status] = []) { self.statuses = Mutex(statuses) }

    /// Runs `body` while the collector listens at a port.
    func run(_ body: @Sendable @escaping (_ port: Int) async throws -> Void) async throws {
      let router = Router()
      router.post("/v1/traces") { [self] request, _ in
        var buffer = try await request.body.collect(upTo: 4 << 20)
        messages.withLock { $0.append(buffer.readBytes(length: buffer.readableBytes) ?? []) }
        return statuses.withLock { $0.isEmpty ? HTTPResponse.Status.ok : $0.removeFirst() }
      }
      let (ports, found) = AsyncStream.makeStream(of: Int.self)
      let application = Application(
        router: router,
        configuration: .init(address: .hostname("127.0.0.1", port: 0)),
        onServerRunning: { found.yield($0.localAddress?.port ?? 0) },
        logger: Self.silent)
      let service = Task { try await application.runService(gracefulShutdownSignals: []) }
      defer { service.cancel() }
      for await port in ports {
        try await body(port)
        break
      }
    }

    static let silent = Logger(label: "collector") { _ in SwiftLogNoOpLogHandler() }

    var spans: [[String: Any]] {
      messages.withLock { $0 }.flatMap { (try? OTLPMessageTests.spans($0)) ?? [] }
    }
  }

  private static func exporter(
    _ port: Int, _ queues: [EventQueue<SpanRecord>], _ counts: TelemetryCounts
  ) -> TraceExporter {
    TraceExporter(
      endpoint: "http://127.0.0.1:\(port)/v1/traces", queues: queues,
      resource: OTLPMessage.Resource(instance: "r1"), counts: counts, logger: StandIn.silent)
  }

  private static func until(_ condition: () -> Bool) async throws {
    while !condition() { try await Task.sleep(for: .milliseconds(5)) }
  }

  /// Stops an exporter on a thread that may wait: those that tests and the collector share may not.
  private static func stop(
    _ exporter: TraceExporter, within time: Duration = ExportLimits.farewell
  ) async {
    await withCheckedContinuation { (done: CheckedContinuation<Void, Never>) in
      Thread.detachNewThread {
        exporter.stop(within: time)
        done.resume()
      }
    }
  }

  /// Runs a scenario, and runs it afresh, a few times, where spans were lost: the collector shares
  /// its threads with all tests, and what it doesn't answer in time is rightly given up in the end.
  private static func untilNothingIsLost(
    _ scenario: (TelemetryCounts) async throws -> Void
  ) async throws {
    for _ in 0..<5 {
      let counts = TelemetryCounts()
      try await scenario(counts)
      if counts.value(.spansLost) == 0 { return }
    }
    Issue.record("a collector takes nothing in time, however often it is asked")
  }

  /// Waits until it is settled what becomes of so many requests.
  private static func untilSettled(_ count: UInt64, _ counts: TelemetryCounts) async throws {
    try await until { counts.value(.spansExported) + counts.value(.spansLost) >= count }
  }

  @Test("what workers put into their queues arrives, from all of them")
  func arrives() async throws {
    try await Self.untilNothingIsLost { counts in
      let collector = StandIn()
      try await collector.run { port in
        let queues = (0..<2).map { _ in EventQueue<SpanRecord>(capacity: 16) }
        let exporter = Self.exporter(port, queues, counts)
        try exporter.start()
        for (number, queue) in queues.enumerated() {
          let records = ExportMachineTests.records(5, from: UInt64(5 * number + 1))
          for record in records { queue.put(record) }
        }
        try await Self.untilSettled(10, counts)
        await Self.stop(exporter)
      }
      guard counts.value(.spansLost) == 0 else { return }
      // Each with a wait and a server's part; what was answered too late has come twice.
      let arrived = collector.spans.map { "\($0["traceId"] ?? "")/\($0["spanId"] ?? "")" }
      #expect(Set(arrived).count == 30)
    }
  }

  @Test("what is left is sent when the exporter is stopped")
  func farewell() async throws {
    try await Self.untilNothingIsLost { counts in
      try await StandIn().run { port in
        let queue = EventQueue<SpanRecord>(capacity: 2000)
        for record in ExportMachineTests.records(600) { queue.put(record) }
        let exporter = Self.exporter(port, [queue], counts)
        try exporter.start()
        await Self.stop(exporter, within: .seconds(120))
      }
      if counts.value(.spansLost) == 0 { #expect(counts.value(.spansExported) == 600) }
    }
  }

  @Test("a collector that is busy is asked again, and gets everything once")
  func busy() async throws {
    try await Self.untilNothingIsLost { counts in
      let collector = StandIn([.serviceUnavailable, .tooManyRequests])
      try await collector.run { port in
        let queue = EventQueue<SpanRecord>(capacity: 16)
        for record in ExportMachineTests.records(4) { queue.put(record) }
        let exporter = Self.exporter(port, [queue], counts)
        try exporter.start()
        try await Self.untilSettled(4, counts)
        await Self.stop(exporter)
      }
      guard counts.value(.spansLost) == 0 else { return }
      // Beyond the two that were refused there may be some that came, or were answered, too late.
      let late = Int(counts.value(.exportsFailed)) - 2
      #expect(late >= 0)
      #expect((3...3 + max(late, 0)).contains(collector.messages.withLock { $0.count }))
    }
  }

  @Test("what a collector rejects is lost, and counted")
  func rejected() async throws {
    // What was answered too late is sent again: then once more from the beginning.
    for _ in 0..<5 {
      let collector = StandIn(Array(repeating: .badRequest, count: 100))
      try await collector.run { port in
        let counts = TelemetryCounts()
        let queue = EventQueue<SpanRecord>(capacity: 16)
        for record in ExportMachineTests.records(4) { queue.put(record) }
        let exporter = Self.exporter(port, [queue], counts)
        try exporter.start()
        try await Self.until { counts.value(.spansLost) == 4 }
        await Self.stop(exporter)
        #expect(counts.value(.spansExported) == 0)
      }
      if collector.messages.withLock({ $0.count }) == 1 { return }
    }
    Issue.record("what was rejected is sent again")
  }

  @Test("where nobody listens the queue fills, drops and counts, and stopping takes a moment")
  func nobody() async throws {
    let counts = TelemetryCounts()
    let queue = EventQueue<SpanRecord>(capacity: 8)
    // Port 1 of loopback: nobody listens there.
    let exporter = Self.exporter(1, [queue], counts)
    try exporter.start()
    try await Self.until {
      queue.put(ExportMachineTests.records(1)[0])
      return queue.droppedCount > 0 && counts.value(.exportsFailed) > 0
    }
    // It ends by itself, long before its time is over.
    let began = ContinuousClock.now
    await Self.stop(exporter, within: .seconds(120))
    #expect(ContinuousClock.now - began < .seconds(60))
    #expect(counts.value(.spansExported) == 0)
  }
}
