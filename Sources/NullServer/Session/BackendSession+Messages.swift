import Wire

/// What each message of a client is answered with.
extension BackendSession {
  /// Takes one whole message.
  mutating func message(
    _ type: UInt8, _ body: RawSpan, _ out: inout AnswerBuffer
  ) -> Verdict {
    if skipsToSync, type != FrontendMessageType.sync, type != FrontendMessageType.terminate {
      return .goesOn
    }
    do throws(MessageBodyError) {
      switch type {
      case FrontendMessageType.query: return query(body, &out)
      case FrontendMessageType.bind: return try bind(body, &out)
      case FrontendMessageType.execute: try execute(body, &out)
      case FrontendMessageType.describe: try describe(body, &out)
      case FrontendMessageType.sync:
        skipsToSync = false
        ready(&out)
      case FrontendMessageType.parse: try parse(body, &out)
      case FrontendMessageType.close: try close(body, &out)
      case FrontendMessageType.flush, FrontendMessageType.copyData, FrontendMessageType.copyDone,
        FrontendMessageType.copyFail:
        break
      case FrontendMessageType.terminate: return .ends
      case FrontendMessageType.functionCall:
        fail(Failures.functionCall, &out)
        ready(&out)
      default:
        out.append(Failures.badMessage("invalid frontend message type \(type)").encoded())
        return .ends
      }
    } catch {
      out.append(Failures.badMessage("\(error)").encoded())
      return .ends
    }
    return .goesOn
  }

  /// Says that the next query may come, and what settings have changed.
  mutating func ready(_ out: inout AnswerBuffer) {
    let reports = settings.takeReports()
    if !reports.isEmpty { out.append(reports) }
    out.append(canned.ready(status))
  }

  /// Tells of an error; a transaction has failed by it.
  mutating func fail(_ error: ErrorResponse, _ out: inout AnswerBuffer) {
    out.append(error.encoded())
    if status == .inTransaction { status = .failed }
  }

  // MARK: Simple

  private mutating func query(_ body: RawSpan, _ out: inout AnswerBuffer) -> Verdict {
    guard body.byteCount > 0, body.byte(at: body.byteCount - 1) == 0 else {
      out.append(Failures.badMessage("a query without terminator").encoded())
      return .ends
    }
    let text = body.extracting(0..<body.byteCount - 1)
    var statements = StatementRecognizer.recognize(text)
    var count = 0
    while let statement = statements.next(text) {
      count += 1
      let answer = StatementReader.read(statement, at: statements.start, in: text)
      guard run(answer, as: .simple, &out) else { break }
    }
    if count == 0 { _ = run(.empty, as: .simple, &out) }
    ready(&out)
    return .goesOn
  }

  // MARK: Extended

  private mutating func failUntilSync(_ error: ErrorResponse, _ out: inout AnswerBuffer) {
    fail(error, &out)
    skipsToSync = true
  }

  private mutating func parse(_ body: RawSpan, _ out: inout AnswerBuffer) throws(MessageBodyError) {
    let message = try ParseMessage.decode(body)
    let name = body.extracting(message.name)
    if !message.name.isEmpty {
      if statements.place(of: name) != nil {
        return failUntilSync(Failures.statementExists(body.copy(of: message.name)), &out)
      }
      if statements.count >= NullServerLimits.statements {
        return failUntilSync(Failures.tooManyStatements, &out)
      }
    }
    let text = body.extracting(message.query)
    let answer = StatementReader.readSingle(text)
    if case .failure(let error) = answer { return failUntilSync(error, &out) }
    statements.insert(
      name, answer, parameterTypes: ParameterTypes.read(text, body, message.parameterTypes))
    out.append(emptyMessage: BackendMessageType.parseComplete)
  }

