internal import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOPosix

/// The connection to a collector: OTLP over HTTP/1.1, one request at a time.
struct Collector: Sendable {
  private let url: String
  private let client: HTTPClient
  private let group: MultiThreadedEventLoopGroup

  /// A client with one thread for the network; nothing is connected yet.
  init(_ url: String) {
    self.url = url
    group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    var configuration = HTTPClient.Configuration(
      redirectConfiguration: .disallow,
      timeout: .init(connect: .seconds(2), read: Self.limit))
    configuration.httpVersion = .http1Only
    // The machine says again when to try: a client that does so by itself would hide what happens.
    configuration.connectionPool.retryConnectionEstablishment = false
    client = HTTPClient(eventLoopGroupProvider: .shared(group), configuration: configuration)
  }

  private static var limit: TimeAmount {
    .nanoseconds(ExportLimits.answer.components.seconds * 1_000_000_000)
  }

  /// Sends a message and waits for the answer, ``ExportLimits/answer`` at most: how it went, and where it went wrong why.
  func send(_ message: [UInt8]) -> (outcome: ExportMachine.Outcome, why: String?) {
    do {
      let request = try HTTPClient.Request(
        url: url, method: .POST, headers: ["Content-Type": "application/json"],
        body: .bytes(message))
      let answer = try client.execute(
        request: request,
        delegate: ResponseAccumulator(request: request, maxBodySize: ExportLimits.answerBytes),
        deadline: .now() + Self.limit
      ).wait()
      return Self.outcome(
        status: Int(answer.status.code), retryAfter: answer.headers.first(name: "Retry-After"))
    } catch {
      return (.failed(retryAfter: nil), "\(url): \(error)")
    }
  }

  /// What an answer means (OTLP, "OTLP/HTTP Response": of errors, four may be tried again).
  static func outcome(
    status: Int, retryAfter: String?
  ) -> (outcome: ExportMachine.Outcome, why: String?) {
    switch status {
    case 200..<300: return (.taken, nil)
    case 429, 502, 503, 504:
      let seconds = retryAfter.flatMap { UInt64($0) }.map { min($0, 3600) }
      return (.failed(retryAfter: seconds.map { $0 * 1_000_000_000 }), "HTTP status \(status)")
    default: return (.rejected(status: status), "HTTP status \(status), which rejects them")
    }
  }

  /// Ends what is under way, and the thread.
  func close() {
    try? client.syncShutdown()
    try? group.syncShutdownGracefully()
  }
}
