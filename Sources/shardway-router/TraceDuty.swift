import DataPlane
import Logging
import Telemetry
import Threads
import TraceExport

/// Sends the workers' traces to the collector, where one is configured.
struct TraceDuty {
  private let exporter: TraceExporter?

  /// Begins to send.
  init(_ router: Router, _ settings: RouterSettings, _ logger: Logger) throws(ThreadError) {
    guard let tracing = settings.tracing else {
      exporter = nil
      return
    }
    let exporter = TraceExporter(
      endpoint: tracing.endpoint, queues: router.reports.compactMap(\.spans),
      resource: OTLPMessage.Resource(
        instance: settings.home?.router ?? router.addresses.first.map { "\($0)" } ?? "",
        region: settings.region ?? "", pool: settings.home?.pool ?? ""),
      counts: router.telemetry, logger: logger)
    try exporter.start()
    self.exporter = exporter
    let percent = tracing.sampling.ratio * 100
    logger.notice(
      "traces go to \(tracing.endpoint): \(percent) % of requests, and all that fail or take \(tracing.sampling.slowNanoseconds / 1_000_000) ms"
    )
  }

  /// Sends what is left, as long as that takes a moment only.
  func stop() { exporter?.stop() }
}
