internal import Wire

/// Statements: how they are begun, and how their outcome is told.
extension AdminSession {
  mutating func takeRequest(_ message: Message) -> [AdminAction] {
    if skipsToSync, message.type != FrontendMessageType.sync,
      message.type != FrontendMessageType.terminate
    {
      return []
    }
    do throws(MessageBodyError) {
      switch message.type {
      case FrontendMessageType.query: return query(message.body)
      case FrontendMessageType.parse: return try parse(message.body)
      case FrontendMessageType.bind: return try bind(message.body)
      case FrontendMessageType.describe: return try describe(message.body)
      case FrontendMessageType.execute: return try execute(message.body)
      case FrontendMessageType.close: return try close(message.body)
      case FrontendMessageType.flush: return []
      case FrontendMessageType.sync:
        skipsToSync = false
        portals = [:]
        return [.send(ready())]
      case FrontendMessageType.terminate:
        phase = .over
        return [.close]
      default: return broken("there are no messages of type \(message.type) here")
      }
    } catch {
      return broken("\(error)")
    }
  }

  // MARK: The simple protocol

  private mutating func query(_ body: [UInt8]) -> [AdminAction] {
    let text = body.last == 0 ? Array(body.dropLast()) : body
    do throws(AdminSyntaxError) {
      queue = try AdminParser.parse(text)
    } catch {
      return [.send(Self.response(error, in: text).encoded() + ready())]
    }
    guard !queue.isEmpty else {
      return [.send(CompletionMessage.emptyQueryResponse.encoded() + ready())]
    }
    return runNext()
  }

  /// Runs the statements of a query in turn, up to one that has to be waited for.
  private mutating func runNext() -> [AdminAction] {
    guard !queue.isEmpty else { return [.send(ready())] }
    return run(queue.removeFirst())
  }

  /// The end of a request.
  func ready() -> [UInt8] {
    ReadyForQuery(status: isInTransaction ? .inTransaction : .idle).encoded()
  }

  static func response(_ error: AdminSyntaxError, in text: [UInt8]) -> ErrorResponse {
    let before = String(decoding: text.prefix(error.offset), as: UTF8.self)
    return ErrorResponse(
      severity: .error, sqlState: .syntaxError, message: error.message,
      hint: error.hint ?? AdminParser.helpHint, position: before.unicodeScalars.count + 1)
  }

  // MARK: Running

  /// Begins a statement. What the connection itself knows is told at once.
  mutating func run(_ statement: AdminStatement) -> [AdminAction] {
    switch statement {
    case .show(let table, _):
      if let rows = catalog.constantRows(of: table) { return conclude(statement, .rows(rows)) }
    case .order(let order):
      guard rights == .change else {
        return conclude(
          statement,
          .error(
            .insufficientPrivilege, "user \"\(user)\" may not \(order.tag)",
            hint: "Users of admin.statsUsers may only SHOW; "
              + "those of admin.users may do everything."))
      }
    case .set: return conclude(statement, .done())
    case .begin:
      isInTransaction = true
      return conclude(statement, .done())
    case .end:
      isInTransaction = false
      return conclude(statement, .done())
    }
    phase = .running(statement)
    return [.run(statement, user: user)]
  }

  /// Tells the outcome of a statement, and goes on with what follows it.
  mutating func conclude(_ statement: AdminStatement, _ outcome: AdminOutcome) -> [AdminAction] {
    if let portal = runsPortal {
      runsPortal = nil
      if case .failed = outcome { skipsToSync = true }
      return [.send(answer(statement, outcome, formats: portal.formats, describes: false))]
    }
    let bytes = answer(statement, outcome, formats: [], describes: true)
    if case .failed = outcome {
      queue = []
      return [.send(bytes + ready())]
    }
    return [.send(bytes)] + runNext()
  }

  private func answer(
    _ statement: AdminStatement, _ outcome: AdminOutcome, formats: [Bool], describes: Bool
  ) -> [UInt8] {
    switch outcome {
    case .failed(let error): return error.encoded()
    case .done(let notices):
      return Self.encoded(notices) + CommandComplete.encoded(tag: tag(of: statement))
    case .rows(let rows, let notices):
      guard case .show(let table, _) = statement else { return [] }
      let columns = catalog.columns(of: table)
      var bytes = Self.encoded(notices)
      if describes { bytes += RowDescription.encoded(columns) }
      for row in rows { bytes += DataRow.encoded(ColumnValue.encode(row, columns, formats)) }
      return bytes + CommandComplete.encoded(tag: tag(of: statement))
    }
  }

  private func tag(of statement: AdminStatement) -> String {
    switch statement {
    case .show: "SHOW"
    case .order(let order): order.tag
    case .set: "SET"
    case .begin: "BEGIN"
    case .end(let end): end.rawValue
    }
  }

  private static func encoded(_ notices: [String]) -> [UInt8] {
    notices.flatMap {
      ErrorResponse(severity: .notice, sqlState: .successfulCompletion, message: $0).encodedNotice()
    }
  }
}

/// Values as clients want them.
enum ColumnValue {
  /// The values of a row: as text, or binary where a client has asked for that.
  static func encode(
    _ row: [String?], _ columns: [RowDescription.Column], _ isBinary: [Bool]
  ) -> [[UInt8]?] {
    precondition(row.count == columns.count, "a row needs a value for each column")
    return row.indices.map { place in
      guard let text = row[place] else { return nil }
      guard !isBinary.isEmpty, isBinary[place], columns[place].type == .int8 else {
        return Array(text.utf8)
      }
      let number = UInt64(bitPattern: Int64(text) ?? 0)
      return (0..<8).map { UInt8(truncatingIfNeeded: number >> (56 - 8 * UInt64($0))) }
    }
  }
}
