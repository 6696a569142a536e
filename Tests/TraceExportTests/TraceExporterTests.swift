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

  @Test("what workers put into their queues arrives, from all of them")
  func arrives() async throws {
    let collector = StandIn()
    try await collector.run { port in
      let counts = TelemetryCounts()
      let queues = (0..<2).map { _ in EventQueue<SpanRecord>(capacity: 16) }
      let exporter = Self.exporter(port, queues, counts)
      try exporter.start()
      for queue in queues {
        for record in ExportMachineTests.records(5) { queue.put(record) }
      }
      try await Self.until { counts.value(.spansExported) == 10 }
      exporter.stop()
      // Each with a wait and a server's part.
      #expect(collector.spans.count == 30)
      #expect(counts.value(.spansLost) == 0 && counts.value(.exportsFailed) == 0)
    }
  }

  @Test("what is left is sent when the exporter is stopped")
  func farewell() async throws {
    let collector = StandIn()
    try await collector.run { port in
      let counts = TelemetryCounts()
      let queue = EventQueue<SpanRecord>(capacity: 2000)
      for record in ExportMachineTests.records(600) { queue.put(record) }
      let exporter = Self.exporter(port, [queue], counts)
      try exporter.start()
      exporter.stop(within: .seconds(30))
      #expect(counts.value(.spansExported) == 600)
    }
  }

  @Test("a collector that is busy is asked again, and gets everything once")
  func busy() async throws {
    let collector = StandIn([.serviceUnavailable, .tooManyRequests])
    try await collector.run { port in
      let counts = TelemetryCounts()
      let queue = EventQueue<SpanRecord>(capacity: 16)
      for record in ExportMachineTests.records(4) { queue.put(record) }
      let exporter = Self.exporter(port, [queue], counts)
      try exporter.start()
      try await Self.until { counts.value(.spansExported) == 4 }
      #expect(counts.value(.exportsFailed) == 2 && counts.value(.spansLost) == 0)
      #expect(collector.messages.withLock { $0.count } == 3)
      exporter.stop()
    }
  }

  @Test("what a collector rejects is lost, and counted")
  func rejected() async throws {
    let collector = StandIn([.badRequest])
    try await collector.run { port in
      let counts = TelemetryCounts()
      let queue = EventQueue<SpanRecord>(capacity: 16)
      for record in ExportMachineTests.records(4) { queue.put(record) }
      let exporter = Self.exporter(port, [queue], counts)
      try exporter.start()
      try await Self.until { counts.value(.spansLost) == 4 }
      exporter.stop()
      #expect(counts.value(.spansExported) == 0)
    }
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
    let began = ContinuousClock.now
    exporter.stop()
    #expect(ContinuousClock.now - began < .seconds(5))
    #expect(counts.value(.spansExported) == 0)
  }
}
