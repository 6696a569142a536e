internal import Foundation
internal import HTTPTypes
internal import Hummingbird

/// One operation of the API. The router, the check of roles and the OpenAPI document are made from
/// the list of these, so none of them can say something else.
struct Route: Sendable {
  typealias Handler = @Sendable (Call) async throws -> Response

  let method: HTTPRequest.Method
  /// The path, with parameters like `{id}`.
  let path: String
  /// The name in OpenAPI, unique.
  let operation: String
  /// The least role that may do it; nil for everybody, without a token.
  let role: Role?
  let summary: String
  let parameters: [Parameter]
  let body: Body?
  let answers: [Answer]
  let handle: Handler

  init(
    _ method: HTTPRequest.Method, _ path: String, _ operation: String, role: Role?,
    _ summary: String, parameters: [Parameter] = [], body: Body? = nil, answers: [Answer],
    handle: @escaping Handler
  ) {
    self.method = method
    self.path = path
    self.operation = operation
    self.role = role
    self.summary = summary
    self.parameters = parameters
    self.body = body
    self.answers = answers
    self.handle = handle
  }

  /// A parameter in the query or a header; those in the path follow from it.
  struct Parameter: Sendable {
    enum Place: String, Sendable { case query, header }

    let name: String
    let place: Place
    let isRequired: Bool
    let summary: String
    let schema: JSONValue

    static func query(
      _ name: String, _ summary: String, _ schema: JSONValue, isRequired: Bool = false
    ) -> Parameter {
      Parameter(name: name, place: .query, isRequired: isRequired, summary: summary, schema: schema)
    }

    /// How many items, which have this name, a page has at most.
    static func pageLimit(of items: String) -> Parameter {
      query(
        "limit", "\(items) of a page; \(ControlLimits.standardPageItems) if not given.",
        ["type": "integer", "minimum": 1, "maximum": .integer(Int64(ControlLimits.pageItems))])
    }

    static func header(_ name: String, _ summary: String) -> Parameter {
      Parameter(
        name: name, place: .header, isRequired: false, summary: summary, schema: ["type": "string"])
    }
  }

  /// What a request carries.
  struct Body: Sendable {
    let mediaType: String
    /// The name of a schema in ``Schemas``.
    let schema: String
  }

  /// One status that the operation answers with.
  struct Answer: Sendable {
    let status: HTTPResponse.Status
    let summary: String
    let mediaType: String
    /// The name of a schema in ``Schemas``, or nil for bytes or nothing.
    let schema: String?

    static func json(
      _ status: HTTPResponse.Status, _ summary: String, _ schema: String
    ) -> Answer {
      Answer(status: status, summary: summary, mediaType: "application/json", schema: schema)
    }
    static func bytes(
      _ status: HTTPResponse.Status, _ summary: String, _ mediaType: String
    ) -> Answer {
      Answer(status: status, summary: summary, mediaType: mediaType, schema: nil)
    }
    static func empty(_ status: HTTPResponse.Status, _ summary: String) -> Answer {
      Answer(status: status, summary: summary, mediaType: "", schema: nil)
    }
    static func problem(_ status: HTTPResponse.Status, _ summary: String) -> Answer {
      Answer(
        status: status, summary: summary, mediaType: "application/problem+json", schema: "Problem")
    }
  }
}

/// One request, with what the router found out about it.
struct Call: Sendable {
  let request: Request
  let parameters: Parameters
  let caller: Caller?
  let correlationID: String

  var headers: HTTPFields { request.headers }

  /// The path and query as the client sent them.
  var target: String { request.uri.string }

  /// A parameter of the path; the router only calls a handler when it is there.
  func parameter(_ name: String) -> String {
    let text = parameters.get(name) ?? ""
    return text.removingPercentEncoding ?? text
  }

  /// A whole number of the query within limits.
  func number(
    _ name: String, _ range: ClosedRange<Int64>, _ fallback: Int64? = nil
  ) throws -> Int64 {
    guard let text = request.uri.queryParameters[name[...]] else {
      guard let fallback else { throw Problem.badRequest("the parameter \(name) is missing") }
      return fallback
    }
    guard let number = Int64(text), range.contains(number) else {
      throw Problem.badRequest(
        "\(name) is \"\(text)\" and should be a whole number from \(range.lowerBound) to "
          + "\(range.upperBound)")
    }
    return number
  }

  /// A text of the query.
  func text(_ name: String) -> String? {
    request.uri.queryParameters[name[...]].map { String($0) }
  }

  /// A time of the query such as `30s` or `500ms`.
  func duration(_ name: String, upTo limit: Duration) throws -> Duration {
    guard let text = text(name) else { return .zero }
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    guard let number = Int64(digits), number <= 1_000_000,
      let unit: Duration = ["ms": .milliseconds(1), "s": .seconds(1)][text.dropFirst(digits.count)]
    else { throw Problem.badRequest("\(name) is \"\(text)\" and should be like 30s or 500ms") }
    return min(unit * Int(number), limit)
  }

  /// A header of limited length without control characters.
  func header(_ name: HTTPField.Name, upTo limit: Int) throws -> String? {
    guard let text = headers[name] else { return nil }
    guard text.utf8.count <= limit, text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f }) else {
      throw Problem.badRequest(
        "\(name) may have \(limit) bytes at most, without control characters")
    }
    return text.isEmpty ? nil : text
  }

  /// The body's bytes.
  func body(upTo limit: Int) async throws -> [UInt8] {
    let tooLarge = Problem(
      .contentTooLarge, "body-too-large", "the body may have \(limit) bytes at most: split it")
    if let text = headers[.contentLength], let length = Int(text), length > limit { throw tooLarge }
    var bytes: [UInt8] = []
    for try await buffer in request.body {
      guard bytes.count + buffer.readableBytes <= limit else { throw tooLarge }
      bytes.append(contentsOf: buffer.readableBytesView)
    }
    return bytes
  }

  /// What a JSON body may be called; the last is what curl says when nobody tells it.
  private static let jsonTypes: Set = [
    "application/json", "application/merge-patch+json", "application/x-www-form-urlencoded",
  ]

  /// The body as JSON.
  func json(_ bytes: [UInt8]) throws -> JSONValue {
    if let type = headers[.contentType]?.split(separator: ";").first?.lowercased(),
      !Self.jsonTypes.contains(type)
    {
      throw Problem(
        .unsupportedMediaType, "unsupported-media-type",
        "the body is \(type) and should be application/json")
    }
    do throws(JSONFault) {
      return try JSONValue(json: bytes)
    } catch {
      throw Problem.badRequest("the body is not the JSON that is taken here, \(error)")
    }
  }
}

extension Response {
  /// An answer with a JSON body.
  static func json(_ value: JSONValue, headers: HTTPFields = [:]) -> Response {
    var headers = headers
    headers[.contentType] = "application/json"
    return Response(
      status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: value.canonical)))
  }
}
