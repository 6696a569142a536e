internal import Wire

/// The extended protocol, which most drivers speak: statements without parameters.
extension AdminSession {
  /// A prepared statement; nil for an empty one.
  struct Prepared {
    let statement: AdminStatement?
  }

  /// A statement that is to be run, and the formats its columns are wanted in.
  struct Portal {
    let statement: AdminStatement?
    /// For each column whether it is binary; empty for text.
    let formats: [Bool]
  }

  mutating func parse(_ body: [UInt8]) throws(MessageBodyError) -> [AdminAction] {
    let message = try ParseMessage.decode(body.span.bytes)
    let text = Array(body[message.query])
    let name = Self.text(body, message.name)
    do throws(AdminSyntaxError) {
      let parsed = try AdminParser.parse(text)
      guard parsed.count <= 1 else {
        return fail(.syntaxError, "more than one statement can't be prepared")
      }
      guard name.isEmpty || statements.count < AdminLimits.preparedStatements else {
        return fail(.programLimitExceeded, Self.tooMany)
      }
      guard name.isEmpty || statements[name] == nil else {
        return fail(.duplicateStatement, "prepared statement \"\(name.prefix(64))\" already exists")
      }
      statements[name] = Prepared(statement: parsed.first)
      return [.send(CompletionMessage.parseComplete.encoded())]
    } catch {
      skipsToSync = true
      return [.send(Self.response(error, in: text).encoded())]
    }
  }

  mutating func bind(_ body: [UInt8]) throws(MessageBodyError) -> [AdminAction] {
    let message = try BindMessage.decode(body.span.bytes)
    guard let prepared = statements[Self.text(body, message.statement)] else {
      return failUnknown("prepared statement", Self.text(body, message.statement))
    }
    guard let values = BindValues(Array(body[message.rest])) else {
      return broken("the values of a Bind are not laid out as they should be")
    }
    guard values.count == 0 else {
      return fail(.featureNotSupported, "statements of the admin console have no parameters")
    }
    guard portals.count < AdminLimits.preparedStatements else {
      return fail(.programLimitExceeded, Self.tooMany)
    }
    guard let formats = values.formats(columns: columns(of: prepared.statement).count) else {
      return fail(.protocolViolation, "there are not as many formats as columns")
    }
    portals[Self.text(body, message.portal)] = Portal(
      statement: prepared.statement, formats: formats)
    return [.send(CompletionMessage.bindComplete.encoded())]
  }

  mutating func describe(_ body: [UInt8]) throws(MessageBodyError) -> [AdminAction] {
    let message = try DescribeMessage.decode(body.span.bytes)
    let name = Self.text(body, message.name)
    switch message.kind {
    case .statement:
      guard let prepared = statements[name] else { return failUnknown("prepared statement", name) }
      return [
        .send(ParameterDescription.encoded(types: []) + description(prepared.statement, []))
      ]
    case .portal:
      guard let portal = portals[name] else { return failUnknown("portal", name) }
      return [.send(description(portal.statement, portal.formats))]
    }
  }

  /// Runs a portal. How many rows are wanted at most is passed over: tables are small.
  mutating func execute(_ body: [UInt8]) throws(MessageBodyError) -> [AdminAction] {
    let message = try ExecuteMessage.decode(body.span.bytes)
    let name = Self.text(body, message.portal)
    guard let portal = portals[name] else { return failUnknown("portal", name) }
    guard let statement = portal.statement else {
      return [.send(CompletionMessage.emptyQueryResponse.encoded())]
    }
    runsPortal = portal
    return run(statement)
  }

  mutating func close(_ body: [UInt8]) throws(MessageBodyError) -> [AdminAction] {
    let message = try CloseMessage.decode(body.span.bytes)
    let name = Self.text(body, message.name)
    switch message.kind {
    case .statement: statements[name] = nil
    case .portal: portals[name] = nil
    }
    return [.send(CompletionMessage.closeComplete.encoded())]
  }

  // MARK: Parts

  private static var tooMany: String {
    "more than \(AdminLimits.preparedStatements) prepared statements or portals"
  }

  private static func text(_ body: [UInt8], _ range: Range<Int>) -> String {
    String(decoding: body[range], as: UTF8.self)
  }

  private func columns(of statement: AdminStatement?) -> [RowDescription.Column] {
    guard case .show(let table, _) = statement else { return [] }
    return catalog.columns(of: table)
  }

  private func description(_ statement: AdminStatement?, _ formats: [Bool]) -> [UInt8] {
    let columns = columns(of: statement)
    guard !columns.isEmpty else { return CompletionMessage.noData.encoded() }
    return RowDescription.encoded(columns, isBinary: formats)
  }

  private mutating func failUnknown(_ what: String, _ name: String) -> [AdminAction] {
    fail(
      what == "portal" ? .invalidCursorName : .invalidStatementName,
      "\(what) \"\(name.prefix(64))\" does not exist")
  }

  private mutating func fail(_ state: SQLState, _ message: String) -> [AdminAction] {
    skipsToSync = true
    return [
      .send(ErrorResponse(severity: .error, sqlState: state, message: message).encoded())
    ]
  }
}

/// What stands in a Bind behind its names.
struct BindValues {
  /// How many values there are.
  let count: Int
  private let columnFormats: [Int]

  /// Reads it; nil when it is not laid out as it should be.
  init?(_ bytes: [UInt8]) {
    var offset = 0
    func number(_ width: Int) -> Int? {
      guard offset + width <= bytes.count else { return nil }
      defer { offset += width }
      return bytes[offset..<offset + width].reduce(0) { $0 << 8 | Int($1) }
    }
    guard let formats = number(2) else { return nil }
    for _ in 0..<formats { guard number(2) != nil else { return nil } }
    guard let count = number(2) else { return nil }
    for _ in 0..<count {
      guard let length = number(4) else { return nil }
      // Four bytes of ones stand for a null.
      if length != 0xFFFF_FFFF { offset += length }
    }
    guard let wanted = number(2) else { return nil }
    var columnFormats: [Int] = []
    for _ in 0..<wanted {
      guard let format = number(2), format <= 1 else { return nil }
      columnFormats.append(format)
    }
    guard offset == bytes.count else { return nil }
    self.count = count
    self.columnFormats = columnFormats
  }

  /// For each of so many columns whether it is wanted binary, empty for text; nil when that can't be told.
  func formats(columns: Int) -> [Bool]? {
    switch columnFormats.count {
    case 0: []
    case 1: Array(repeating: columnFormats[0] == 1, count: columns)
    case columns: columnFormats.map { $0 == 1 }
    default: nil
    }
  }
}
