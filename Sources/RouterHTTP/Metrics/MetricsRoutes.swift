internal import HTTPTypes
public import Hummingbird
internal import NIOCore
internal import Synchronization

/// `GET /metrics`: all that the router measures, for Prometheus.
public struct MetricsRoutes: RouteGroup {
  private let sources: [any MetricSource]

  /// The router's own metrics, and those of `sources`.
  public init(sources: [any MetricSource] = []) { self.sources = sources }

  /// Adds the path.
  public func add(to routes: HTTPRoutes, of view: RouterView) {
    let scrapes = ScrapeGate(limit: MetricsLimits.scrapes)
    let census = CensusTaker(view)
    routes.get("metrics") { request, _ in
      guard scrapes.enter() else { return Self.busy }
      await census.take()
      let format = MetricsText.Format(accept: request.headers[.accept])
      var text = MetricsText(format, expectedBytes: scrapes.expectedBytes)
      RouterMetrics(view, scrapes.counts).write(to: &text)
      for source in sources { source.write(to: &text) }
      text.finish()
      scrapes.wrote(text.bytes.count)
      return Self.answer(text, scrapes)
    }
  }

  /// The text, piece by piece: whoever doesn't read keeps its place among the scrapes until it is cut off.
  private static func answer(_ text: MetricsText, _ scrapes: ScrapeGate) -> Response {
    let ticket = ScrapeTicket(scrapes)
    let buffer = ByteBuffer(bytes: text.bytes)
    let body = ResponseBody(contentLength: buffer.readableBytes) { writer in
      defer { ticket.giveBack() }
      var rest = buffer
      while let piece = rest.readSlice(
        length: min(rest.readableBytes, MetricsLimits.pieceBytes)), piece.readableBytes > 0
      {
        try await writer.write(piece)
      }
      try await writer.finish(nil)
    }
    return Response(
      status: .ok, headers: [.contentType: text.format.contentType], body: body)
  }

  private static var busy: Response {
    Response(
      status: .serviceUnavailable, headers: [.retryAfter: "1", .contentType: "text/plain"],
      body: ResponseBody(
        byteBuffer: ByteBuffer(
          string: "\(MetricsLimits.scrapes) scrapes are under way; come again in a second\n")))
  }
}

/// How many scrapes there are and were.
struct ScrapeCounts: Sendable {
  var served: UInt64 = 0
  var refused: UInt64 = 0
  var underWay = 0
}

/// Lets so many scrapes in at a time.
final class ScrapeGate: Sendable {
  private struct State {
    var counts = ScrapeCounts()
    var largest = 64 << 10
  }

  private let limit: Int
  private let state = Mutex(State())

  init(limit: Int) { self.limit = limit }

  /// Whether one more may begin.
  func enter() -> Bool {
    state.withLock { state in
      guard state.counts.underWay < limit else {
        state.counts.refused += 1
        return false
      }
      state.counts.underWay += 1
      state.counts.served += 1
      return true
    }
  }

  /// One has ended.
  func leave() { state.withLock { $0.counts.underWay -= 1 } }

  /// How long a text was: the next is about as long.
  func wrote(_ bytes: Int) { state.withLock { $0.largest = bytes + bytes / 8 } }

  var expectedBytes: Int { state.withLock { $0.largest } }

  var counts: ScrapeCounts { state.withLock { $0.counts } }
}

/// The place of one scrape: given back when its answer is written, or nobody will write it any more.
private final class ScrapeTicket: Sendable {
  private let gate: ScrapeGate
  private let isOut = Mutex(true)

  init(_ gate: ScrapeGate) { self.gate = gate }

  deinit { giveBack() }

  func giveBack() {
    let wasOut = isOut.withLock { isOut in
      defer { isOut = false }
      return isOut
    }
    if wasOut { gate.leave() }
  }
}
