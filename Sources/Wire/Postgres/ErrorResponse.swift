/// An error that a server tells its client; a program in front of one speaks the same way.
public struct ErrorResponse: Error, Sendable, Hashable {
  /// How bad it is.
  public enum Severity: String, Sendable, Hashable {
    /// The query failed, the session goes on.
    case error = "ERROR"
    /// The session ends.
    case fatal = "FATAL"
    /// All sessions of the server end.
    case panic = "PANIC"
    /// A notice that something may be wrong.
    case warning = "WARNING"
    /// A notice of something worth knowing.
    case notice = "NOTICE"
    /// A notice for developers.
    case debug = "DEBUG"
    /// A notice that the client asked for.
    case info = "INFO"
    /// A notice for the server's log.
    case log = "LOG"
  }

  /// How bad it is.
  public let severity: Severity
  /// What kind of error it is, for programs.
  public let sqlState: SQLState
  /// What happened, in one line without a full stop.
  public let message: String
  /// More about it, in whole sentences.
  public let detail: String?
  /// What to do about it, in whole sentences.
  public let hint: String?
  /// Where in the query it is, in characters from 1.
  public let position: Int?

  /// An error of these fields.
  public init(
    severity: Severity = .fatal, sqlState: SQLState, message: String, detail: String? = nil,
    hint: String? = nil, position: Int? = nil
  ) {
    self.severity = severity
    self.sqlState = sqlState
    self.message = message
    self.detail = detail
    self.hint = hint
    self.position = position
  }

  /// The whole message; zero bytes in its texts are left out.
  ///
  /// Texts longer than ``PostgresLimits/errorTextBytes`` are cut there, between two characters.
  public func encoded() -> [UInt8] { encoded(type: BackendMessageType.errorResponse) }

  /// The same as a notice, which a client only shows: the whole message.
  ///
  /// - Precondition: the severity is one of a notice.
  public func encodedNotice() -> [UInt8] {
    switch severity {
    case .warning, .notice, .debug, .info, .log: break
    case .error, .fatal, .panic: preconditionFailure("an error is no notice")
    }
    return encoded(type: BackendMessageType.noticeResponse)
  }

  private func encoded(type: UInt8) -> [UInt8] {
    var body: [UInt8] = []
    body.reserveCapacity(128 + message.utf8.count)
    append(.localizedSeverity, severity.rawValue, to: &body)
    append(.severity, severity.rawValue, to: &body)
    append(.sqlState, sqlState.description, to: &body)
    append(.message, message, to: &body)
    if let detail { append(.detail, detail, to: &body) }
    if let hint { append(.hint, hint, to: &body) }
    if let position { append(.position, "\(position)", to: &body) }
    body.append(0)
    return MessageEncoder.encode(type: type, body: body)
  }

  private func append(_ field: Field, _ text: String, to body: inout [UInt8]) {
    body.append(field.rawValue)
    var room = PostgresLimits.errorTextBytes
    for scalar in text.unicodeScalars where scalar != "\0" {
      room -= scalar.utf8.count
      if room < 0 { break }
      body.append(contentsOf: scalar.utf8)
    }
    body.append(0)
  }

  /// Reads the body of an `E` or `N` message; fields that this type has no place for are passed over.
  ///
  /// Text that is not UTF-8 is repaired with replacement characters, since a server that has not got as
  /// far as the client's encoding sends its own.
  ///
  /// - Throws: when a field is not terminated, a mandatory one (severity, code, message) is missing or
  ///   makes no sense, or bytes follow the last one.
  public static func decode(_ body: RawSpan) throws(MessageBodyError) -> ErrorResponse {
    var reader = BodyReader(type: BackendMessageType.errorResponse, body)
    var fields = Fields()
    while true {
      let code = try reader.uint8(body)
      if code == 0 { break }
      let start = reader.offset
      let text = body.copy(of: try reader.terminatedText(body))
      if !fields.set(code, text) { throw reader.error(.invalidValue, at: start) }
    }
    try reader.expectEnd()
    guard let sqlState = fields.sqlState, let message = fields.message,
      let severity = fields.severity ?? fields.localizedSeverity
    else { throw reader.error(.truncated) }
    return ErrorResponse(
      severity: severity, sqlState: sqlState, message: message, detail: fields.detail,
      hint: fields.hint, position: fields.position)
  }
}

extension ErrorResponse {
  /// The codes of the fields that are read and written.
  private enum Field: UInt8 {
    case localizedSeverity = 0x53  // S
    case severity = 0x56  // V
    case sqlState = 0x43  // C
    case message = 0x4D  // M
    case detail = 0x44  // D
    case hint = 0x48  // H
    case position = 0x50  // P
  }

  /// Fields as they come in, in whatever order.
  private struct Fields {
    var severity: Severity?
    var localizedSeverity: Severity?
    var sqlState: SQLState?
    var message: String?
    var detail: String?
    var hint: String?
    var position: Int?

    /// Takes a field; false when its value makes no sense.
    mutating func set(_ code: UInt8, _ bytes: [UInt8]) -> Bool {
      let text = String(decoding: bytes, as: UTF8.self)
      switch Field(rawValue: code) {
      case .localizedSeverity: localizedSeverity = Severity(rawValue: text)
      case .severity:
        severity = Severity(rawValue: text)
        return severity != nil
      case .sqlState:
        sqlState = SQLState(bytes)
        return sqlState != nil
      case .message: message = text
      case .detail: detail = text
      case .hint: hint = text
      case .position: position = Int(text)
      case nil: break
      }
      return true
    }
  }
}
