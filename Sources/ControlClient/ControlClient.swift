internal import AsyncHTTPClient
internal import FoundationEssentials
internal import NIOCore
internal import NIOHTTP1

/// A client of the control plane's REST interface.
///
/// It keeps a few connections and no other state, and may be used from many tasks at once. What
/// failed on the way is sent again, a few times and with growing pauses (``ControlLimits``); a
/// refusal is thrown at once as ``ControlClientError/problem(_:request:)``.
public final class ControlClient: Sendable {
  /// Where the control plane is.
  public let endpoint: ControlEndpoint
  let base: String
  let http: HTTPClient
  private let rule: RetryRule

  /// A client; nothing is connected yet.
  ///
  /// - Parameters:
  ///   - endpoint: the control plane.
  ///   - attempts: how often a request is sent at most, 1 or more.
  /// - Throws: `ControlClientError.endpoint`, `.file` when a certificate or key can't be read.
  public init(
    _ endpoint: ControlEndpoint, attempts: Int = ControlLimits.attempts
  ) throws(ControlClientError) {
    self.endpoint = endpoint
    base = try endpoint.base()
    rule = RetryRule(attempts: max(1, attempts))
    var configuration = HTTPClient.Configuration(
      tlsConfiguration: try endpoint.tlsConfiguration(), redirectConfiguration: .disallow,
      timeout: .init(
        connect: .init(ControlLimits.connect), read: .init(ControlLimits.eventSilence)))
    configuration.httpVersion = .http1Only
    // Attempts are counted, paused between and reported here.
    configuration.connectionPool.retryConnectionEstablishment = false
    http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
  }

  deinit {
    // Closes what is idle and lets what is under way end; nobody has to remember it.
    http.shutdown { _ in }
  }

  /// Sends a request until it is answered, and reads the answer.
  ///
  /// - Throws: `ControlClientError`; `.problem` for any status of 400 or more.
  func send(_ request: ControlRequest) async throws(ControlClientError) -> ControlAnswer {
    var attempt = 1
    while true {
      let result = await Self.result { try await self.sendOnce(request) }
      if Task.isCancelled { throw .cancelled }
      let outcome: RetryRule.Outcome
      switch result {
      case .success(let answer):
        outcome = .answer(
          status: answer.status,
          retryAfter: answer.header("Retry-After").flatMap { Int($0) }.map { .seconds($0) })
      case .failure(let error as ControlClientError):
        throw error
      case .failure:
        outcome = .failure
      }
      let draw = Double.random(in: 0..<1)
      guard let pause = rule.pause(after: outcome, attempt: attempt, draw: draw) else {
        return try final(result, of: request, attempts: attempt)
      }
      do { try await Task.sleep(for: pause) } catch { throw .cancelled }
      attempt += 1
    }
  }

  private func final(
    _ result: Result<ControlAnswer, any Error>, of request: ControlRequest, attempts: Int
  ) throws(ControlClientError) -> ControlAnswer {
    switch result {
    case .success(let answer):
      guard answer.status < 400 else {
        throw .problem(
          ControlProblem(status: answer.status, body: answer.body), request: request.name)
      }
      return answer
    case .failure(let error):
      throw failure(error, limit: request.limit, attempts: attempts)
    }
  }

  /// What a failed exchange means to a person.
  func failure(_ error: any Error, limit: Duration, attempts: Int) -> ControlClientError {
    switch error {
    case let error as ControlClientError: error
    case is CancellationError: .cancelled
    case let error as HTTPClientError where error == .deadlineExceeded || error == .readTimeout:
      .timedOut(base, limit: limit, attempts: attempts)
    default: .unreachable(base, reason: TransportReason.text(error), attempts: attempts)
    }
  }

  /// One attempt, whatever its answer is.
  func sendOnce(_ request: ControlRequest) async throws -> ControlAnswer {
    let response = try await http.execute(
      try prepared(request), timeout: .init(request.limit))
    let buffer: ByteBuffer
    do {
      buffer = try await response.body.collect(upTo: request.answerLimit)
    } catch is NIOTooManyBytesError {
      throw ControlClientError.unexpectedAnswer(
        request: request.name, reason: "it is longer than \(request.answerLimit) bytes")
    }
    return ControlAnswer(
      status: Int(response.status.code),
      headers: response.headers.map { ($0.name.lowercased(), $0.value) },
      body: Array(buffer.readableBytesView))
  }

  /// The request as the HTTP client takes it.
  func prepared(_ request: ControlRequest) throws(ControlClientError) -> HTTPClientRequest {
    var http = HTTPClientRequest(url: base + request.target)
    http.method = HTTPMethod(rawValue: request.method.rawValue)
    for (name, value) in request.headers { http.headers.add(name: name, value: value) }
    http.headers.add(name: "User-Agent", value: "shardway")
    if let token = try endpoint.token() {
      http.headers.add(name: "Authorization", value: "Bearer \(token)")
    }
    if let body = request.body { http.body = .bytes(body) }
    return http
  }

  private static func result(
    _ body: () async throws -> ControlAnswer
  ) async -> Result<ControlAnswer, any Error> {
    do { return .success(try await body()) } catch { return .failure(error) }
  }
}
