internal import HTTPTypes
internal import Hummingbird
internal import MapExchange
internal import ServiceLifecycle
internal import ShardMap

extension ControlAPI {
  var mapRoutes: [Route] {
    [
      Route(
        .get, "/v1/map/snapshot", "getSnapshot", role: .reader,
        "The whole map, sealed and compressed.",
        parameters: [.header("If-None-Match", "The entity tag of the snapshot one has.")],
        answers: [
          .bytes(.ok, "The snapshot.", ExchangeFormat.snapshotMediaType),
          .empty(.notModified, "It is the one one has."),
        ]
      ) { try await snapshot($0) },
      Route(
        .get, "/v1/map/delta", "getDelta", role: .reader,
        "What leads from a version to the newest one, sealed and compressed. Waits for a newer "
          + "version if asked to.",
        parameters: [
          .query(
            "from", "The version one has.", ["type": "integer", "minimum": 0], isRequired: true),
          .query(
            "wait", "How long to wait when there is nothing new, such as 30s.",
            ["type": "string", "pattern": "^[0-9]+(ms|s)$"]),
        ],
        answers: [
          .bytes(.ok, "The delta.", ExchangeFormat.deltaMediaType),
          .empty(.noContent, "Nothing is newer; the headers say which version and root that is."),
          .problem(.conflict, "The version is newer than this server's."),
          .problem(.gone, "Too much has changed: take the snapshot."),
          .problem(.tooManyRequests, "Too many wait already."),
        ]
      ) { try await delta($0) },
    ]
  }

  private func snapshot(_ call: Call) async throws -> Response {
    let map = try await distributor.snapshot(heard: signal.head)
    let etag = "\"\(map.head.sequence)-\(map.head.root.description.prefix(16))\""
    var headers = HTTPFields.map(map.head)
    headers[.eTag] = etag
    guard call.headers[.ifNoneMatch] != etag else {
      return Response(status: .notModified, headers: headers)
    }
    headers[.contentType] = ExchangeFormat.snapshotMediaType
    return Response(status: .ok, headers: headers.zstd, body: map.body)
  }

  private func delta(_ call: Call) async throws -> Response {
    let from = try call.number("from", 0...Int64.max)
    let wait = try call.duration("wait", upTo: limits.longestWait)
    let start = ContinuousClock.now
    let deadline = start + wait
    while true {
      let waited = start.duration(to: .now)
      switch try await distributor.delta(from: from, heard: signal.head) {
      case .delta(let map):
        var headers = HTTPFields.map(map.head)
        headers[.contentType] = ExchangeFormat.deltaMediaType
        return Response(status: .ok, headers: headers.zstd.waited(waited), body: map.body)
      case .nothingNew(let head):
        let left = deadline - .now
        guard left > .zero, !signal.isClosed, !Task.isCancelled else {
          return Response(status: .noContent, headers: .map(head).waited(waited))
        }
        try await waitForNews(beyond: from, upTo: left)
      case .tooFarBehind(let head):
        throw Problem(
          .gone, "too-far-behind", "too much has changed since \(from): take /v1/map/snapshot",
          headers: .map(head))
      case .ahead(let head):
        throw Problem(
          .conflict, "version-ahead",
          "version \(from) is newer than \(head.sequence), the newest here: this store is an older "
            + "copy, or another one", headers: .map(head))
      }
    }
  }

  private func waitForNews(beyond version: Int64, upTo limit: Duration) async throws {
    guard let place = polls.enter() else {
      throw Problem(
        .tooManyRequests, "too-many-waiting",
        "\(limits.waitingPolls) requests wait already: ask without wait, or later",
        headers: [.retryAfter: "5"])
    }
    await withGracefulShutdownHandler {
      await signal.wait(beyond: version, upTo: limit)
    } onGracefulShutdown: {
      signal.close()
    }
    withExtendedLifetime(place) {}
  }
}

extension HTTPFields {
  /// With the encoding that all maps have on the wire.
  fileprivate var zstd: HTTPFields {
    var fields = self
    fields[.contentEncoding] = "zstd"
    return fields
  }
}

extension SealedMap {
  fileprivate var body: ResponseBody {
    if pieces.count == 1, let piece = pieces.first {
      return ResponseBody(byteBuffer: ByteBuffer(bytes: piece))
    }
    let pieces = pieces
    return ResponseBody(contentLength: pieces.reduce(0) { $0 + $1.count }) { writer in
      for piece in pieces { try await writer.write(ByteBuffer(bytes: piece)) }
      try await writer.finish(nil)
    }
  }
}
