import HTTPTypes
import Hummingbird
import Logging
import MapExchange
import MapSync
import ServiceLifecycle
import ShardMap
import Synchronization

/// A control plane on loopback that says what it is told to say.
final class FakeControlPlane: Sendable {
  /// What is said instead of the truth.
  enum Lie: Sendable {
    case body([UInt8])
    /// Half of this body, and then the connection is cut.
    case cut([UInt8])
    /// This answer, without a body.
    case status(Int)
    /// A byte now and then, for ever.
    case dribble
    /// Nothing is new since this map.
    case nothingNew(MapEdition)
  }
  /// A moment of the truth: what is newest, and how to reach it.
  struct Truth: Sendable {
    var edition: MapEdition
    var snapshot: [UInt8]
    var deltas: [UInt64: [UInt8]] = [:]
  }
  private struct State {
    var truth: Truth
    var lie: Lie?
    var requests: [String] = []
    var reports: [(router: String, body: String)] = []
    var tokens: Set<String> = []
    var reportAnswer: ReportAnswer = .receipt
  }

  /// What is answered to a router's status.
  enum ReportAnswer: Sendable {
    /// What a control plane answers that knows nothing of shares.
    case receipt
    /// This body.
    case body(String)
    /// Nothing that can be used.
    case broken
  }

  private let state: Mutex<State>
  let port: Int
  private let stopping: @Sendable () async -> Void

  var url: String { "http://127.0.0.1:\(port)" }
  var requests: [String] { state.withLock { $0.requests } }
  var reports: [(router: String, body: String)] { state.withLock { $0.reports } }
  var tokens: Set<String> { state.withLock { $0.tokens } }

  /// Says what is answered to reports from now on.
  func answerReports(_ answer: ReportAnswer) { state.withLock { $0.reportAnswer = answer } }

  func lie(_ lie: Lie?) { state.withLock { $0.lie = lie } }

  /// Tells the newest of a control plane in memory.
  func tell(_ origin: Origin) throws {
    let truth = try Self.truth(origin)
    state.withLock { $0.truth = truth }
  }

  private static func truth(_ origin: Origin) throws -> Truth {
    var truth = Truth(edition: origin.edition, snapshot: try origin.snapshot())
    for back in 1..<max(1, origin.states.count) {
      let from = origin.states[origin.states.count - 1 - back].mapVersion
      truth.deltas[from] = try origin.delta(back: back)
    }
    return truth
  }

  init(_ origin: Origin) async throws {
    let state = Mutex(State(truth: try Self.truth(origin)))
    self.state = state
    let box = Box()
    let router = Router()
    router.get("/v1/map/snapshot") { request, _ in
      await box.plane?.snapshot(request) ?? Response(status: .notFound)
    }
    router.get("/v1/map/delta") { request, _ in
      await box.plane?.delta(request) ?? Response(status: .notFound)
    }
    router.post("/v1/routers/{id}/status") { request, context in
      let body = try await request.body.collect(upTo: 1 << 20)
      return box.plane?.note(context.parameters.get("id") ?? "", String(buffer: body))
        ?? Response(status: .notFound)
    }
    let (ports, portFeed) = AsyncStream<Int>.makeStream()
    var logger = Logger(label: "fake")
    logger.logLevel = .critical
    let app = Application(
      router: router, configuration: .init(address: .hostname("127.0.0.1", port: 0)),
      onServerRunning: { portFeed.yield($0.localAddress?.port ?? 0) }, logger: logger)
    let group = ServiceGroup(services: [app], logger: logger)
    let task = Task { try await group.run() }
    stopping = {
      task.cancel()
      _ = try? await task.value
    }
    var iterator = ports.makeAsyncIterator()
    port = await iterator.next() ?? 0
    box.set(self)
  }

  func stop() async { await stopping() }

  /// The handlers exist before the object does.
  private final class Box: Sendable {
    private let held = Mutex<FakeControlPlane?>(nil)
    var plane: FakeControlPlane? { held.withLock { $0 } }
    func set(_ plane: FakeControlPlane) { held.withLock { $0 = plane } }
  }

  private func note(_ router: String, _ body: String) -> Response {
    let answer = state.withLock {
      $0.reports.append((router, body))
      return $0.reportAnswer
    }
    switch answer {
    case .receipt: return Response(status: .noContent)
    case .body(let text): return whole(Array(text.utf8))
    case .broken: return problem(.serviceUnavailable, "unavailable")
    }
  }

  private func begin(_ request: Request) -> (Truth, Lie?) {
    state.withLock {
      $0.requests.append(request.uri.description)
      $0.tokens.insert(request.headers[.authorization] ?? "")
      return ($0.truth, $0.lie)
    }
  }

  private func snapshot(_ request: Request) async -> Response {
    let (truth, lie) = begin(request)
    return answer(lie, else: truth.snapshot)
  }

  private func delta(_ request: Request) async -> Response {
    let (truth, lie) = begin(request)
    let from = request.uri.queryParameters.get("from").flatMap { UInt64($0) } ?? 0
    if from == truth.edition.version, lie == nil { return nothingNew(truth.edition) }
    if from > truth.edition.version, lie == nil {
      return problem(.conflict, "version-ahead")
    }
    guard lie != nil || truth.deltas[from] != nil else { return problem(.gone, "too-far-behind") }
    return answer(lie, else: truth.deltas[from] ?? [])
  }

  private func nothingNew(_ edition: MapEdition) -> Response {
    Response(
      status: .noContent,
      headers: [
        HTTPField.Name("Shardway-Map-Version")!: "\(edition.version)",
        HTTPField.Name("Shardway-Map-Root")!: "\(edition.root)",
      ])
  }

  private func problem(_ status: HTTPResponse.Status, _ code: String) -> Response {
    Response(
      status: status, headers: [.contentType: "application/problem+json"],
      body: .init(byteBuffer: .init(string: #"{"code":"\#(code)","detail":"as it is"}"#)))
  }

  private struct Cut: Error {}

  private func answer(_ lie: Lie?, else truth: [UInt8]) -> Response {
    switch lie {
    case nil: return whole(truth)
    case .body(let bytes): return whole(bytes)
    case .status(let code): return Response(status: .init(code: code))
    case .nothingNew(let edition): return nothingNew(edition)
    case .cut(let bytes):
      return Response(
        status: .ok,
        body: .init(contentLength: bytes.count) { writer in
          try await writer.write(.init(bytes: bytes.prefix(bytes.count / 2)))
          throw Cut()
        })
    case .dribble:
      return Response(
        status: .ok,
        body: .init { writer in
          while !Task.isCancelled {
            try await writer.write(.init(bytes: [0x28]))
            try await Task.sleep(for: .milliseconds(20))
          }
          throw Cut()
        })
    }
  }

  private func whole(_ bytes: [UInt8]) -> Response {
    Response(status: .ok, body: .init(byteBuffer: .init(bytes: bytes)))
  }
}
