internal import Hummingbird
internal import HTTPTypes

/// What went wrong with a request (RFC 9457).
struct Problem: Error, Sendable {
  /// Where the names of problems live. Nothing is fetched from there.
  static let typePrefix = "https://shardway.dev/problems/"

  let status: HTTPResponse.Status
  /// A stable name for programs.
  let code: String
  /// What happened this time.
  let detail: String
  /// More fields for programs.
  var extras: [String: JSONValue] = [:]
  var headers: HTTPFields = [:]

  init(
    _ status: HTTPResponse.Status, _ code: String, _ detail: String,
    extras: [String: JSONValue] = [:], headers: HTTPFields = [:]
  ) {
    self.status = status
    self.code = code
    self.detail = detail
    self.extras = extras
    self.headers = headers
  }

  /// The code in words: the same for every occurrence.
  var title: String {
    let words = code.replacing("-", with: " ")
    return words.prefix(1).uppercased() + words.dropFirst()
  }

  /// The body; `path` is the request's.
  func body(path: String) -> [UInt8] {
    var fields = extras
    fields["type"] = .string(Self.typePrefix + code)
    fields["title"] = .string(title)
    fields["status"] = .integer(Int64(status.code))
    fields["detail"] = .string(detail)
    fields["instance"] = .string(path)
    fields["code"] = .string(code)
    return JSONValue.object(fields).canonical
  }

  func response(path: String) -> Response {
    var headers = headers
    headers[.contentType] = "application/problem+json"
    return Response(
      status: status, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: body(path: path)))
    )
  }
}

extension Problem {
  /// A request that can't be read.
  static func badRequest(_ detail: String) -> Problem {
    Problem(.badRequest, "bad-request", detail)
  }

  /// From what the parts of the control plane throw.
  init(_ error: any Error) {
    switch error {
    case let problem as Problem: self = problem
    case let refusal as BatchRefusal:
      self.init(refusal.refusal, detail: refusal.description)
      extras["index"] = .integer(Int64(refusal.index))
    case let refusal as Refusal: self.init(refusal, detail: refusal.description)
    case let error as IdempotencyMismatch:
      self.init(.unprocessableContent, "idempotency-key-reused", "\(error)")
    case let error as StoreError:
      switch error {
      case .damaged: self.init(.internalServerError, "store-damaged", "\(error)")
      case .missing, .unusable:
        self.init(
          .serviceUnavailable, "store-unavailable", "\(error)", headers: [.retryAfter: "1"])
      }
    case let error as HTTPError where error.status == .notFound:
      self.init(.notFound, "no-such-path", "there is nothing at this path; see /v1/openapi.json")
    case let error as HTTPError:
      self.init(error.status, "http-error", error.body ?? error.status.reasonPhrase)
    default: self.init(.internalServerError, "internal-error", "\(error)")
    }
  }

  private init(_ refusal: Refusal, detail: String) {
    let status: HTTPResponse.Status =
      switch refusal {
      case .invalid, .serverManaged, .unknownReference, .limitReached: .unprocessableContent
      case .inUse, .taken: .conflict
      case .notFound: .notFound
      case .exists, .conflict: .preconditionFailed
      case .conditionRequired: .preconditionRequired
      }
    self.init(status, refusal.code, detail)
    if let version = refusal.currentVersion { extras["currentVersion"] = .integer(version) }
    if case .invalid(_, let path, _) = refusal, !path.isEmpty { extras["path"] = .string(path) }
  }
}
