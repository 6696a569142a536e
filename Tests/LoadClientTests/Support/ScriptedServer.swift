import Authentication
import Wire

/// A PostgreSQL server in memory that answers statements as a test says: bytes in, bytes out.
struct ScriptedServer {
  /// How it lets clients in.
  enum Login {
    case trust
    case cleartext(String)
    case md5(String)
    case scram(String)
    /// Whatever comes is answered with this, and nothing else.
    case raw([UInt8])
  }

  /// What a statement is answered with.
  enum Reply {
    /// A result of rows; nil is NULL.
    case rows([[String?]])
    /// No rows.
    case done(String)
    case error(String, ErrorResponse.Severity = .error)
    /// Bytes as they are, without ReadyForQuery.
    case raw([UInt8])
  }

  /// A statement as it came.
  struct Received: Equatable {
    var sql: String
    var parameters: [String] = []
    /// Whether it was a simple query.
    var isSimple = false
    /// The prepared statement's name; empty where it has none.
    var name = ""
  }

  var login = Login.trust
  /// What is sent before each answer, as notices are.
  var before: [UInt8] = []
  var reply: (Received) -> Reply = { _ in .rows([["1"]]) }

  private(set) var received: [Received] = []
  /// Texts of all Parse messages, in order.
  private(set) var parsed: [String] = []
  private(set) var startup: [String: String] = [:]
  private(set) var hasLeft = false
  private var input: [UInt8] = []
  private var isStarted = false
  private var authentication: ClientAuthentication?
  private var statements: [String: String] = [:]
  private var bound: Received?
  private var status = TransactionStatus.idle
  private var isSkipping = false

  /// Takes what a client sends, and gives what it is answered.
  mutating func receive(_ bytes: [UInt8]) -> [UInt8] {
    input += bytes
    var out: [UInt8] = []
    if !isStarted {
      guard let length = integer(at: 0), input.count >= length else { return [] }
      readStartup(Array(input[8..<length]))
      input.removeFirst(length)
      isStarted = true
      out += welcome()
    }
    while let length = integer(at: 1), input.count > length {
      let type = input[0]
      let body = Array(input[5..<length + 1])
      input.removeFirst(length + 1)
      out += take(type, body)
    }
    return out
  }

