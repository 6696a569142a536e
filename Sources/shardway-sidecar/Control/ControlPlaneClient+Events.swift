import AsyncHTTPClient
import FoundationEssentials
import MapSync
import NIOCore
import NIOHTTP1

extension ControlPlaneClient {
  /// How long a report may take.
  static let reportSeconds: Int64 = 10

  /// Reads events until the stream ends, for whatever reason.
  func events(
    _ controlPlane: Int, after: UInt64, _ event: @Sendable (SyncEvent) -> Void
  ) async {
    do {
      var request = try request(controlPlane, "/v1/events")
      request.headers.add(name: "Last-Event-ID", value: "\(after)")
      request.headers.add(name: "Accept", value: "text/event-stream")
      let response = try await http.execute(
        request, deadline: .now() + .seconds(Self.reportSeconds))
      guard response.status == .ok else { return }
      event(.eventsOpened)
      var parser = EventStreamParser()
      for try await piece in response.body {
        for id in parser.receive(piece.readableBytesView) { event(.hint(id)) }
      }
    } catch {
      // A stream that ends is opened again; why it ended is of no use to anybody.
    }
  }

  /// Reports how a router stands; gives what the control plane answers, if it is more than a receipt.
  /// Throws what the log should say.
  func report(
    _ report: StatusReport, router: String, to controlPlane: Int
  ) async throws -> StatusAnswer? {
    var request = try request(controlPlane, "/v1/routers/\(router)/status")
    request.method = .POST
    request.headers.add(name: "Content-Type", value: "application/json")
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    request.body = .bytes(ByteBuffer(bytes: try encoder.encode(report)))
    let response = try await http.execute(
      request, deadline: .now() + .seconds(Self.reportSeconds))
    guard (200..<300).contains(response.status.code) else {
      let problem = await Problem(response, limit: 4096)
      throw ReportFault(description: "answers \(response.status.code): \(problem.text)")
    }
    guard response.status == .ok else { return nil }
    let body = try await response.body.collect(upTo: StatusAnswer.limit)
    return StatusAnswer(body: Array(body.readableBytesView))
  }

  /// Why a report was not taken.
  struct ReportFault: Error, CustomStringConvertible { let description: String }
}
