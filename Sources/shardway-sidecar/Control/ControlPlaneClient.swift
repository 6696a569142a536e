import AsyncHTTPClient
import ConfigurationFile
import Logging
import MapExchange
import MapSync
import NIOCore
import NIOHTTP1
import ShardMap

/// Speaks HTTP with the control planes. What an answer means, the machine decides.
struct ControlPlaneClient: Sendable {
  let http: HTTPClient
  let controlPlanes: [ControlPlaneURL]
  let token: TokenFile
  let limits: ExchangeLimits
  let keeper: KeeperQueue

  /// Longest text of a problem that is read, in bytes.
  private static let problemBytes = 16 << 10

  /// Asks, and gives the answer with its body. Ends early when its task is cancelled.
  func ask(
    _ request: SyncRequest, progress: @Sendable () -> Void
  ) async -> (SyncAnswer, Payload?) {
    do {
      let response = try await http.execute(try self.request(request), deadline: .distantFuture)
      return try await read(response, for: request, progress)
    } catch let fault as FieldError {
      return (.problem(code: "no-token", text: fault.description), nil)
    } catch {
      return (.failed(text(error, request.controlPlane)), nil)
    }
  }

  private func request(_ request: SyncRequest) throws -> HTTPClientRequest {
    let path =
      switch request.kind {
      case .delta(let from, let wait):
        "/v1/map/delta?from=\(from)&wait=\(wait.wholeMilliseconds)ms"
      case .snapshot: "/v1/map/snapshot"
      }
    return try self.request(request.controlPlane, path)
  }

  /// A request with the token of this moment.
  func request(_ controlPlane: Int, _ path: String) throws -> HTTPClientRequest {
    var request = HTTPClientRequest(url: controlPlanes[controlPlane].description + path)
    request.headers.add(name: "Authorization", value: "Bearer \(try token.token())")
    request.headers.add(name: "User-Agent", value: "shardway-sidecar")
    return request
  }

  func text(_ error: any Error, _ controlPlane: Int) -> String {
    "\(controlPlanes[controlPlane]) gives no answer: \(error)"
  }

  // MARK: Answers

  private func read(
    _ response: HTTPClientResponse, for request: SyncRequest, _ progress: @Sendable () -> Void
  ) async throws -> (SyncAnswer, Payload?) {
    let waited = Duration.milliseconds(
      response.headers.first(name: HeaderNames.waited).flatMap { Int64($0) } ?? 0)
    switch (response.status, request.kind) {
    case (.ok, .delta):
      return try await delta(response.body, waited, request)
    case (.ok, .snapshot):
      return try await snapshot(response.body, request, progress)
    case (.noContent, .delta):
      guard let edition = HeaderNames.edition(response.headers) else {
        return (
          .problem(
            code: "malformed",
            text:
              "\(controlPlanes[request.controlPlane]) says that nothing is new, and not since which version"
          ), nil
        )
      }
      return (.nothingNew(edition, waited: waited), nil)
    case (.gone, .delta):
      return (.tooFarBehind, nil)
    default:
      let problem = await Problem(response, limit: Self.problemBytes)
      let text =
        "\(controlPlanes[request.controlPlane]) answers \(response.status.code): \(problem.text)"
      if response.status == .conflict, problem.code == "version-ahead" {
        return (.versionAhead(text), nil)
      }
      return (.problem(code: problem.code, text: text), nil)
    }
  }

  private func delta(
    _ body: HTTPClientResponse.Body, _ waited: Duration, _ request: SyncRequest
  ) async throws -> (SyncAnswer, Payload?) {
    var bytes: [UInt8] = []
    do {
      for try await piece in body {
        guard bytes.count + piece.readableBytes <= limits.deltaCompressedBytes else {
          let error = ExchangeError.tooLarge(
            "the compressed body", limit: limits.deltaCompressedBytes)
          return (.document(waited: waited), .faulty(.exchange(error)))
        }
        bytes.append(contentsOf: piece.readableBytesView)
      }
    } catch {
      return (cut(request, after: bytes.count, error), nil)
    }
    return (.document(waited: waited), .delta(bytes))
  }

  private func snapshot(
    _ body: HTTPClientResponse.Body, _ request: SyncRequest, _ progress: @Sendable () -> Void
  ) async throws -> (SyncAnswer, Payload?) {
    let begun = await keeper.run { keeper -> Result<ReceptionBox, MapFileError> in
      do throws(MapFileError) {
        return .success(ReceptionBox(try keeper.receiveSnapshot()))
      } catch {
        return .failure(error)
      }
    }
    let box: ReceptionBox
    switch begun {
    case .success(let found): box = found
    case .failure(let error): return (.document(waited: .zero), .faulty(.file(error)))
    }
    var count = 0
    do {
      for try await piece in body {
        count += piece.readableBytes
        try box.reception.receive(piece.readableBytesView)
        progress()
      }
    } catch let fault as StoreFault {
      return (.document(waited: .zero), .faulty(fault))
    } catch {
      return (cut(request, after: count, error), nil)
    }
    return (.document(waited: .zero), .snapshot(box))
  }

  private func cut(_ request: SyncRequest, after count: Int, _ error: any Error) -> SyncAnswer {
    .problem(
      code: "truncated",
      text:
        "the answer of \(controlPlanes[request.controlPlane]) broke off after \(count) bytes: \(error)"
    )
  }
}

/// Headers of the control plane.
enum HeaderNames {
  static let mapVersion = "Shardway-Map-Version"
  static let mapRoot = "Shardway-Map-Root"
  /// How long the request was held back before it was answered, in milliseconds.
  static let waited = "Shardway-Waited-Milliseconds"

  static func edition(_ headers: HTTPHeaders) -> MapEdition? {
    guard let version = headers.first(name: mapVersion).flatMap({ UInt64($0) }),
      let root = headers.first(name: mapRoot).flatMap({ MapRoot($0) })
    else { return nil }
    return MapEdition(version: version, root: root)
  }
}

extension Duration {
  /// Whole milliseconds.
  var wholeMilliseconds: Int64 {
    components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
  }
}
