internal import AsyncHTTPClient
internal import NIOCore
internal import NIOHTTP1

/// An event of the control plane's log.
public struct ControlEvent: Hashable, Sendable {
  /// Its place in the log; from 1.
  public var sequence: UInt64
  /// Such as `dev.shardway.tenant.created`.
  public var type: String
  /// What it is about, such as `tenant/acme`.
  public var subject: String
  /// When it was written, RFC 3339.
  public var time: String
  /// The whole event (CloudEvents 1.0, JSON).
  public var json: JSONValue

  init?(_ json: JSONValue) {
    guard let sequence = json["sequence"]?.integer, let type = json["type"]?.string else {
      return nil
    }
    self.sequence = UInt64(clamping: sequence)
    self.type = type
    subject = json["subject"]?.string ?? ""
    time = json["time"]?.string ?? ""
    self.json = json
  }
}

extension ControlClient {
  /// Events behind a sequence number, oldest first, with their content.
  public func eventLog(
    after sequence: UInt64, limit: Int = ControlLimits.page
  ) async throws(ControlClientError) -> [ControlEvent] {
    let request = ControlRequest.get(
      "/v1/events/log", query: [("after", "\(sequence)"), ("limit", "\(limit)")])
    let json = try await send(request).json(of: request)
    guard let items = json["items"]?.array else {
      throw .unexpectedAnswer(request: request.name, reason: "it has no list `items`")
    }
    var events: [ControlEvent] = []
    for item in items {
      guard let event = ControlEvent(item) else {
        throw .unexpectedAnswer(request: request.name, reason: "an event has no sequence or type")
      }
      events.append(event)
    }
    return events
  }

  /// Hands over each event behind a sequence number as it is written, until the task is cancelled
  /// or `body` throws.
  ///
  /// The stream of hints is opened again when it breaks, and after each hint the log is read from
  /// where it was left: no event is missed and none comes twice, whatever happens to the stream.
  /// - Parameters:
  ///   - sequence: the events behind this one.
  ///   - interrupted: told why the stream broke, before it is opened again.
  ///   - body: gets the events, oldest first.
  /// - Throws: `ControlClientError` when the control plane refuses; what `body` throws.
  public func followEvents(
    after sequence: UInt64,
    interrupted: (ControlClientError) -> Void = { _ in },
    _ body: (ControlEvent) throws -> Void
  ) async throws {
    var last = sequence
    var failures = 0
    while true {
      do {
        last = try await catchUp(after: last, body)
        try await withHints(after: last) {
          failures = 0
          last = try await catchUp(after: last, body)
        }
      } catch let error as ControlClientError where error.problem == nil && error != .cancelled {
        interrupted(error)
        failures += 1
        let rule = RetryRule(attempts: .max)
        let pause = rule.pause(
          after: .failure, attempt: failures, draw: Double.random(in: 0.5..<1))
        try await Task.sleep(for: pause ?? ControlLimits.longestPause)
      }
    }
  }

  private func catchUp(
    after sequence: UInt64, _ body: (ControlEvent) throws -> Void
  ) async throws -> UInt64 {
    var last = sequence
    while true {
      let events = try await eventLog(after: last)
      for event in events {
        try body(event)
        last = max(last, event.sequence)
      }
      if events.count < ControlLimits.page { return last }
    }
  }

  /// Opens the stream of hints and calls `hint` when it is open, and after each event or a batch of
  /// them; returns by throwing when the stream ends.
  private func withHints(after sequence: UInt64, _ hint: () async throws -> Void) async throws {
    var request = ControlRequest(method: .get, path: "/v1/events")
    request.headers = [
      ("Accept", "text/event-stream"), ("Last-Event-ID", "\(sequence)"),
    ]
    let response: HTTPClientResponse
    do {
      response = try await http.execute(prepared(request), deadline: .distantFuture)
    } catch {
      throw failure(error, limit: ControlLimits.eventSilence, attempts: 1)
    }
    guard response.status.code == 200 else {
      let body = try await response.body.collect(upTo: ControlLimits.eventBytes)
      throw ControlClientError.problem(
        ControlProblem(status: Int(response.status.code), body: Array(body.readableBytesView)),
        request: request.name)
    }
    // What was written between the look at the log and the opening of the stream.
    try await hint()
    var parser = ServerSentEventParser()
    var pieces = response.body.makeAsyncIterator()
    while let piece = try await next(of: &pieces) {
      if try !parser.receive(piece.readableBytesView).isEmpty { try await hint() }
    }
    throw ControlClientError.unreachable(base, reason: "the stream of events ended", attempts: 1)
  }

  private func next(
    of pieces: inout HTTPClientResponse.Body.AsyncIterator
  ) async throws(ControlClientError) -> ByteBuffer? {
    do {
      return try await pieces.next()
    } catch {
      throw failure(error, limit: ControlLimits.eventSilence, attempts: 1)
    }
  }
}