  private func integer(at offset: Int) -> Int? {
    guard input.count >= offset + 4 else { return nil }
    return input[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) }
  }

  private mutating func readStartup(_ content: [UInt8]) {
    let texts = content.split(separator: 0, omittingEmptySubsequences: false).map {
      String(decoding: $0, as: UTF8.self)
    }
    for place in stride(from: 0, to: texts.count - 1, by: 2) where !texts[place].isEmpty {
      startup[texts[place]] = texts[place + 1]
    }
  }

  // MARK: Login

  private mutating func welcome() -> [UInt8] {
    let user = Array((startup["user"] ?? "").utf8)
    switch login {
    case .trust: return AuthenticationRequest.encodedOK() + greeting
    case .cleartext: return AuthenticationRequest.encodedCleartextPassword()
    case .raw(let bytes): return bytes
    case .md5(let password):
      let verifier = MD5Verifier(password: Array(password.utf8), user: user)!
      authentication = ClientAuthentication(user: user, demand: .md5(verifier, salt: 0x0102_0304))
    case .scram(let password):
      let verifier = ScramVerifier(
        password: Array(password.utf8), salt: Array(repeating: 7, count: 16), iterations: 4)
      authentication = ClientAuthentication(
        user: user,
        demand: .scram(
          ScramServer(
            verifier: verifier, isMock: false, serverNonce: Array(repeating: 9, count: 18),
            channelBinding: .none)))
    }
    return take(authentication!.begin())
  }

  private mutating func take(_ action: ClientAuthentication.Action) -> [UInt8] {
    switch action {
    case .send(let message): return message
    case .accepted(let messages, _): return messages + greeting
    case .rejected(let error, _): return error.encoded()
    }
  }

  private var greeting: [UInt8] {
    ParameterStatus.encoded(name: "server_version", value: "15.18") + before
      + MessageEncoder.encode(
        type: BackendMessageType.backendKeyData, body: [0, 0, 0, 7, 1, 2, 3, 4])
      + ReadyForQuery(status: .idle).encoded()
  }

  // MARK: Messages

  private mutating func take(_ type: UInt8, _ body: [UInt8]) -> [UInt8] {
    switch type {
    case UInt8(ascii: "p"):
      if case .cleartext(let password) = login {
        return body == Array(password.utf8) + [0]
          ? AuthenticationRequest.encodedOK() + greeting
          : ErrorResponse(sqlState: .invalidPassword, message: "wrong").encoded()
      }
      return take(authentication!.receive(RawSpan(_elements: body.span)))
    case UInt8(ascii: "Q"):
      let sql = String(decoding: body.dropLast(), as: UTF8.self)
      return answer(Received(sql: sql, isSimple: true), ready: true)
    case UInt8(ascii: "X"):
      hasLeft = true
      return []
    case UInt8(ascii: "S"):
      isSkipping = false
      return ReadyForQuery(status: status).encoded()
    default:
      return isSkipping ? [] : takeExtended(type, body)
    }
  }

  private mutating func takeExtended(_ type: UInt8, _ body: [UInt8]) -> [UInt8] {
    var fields = Fields(body)
    switch type {
    case UInt8(ascii: "P"):
      let name = fields.text()
      let sql = fields.text()
      parsed.append(sql)
      statements[name] = sql
      precondition(fields.number(2) == 0 && fields.isAtEnd)
      return CompletionMessage.parseComplete.encoded()
    case UInt8(ascii: "B"):
      precondition(fields.text() == "", "the unnamed portal")
      let name = fields.text()
      precondition(fields.number(2) == 0, "parameters are text")
      let parameters = (0..<fields.number(2)).map { _ in fields.value() }
      precondition(fields.number(2) == 0 && fields.isAtEnd, "results are text")
      bound = Received(sql: statements[name]!, parameters: parameters, name: name)
      return CompletionMessage.bindComplete.encoded()
    case UInt8(ascii: "E"):
      precondition(body == [0, 0, 0, 0, 0], "all rows of the unnamed portal")
      return answer(bound!, ready: false)
    default:
      preconditionFailure("message \(type)")
    }
  }

  private mutating func answer(_ statement: Received, ready: Bool) -> [UInt8] {
    received.append(statement)
    let isEnd = ["END", "COMMIT", "ROLLBACK"].contains(statement.sql)
    var reply = isEnd || statement.sql == "BEGIN" ? .done(statement.sql) : self.reply(statement)
    if status == .failed, !isEnd { reply = .error("25P02") }
    var out = before
    switch reply {
    case .rows(let rows):
      if statement.isSimple {
        out += RowDescription.encoded(rows.first?.map { _ in .init("c") } ?? [])
      }
      for row in rows { out += DataRow.encoded(row.map { $0.map { Array($0.utf8) } }) }
      out += CommandComplete.encoded(tag: "SELECT \(rows.count)")
    case .done(let tag): out += CommandComplete.encoded(tag: tag)
    case .error(let code, let severity):
      out += ErrorResponse(
        severity: severity, sqlState: SQLState(code.utf8)!, message: "error of \(statement.sql)"
      ).encoded()
      if status == .inTransaction { status = .failed }
      isSkipping = !ready
    case .raw(let bytes):
      return out + bytes
    }
    if statement.sql == "BEGIN" { status = .inTransaction }
    if isEnd { status = .idle }
    return out + before + (ready ? ReadyForQuery(status: status).encoded() : [])
  }
}

/// Reads the fields of a message's body.
private struct Fields {
  private var rest: ArraySlice<UInt8>

  init(_ body: [UInt8]) { rest = body[...] }

  var isAtEnd: Bool { rest.isEmpty }

  mutating func text() -> String {
    let text = rest.prefix { $0 != 0 }
    rest = rest.dropFirst(text.count + 1)
    return String(decoding: text, as: UTF8.self)
  }

  mutating func number(_ bytes: Int) -> Int {
    defer { rest = rest.dropFirst(bytes) }
    return rest.prefix(bytes).reduce(0) { $0 << 8 | Int($1) }
  }

  mutating func value() -> String {
    let length = number(4)
    defer { rest = rest.dropFirst(length) }
    return String(decoding: rest.prefix(length), as: UTF8.self)
  }
}
