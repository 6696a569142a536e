import Foundation
import Hummingbird
import LocalFleet
import Logging
import NIOCore
import Synchronization

/// A collector of traces on loopback: it takes everything, and remembers the spans.
final class TraceCollector: Sendable {
  /// A span as it came.
  struct Span: Sendable {
    let name: String
    let trace: String
    let id: String
    let parent: String?
    /// From its beginning to its end.
    let seconds: Double
    let isError: Bool
    let attributes: [String: String]

    init?(_ object: [String: Any]) {
      guard let name = object["name"] as? String, let trace = object["traceId"] as? String,
        let id = object["spanId"] as? String,
        let began = (object["startTimeUnixNano"] as? String).flatMap({ Int64($0) }),
        let ended = (object["endTimeUnixNano"] as? String).flatMap({ Int64($0) })
      else { return nil }
      (self.name, self.trace, self.id) = (name, trace, id)
      seconds = Double(ended - began) / 1e9
      parent = object["parentSpanId"] as? String
      isError = (object["status"] as? [String: Int])?["code"] == 2
      var attributes: [String: String] = [:]
      for attribute in object["attributes"] as? [[String: Any]] ?? [] {
        let value = attribute["value"] as? [String: String]
        attributes[attribute["key"] as? String ?? ""] = value?.values.first
      }
      self.attributes = attributes
    }
  }

  private let messages = Mutex<[Data]>([])

  /// Everything that was sent, as text.
  var text: String {
    messages.withLock { $0 }.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "\n")
  }

  /// The spans of all messages, each once: who gets no answer in time sends its spans again.
  var spans: [Span] {
    var seen: Set<String> = []
    let all: [Span] = messages.withLock { $0 }.flatMap { message -> [Span] in
      let root = try? JSONSerialization.jsonObject(with: message) as? [String: Any]
      let resources = root?["resourceSpans"] as? [[String: Any]] ?? []
      return resources.flatMap { $0["scopeSpans"] as? [[String: Any]] ?? [] }
        .flatMap { $0["spans"] as? [[String: Any]] ?? [] }.compactMap(Span.init)
    }
    return all.filter { seen.insert($0.id).inserted }
  }

  /// The spans of whole requests, without their parts.
  var requests: [Span] { spans.filter { $0.name == "transaction" } }

  /// Runs `body` with a collector that listens at `http://127.0.0.1:PORT`.
  static func run(_ body: (TraceCollector, _ endpoint: String) async throws -> Void) async throws {
    let collector = TraceCollector()
    let router = Router()
    router.post("/v1/traces") { request, _ in
      var buffer = try await request.body.collect(upTo: 4 << 20)
      let bytes = buffer.readBytes(length: buffer.readableBytes) ?? []
      collector.messages.withLock { $0.append(Data(bytes)) }
      return HTTPResponse.Status.ok
    }
    let (ports, found) = AsyncStream.makeStream(of: Int.self)
    let application = Application(
      router: router, configuration: .init(address: .hostname("127.0.0.1", port: 0)),
      onServerRunning: { found.yield($0.localAddress?.port ?? 0) },
      logger: Logger(label: "collector") { _ in SwiftLogNoOpLogHandler() })
    let service = Task { try await application.runService(gracefulShutdownSignals: []) }
    defer { service.cancel() }
    for await port in ports {
      return try await body(collector, "http://127.0.0.1:\(port)")
    }
  }
}