  private mutating func bind(
    _ body: RawSpan, _ out: inout AnswerBuffer
  ) throws(MessageBodyError) -> Verdict {
    let message = try BindMessage.decode(body)
    guard let place = statements.place(of: body.extracting(message.statement)) else {
      failUntilSync(Failures.noStatement(body.copy(of: message.statement)), &out)
      return .goesOn
    }
    var answer = statements[place].answer
    var parameter = 0
    if case .fillByParameter(let place) = answer { parameter = place }
    guard let values = BoundValues(body, message.rest, parameter: parameter) else {
      out.append(Failures.badMessage("invalid layout of a Bind message").encoded())
      return .ends
    }
    if parameter > 0 {
      guard let count = values.number, 0...NullServerLimits.rowBytes ~= count else {
        failUntilSync(Failures.badCount, &out)
        return .goesOn
      }
      answer = .fill(count)
    }
    let portal = Portal(answer: answer, formats: values.formats)
    if message.portal.isEmpty {
      self.portal = portal
    } else if !keep(portal, as: body.copy(of: message.portal)) {
      failUntilSync(Failures.tooManyPortals, &out)
      return .goesOn
    }
    out.append(emptyMessage: BackendMessageType.bindComplete)
    return .goesOn
  }

  private mutating func keep(_ portal: Portal, as name: [UInt8]) -> Bool {
    namedPortals.removeAll { $0.name == name }
    guard namedPortals.count < NullServerLimits.portals else { return false }
    namedPortals.append((name, portal))
    return true
  }

  private mutating func execute(
    _ body: RawSpan, _ out: inout AnswerBuffer
  ) throws(MessageBodyError) {
    let message = try ExecuteMessage.decode(body)
    guard var portal = find(body, message.portal) else {
      return failUntilSync(Failures.noPortal(body.copy(of: message.portal)), &out)
    }
    let rows: ExecutionForm.Rows =
      portal.isFinished ? .none : message.maximumRows == 1 ? .oneAndMore : .all
    if !run(portal.answer, as: .extended(portal.formats, rows), &out) { skipsToSync = true }
    portal.isFinished = true
    if message.portal.isEmpty {
      self.portal = portal
    } else {
      _ = keep(portal, as: body.copy(of: message.portal))
    }
  }

  private func find(_ body: RawSpan, _ name: Range<Int>) -> Portal? {
    if name.isEmpty { return portal }
    let name = body.copy(of: name)
    return namedPortals.first { $0.name == name }?.portal
  }

  private mutating func describe(
    _ body: RawSpan, _ out: inout AnswerBuffer
  ) throws(MessageBodyError) {
    let message = try DescribeMessage.decode(body)
    switch message.kind {
    case .portal:
      guard let portal = find(body, message.name) else {
        return failUntilSync(Failures.noPortal(body.copy(of: message.name)), &out)
      }
      appendDescription(of: portal.answer, portal.formats, &out)
    case .statement:
      guard let place = statements.place(of: body.extracting(message.name)) else {
        return failUntilSync(Failures.noStatement(body.copy(of: message.name)), &out)
      }
      let statement = statements[place]
      out.append(ParameterDescription.encoded(types: statement.parameterTypes))
      appendDescription(of: statement.answer, .text, &out)
    }
  }

  private mutating func close(_ body: RawSpan, _ out: inout AnswerBuffer) throws(MessageBodyError) {
    let message = try CloseMessage.decode(body)
    switch message.kind {
    case .statement: _ = statements.remove(body.extracting(message.name))
    case .portal:
      let name = body.copy(of: message.name)
      if name.isEmpty { portal = nil } else { namedPortals.removeAll { $0.name == name } }
    }
    out.append(emptyMessage: BackendMessageType.closeComplete)
  }
}

/// The types of a statement's parameters: those that the client gives, and for others a number.
private enum ParameterTypes {
  /// The oid of `int4`.
  static let number: UInt32 = 23

  static func read(_ text: RawSpan, _ body: RawSpan, _ given: Range<Int>) -> [UInt32] {
    let givenCount = given.count / 4
    let count = max(StatementReader.parameterCount(text), givenCount)
    return (0..<count).map { place in
      guard place < givenCount else { return number }
      var oid: UInt32 = 0
      for offset in 0..<4 {
        oid = oid << 8 | UInt32(body.byte(at: given.lowerBound + 4 * place + offset))
      }
      return oid == 0 ? number : oid
    }
  }
}

extension AnswerBuffer {
  /// Appends a message without body.
  @inline(__always)
  mutating func append(emptyMessage type: UInt8) {
    append(type)
    append(bigEndian: UInt32(4))
  }
}
