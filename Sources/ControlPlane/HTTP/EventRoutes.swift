internal import HTTPTypes
internal import Hummingbird
internal import ServiceLifecycle

extension ControlAPI {
  var eventRoutes: [Route] {
    [
      Route(
        .get, "/v1/events", "streamEvents", role: .reader,
        "Server-Sent Events: a hint for each event as it is committed, never its content.",
        parameters: [.header("Last-Event-ID", "The last event one has; without it, from now on.")],
        answers: [
          .bytes(.ok, "The stream.", "text/event-stream"),
          .problem(.tooManyRequests, "Too many streams are open."),
        ]
      ) { try await stream($0) },
      Route(
        .get, "/v1/events/log", "listEvents", role: .reader,
        "The log: CloudEvents in their order, each with its link of the chain as `chainhash`.",
        parameters: [
          .pageLimit(of: "Events"),
          .query(
            "after", "The sequence after which the page begins.", ["type": "integer", "minimum": 0]
          ),
        ], answers: [.json(.ok, "A page.", "EventPage")]
      ) { try await log($0) },
    ]
  }

  private func log(_ call: Call) async throws -> Response {
    let limit = Int(
      try call.number(
        "limit", 1...Int64(ControlLimits.pageItems), Int64(ControlLimits.standardPageItems)))
    let rows = try await store.log(after: call.number("after", 0...Int64.max, 0), limit: limit + 1)
    let items = try rows.prefix(limit).map { row -> JSONValue in
      guard case .object(var event)? = try? JSONValue(json: row.event) else {
        throw StoreError.damaged(what: "event \(row.sequence) is unreadable")
      }
      event["chainhash"] = .string(Hexadecimal.text(row.hash))
      return .object(event)
    }
    let next = rows.count > limit ? rows[limit - 1].sequence : nil
    return .json(["items": .array(items), "next": next.map { .integer($0) } ?? .null])
  }

  private func stream(_ call: Call) async throws -> Response {
    var last = try await store.currentHead().sequence
    if let text = call.headers[.lastEventID] {
      guard let id = Int64(text), id >= 0 else {
        throw Problem.badRequest("Last-Event-ID is \"\(text)\" and should be an event's number")
      }
      last = min(id, last)
    }
    guard let place = streams.enter() else {
      throw Problem(
        .tooManyRequests, "too-many-streams",
        "\(limits.eventStreams) event streams are open already",
        headers: [.retryAfter: "15"])
    }
    let first = last
    return Response(
      status: .ok, headers: [.contentType: "text/event-stream", .cacheControl: "no-store"],
      body: ResponseBody { writer in
        try await send(from: first, to: &writer)
        try await writer.finish(nil)
        withExtendedLifetime(place) {}
      })
  }

  /// Sends hints until the client goes or the process ends.
  private func send(from first: Int64, to writer: inout any ResponseBodyWriter) async throws {
    var last = first
    try await writer.write(ByteBuffer(string: ": shardway\n\n"))
    while !signal.isClosed, !Task.isCancelled {
      let rows = try await store.log(after: last, limit: ControlLimits.streamPage)
      guard !rows.isEmpty else {
        let start = ContinuousClock.now
        await withGracefulShutdownHandler {
          await signal.wait(beyond: last, upTo: limits.heartbeat)
        } onGracefulShutdown: {
          signal.close()
        }
        if ContinuousClock.now - start >= limits.heartbeat {
          try await writer.write(ByteBuffer(string: ": still here\n\n"))
        }
        continue
      }
      var text = ""
      for row in rows {
        guard let event = CloudEvent(canonical: row.event) else {
          throw StoreError.damaged(what: "event \(row.sequence) is unreadable")
        }
        let hint = String(decoding: event.hint.canonical, as: UTF8.self)
        text += "id: \(row.sequence)\nevent: \(event.type)\ndata: \(hint)\n\n"
        last = row.sequence
      }
      try await writer.write(ByteBuffer(string: text))
    }
  }
}
