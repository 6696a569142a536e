internal import FoundationEssentials

/// A request to the control plane, before it is put on the wire.
struct ControlRequest: Sendable {
  enum Method: String, Sendable {
    case get = "GET"
    case put = "PUT"
    case patch = "PATCH"
    case post = "POST"
    case delete = "DELETE"
  }

  var method: Method
  var path: String
  var query: [(name: String, value: String)] = []
  var headers: [(name: String, value: String)] = []
  var body: [UInt8]?
  var limit = ControlLimits.request
  var answerLimit = ControlLimits.answerBytes

  /// A request that changes nothing.
  static func get(_ path: String, query: [(name: String, value: String)] = []) -> ControlRequest {
    ControlRequest(
      method: .get, path: path, query: query, headers: [("Accept", "application/json")])
  }

  /// A request that changes something: it can be sent twice and is done once.
  static func write(
    _ method: Method, _ path: String, body: JSONValue?, mediaType: String = "application/json",
    condition: WriteCondition? = nil, note: WriteNote
  ) -> ControlRequest {
    var request = ControlRequest(method: method, path: path, body: body.map { Array($0.text.utf8) })
    request.headers = [
      ("Accept", "application/json"), ("Idempotency-Key", note.idempotencyKey),
    ]
    if body != nil { request.headers.append(("Content-Type", mediaType)) }
    if let why = note.why { request.headers.append(("Shardway-Why", headerText(why))) }
    if let id = note.correlationID { request.headers.append(("X-Correlation-ID", id)) }
    switch condition {
    case nil: break
    case .ifPresent: request.headers.append(("If-Match", "*"))
    case .ifAbsent: request.headers.append(("If-None-Match", "*"))
    case .ifVersion(let version): request.headers.append(("If-Match", "\"\(version)\""))
    }
    return request
  }

  /// `GET /v1/tenants/acme`, for messages.
  var name: String { "\(method.rawValue) \(path)" }

  /// Path and query as they are sent.
  var target: String {
    guard !query.isEmpty else { return path }
    let pairs = query.map { "\(Self.escaped($0.name))=\(Self.escaped($0.value))" }
    return path + "?" + pairs.joined(separator: "&")
  }

  /// Text as one segment of a path, or one word of a query (RFC 3986 section 2.3).
  static func escaped(_ text: String) -> String {
    let digits = Array("0123456789ABCDEF".utf8)
    var bytes: [UInt8] = []
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
        UInt8(ascii: "_"), UInt8(ascii: "~"):
        bytes.append(byte)
      default:
        bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// A header is one line.
  private static func headerText(_ text: String) -> String {
    String(text.map { $0.isNewline ? " " : $0 })
  }
}

/// When a write may take place.
public enum WriteCondition: Hashable, Sendable {
  /// Only if there is something, whatever its version.
  case ifPresent
  /// Only if there is nothing yet.
  case ifAbsent
  /// Only if the resource's version is this one.
  case ifVersion(UInt64)
}

/// What goes into the event log beside a change, and what makes it happen once.
public struct WriteNote: Hashable, Sendable {
  /// Why the change is made; for whoever reads the log.
  public var why: String?
  /// Ties several changes together; the control plane makes one up when nil.
  public var correlationID: String?
  /// Two requests with one key are one change.
  public var idempotencyKey: String

  /// A note; the key is made up when none is given.
  public init(why: String? = nil, correlationID: String? = nil, idempotencyKey: String? = nil) {
    self.why = why
    self.correlationID = correlationID
    self.idempotencyKey = idempotencyKey ?? UUID().uuidString
  }
}

/// An answer, read whole.
struct ControlAnswer: Sendable {
  var status: Int
  /// Names in lower case.
  var headers: [(name: String, value: String)]
  var body: [UInt8]

  func header(_ name: String) -> String? {
    let name = name.lowercased()
    return headers.first { $0.name == name }?.value
  }

  /// The body as JSON.
  func json(of request: ControlRequest) throws(ControlClientError) -> JSONValue {
    do {
      return try JSONValue(parsing: body)
    } catch {
      throw .unexpectedAnswer(request: request.name, reason: "\(error)")
    }
  }
}
