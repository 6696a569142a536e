import Wire

/// How a statement is executed.
enum ExecutionForm {
  /// What of its rows is given.
  enum Rows {
    case all
    /// One, and that there may be more.
    case oneAndMore
    /// They were given before.
    case none
  }

  /// By a Query message: columns are described, values are text.
  case simple
  /// By an Execute message.
  case extended(Portal.Formats, Rows)
}

/// Statements: what they do to the session, and their answers.
extension BackendSession {
  /// Executes a statement; false if it has failed.
  mutating func run(
    _ answer: StatementAnswer, as form: ExecutionForm, _ out: inout AnswerBuffer
  ) -> Bool {
    statementCount &+= 1
    if status == .failed, !answer.endsFailedTransaction {
      if case .empty = answer {} else { return fails(Failures.transactionFailed, &out) }
    }
    switch answer {
    case .number, .fill, .row: give(answer, as: form, tag: .select, &out)
    case .command(let tag, returning: true): give(.number(1), as: form, tag: tag, &out)
    case .command(let tag, returning: false): out.append(canned.complete(tag))
    case .otherCommand(let tag):
      out.append(CommandComplete.encoded(tag: String(decoding: tag, as: UTF8.self)))
    case .empty: out.append(emptyMessage: BackendMessageType.emptyQueryResponse)
    case .begin: enter(.inTransaction, .begin, &out)
    case .commit(let andChain):
      enter(andChain ? .inTransaction : .idle, status == .failed ? .rollback : .commit, &out)
    case .rollback(let andChain): enter(andChain ? .inTransaction : .idle, .rollback, &out)
    case .rollbackToSavepoint: enter(status == .idle ? .idle : .inTransaction, .rollback, &out)
    case .fillByParameter: return fails(Failures.badCount, &out)
    case .failure(let error): return fails(error, &out)
    case .set, .reset, .resetAll, .show, .discardAll, .prepare, .execute, .deallocate,
      .deallocateAll:
      return runOnSession(answer, as: form, &out)
    }
    return true
  }

  private mutating func fails(_ error: ErrorResponse, _ out: inout AnswerBuffer) -> Bool {
    fail(error, &out)
    return false
  }

  private mutating func enter(
    _ next: TransactionStatus, _ tag: CommandTag, _ out: inout AnswerBuffer
  ) {
    status = next
    out.append(canned.complete(tag))
  }

  /// Statements about what the session holds.
  private mutating func runOnSession(
    _ answer: StatementAnswer, as form: ExecutionForm, _ out: inout AnswerBuffer
  ) -> Bool {
    switch answer {
    case .set(let change):
      if !change.isLocal, !settings.set(change.name, change.value) {
        return fails(Failures.tooManySettings, &out)
      }
      guard change.isFunction else { return succeeds(.set, &out) }
      give(.row(row(answer)), as: form, tag: .select, &out)
      return true
    case .reset(let name):
      _ = settings.set(name, nil)
      return succeeds(.reset, &out)
    case .resetAll:
      settings.resetAll()
      return succeeds(.reset, &out)
    case .show(let name, let byFunction):
      guard settings.value(name) != nil || byFunction else {
        return fails(Failures.noSetting(name), &out)
      }
      give(.row(row(answer)), as: form, tag: byFunction ? .select : .show, &out)
      return true
    case .discardAll:
      settings.resetAll()
      statements.removeNamed()
      namedPortals = []
      return succeeds(.discardAll, &out)
    case .deallocateAll:
      statements.removeNamed()
      return succeeds(.deallocateAll, &out)
    default: return runOnStatements(answer, as: form, &out)
    }
  }

  /// Statements about statements with names.
  private mutating func runOnStatements(
    _ answer: StatementAnswer, as form: ExecutionForm, _ out: inout AnswerBuffer
  ) -> Bool {
    switch answer {
    case .prepare(let name, let prepared):
      if statements.place(of: name.span.bytes) != nil {
        return fails(Failures.statementExists(name), &out)
      }
      if statements.count >= NullServerLimits.statements {
        return fails(Failures.tooManyStatements, &out)
      }
      if case .failure(let error) = prepared.answer { return fails(error, &out) }
      statements.insert(name.span.bytes, prepared.answer, parameterTypes: [])
      return succeeds(.prepare, &out)
    case .deallocate(let name):
      guard statements.remove(name.span.bytes) else {
        return fails(Failures.noStatement(name), &out)
      }
      return succeeds(.deallocate, &out)
    case .execute(let name):
      guard let place = statements.place(of: name.span.bytes) else {
        return fails(Failures.noStatement(name), &out)
      }
      // PREPARE takes no EXECUTE, and so this ends after one step.
      if case .execute = statements[place].answer { return fails(Failures.noStatement(name), &out) }
      return run(statements[place].answer, as: form, &out)
    default: preconditionFailure("a statement of another kind was sorted here")
    }
  }

  private mutating func succeeds(_ tag: CommandTag, _ out: inout AnswerBuffer) -> Bool {
    out.append(canned.complete(tag))
    return true
  }

  /// What a statement about a setting gives as a row.
  private mutating func row(_ answer: StatementAnswer) -> AnswerRow {
    switch answer {
    case .set(let change):
      AnswerRow([RowDescription.Column("set_config")], [change.value])
    case .show(let name, let byFunction):
      AnswerRow(
        [
          RowDescription.Column(
            byFunction ? "current_setting" : String(decoding: name, as: UTF8.self))
        ], [settings.value(name)])
    default: preconditionFailure("a statement that gives no row of its own")
    }
  }

  // MARK: Rows

  private mutating func give(
    _ answer: StatementAnswer, as form: ExecutionForm, tag: CommandTag, _ out: inout AnswerBuffer
  ) {
    switch form {
    case .simple:
      appendDescription(of: answer, .text, &out)
      appendRow(of: answer, .text, &out)
      out.append(canned.complete(tag))
    case .extended(let formats, .all):
      appendRow(of: answer, formats, &out)
      out.append(canned.complete(tag))
    case .extended(let formats, .oneAndMore):
      appendRow(of: answer, formats, &out)
      out.append(emptyMessage: BackendMessageType.portalSuspended)
    case .extended(_, .none):
      out.append(canned.complete(tag == .select ? .selectNone : tag))
    }
  }

  /// Appends what columns an answer has, or that it has none.
  mutating func appendDescription(
    of answer: StatementAnswer, _ formats: Portal.Formats, _ out: inout AnswerBuffer
  ) {
    switch answer {
    case .execute(let name):
      guard let place = statements.place(of: name.span.bytes) else {
        return out.append(emptyMessage: BackendMessageType.noData)
      }
      let inner = statements[place].answer
      if case .execute = inner { return out.append(emptyMessage: BackendMessageType.noData) }
      appendOwnDescription(of: inner, formats, &out)
    default: appendOwnDescription(of: answer, formats, &out)
    }
  }

  private mutating func appendOwnDescription(
    of answer: StatementAnswer, _ formats: Portal.Formats, _ out: inout AnswerBuffer
  ) {
    switch answer {
    case .number, .command(_, returning: true):
      out.append(
        formats.isBinary(0) ? canned.binaryNumberDescription : canned.numberDescription)
    case .fill, .fillByParameter:
      out.append(formats.isBinary(0) ? canned.binaryFillDescription : canned.fillDescription)
    case .row(let row): appendDescription(of: row, formats, &out)
    case .show: appendDescription(of: row(answer), formats, &out)
    case .set(let change) where change.isFunction:
      appendDescription(of: row(answer), formats, &out)
    default: out.append(emptyMessage: BackendMessageType.noData)
    }
  }

  private mutating func appendDescription(
    of row: AnswerRow, _ formats: Portal.Formats, _ out: inout AnswerBuffer
  ) {
    out.append(
      RowDescription.encoded(row.columns, isBinary: row.columns.indices.map(formats.isBinary)))
  }

  private mutating func appendRow(
    of answer: StatementAnswer, _ formats: Portal.Formats, _ out: inout AnswerBuffer
  ) {
    switch answer {
    case .number(let number): appendRow(number, isBinary: formats.isBinary(0), &out)
    case .fill(let count):
      out.append(rowOfOneColumn: count)
      out.append(fill: count)
    case .row(let row):
      out.append(
        DataRow.encoded(
          row.values.indices.map { formats.isBinary($0) ? row.binaryValue($0) : row.values[$0] }))
    default: preconditionFailure("an answer without a row")
    }
  }

  private mutating func appendRow(_ number: Int64, isBinary: Bool, _ out: inout AnswerBuffer) {
    if isBinary {
      out.append(rowOfOneColumn: 8)
      out.append(bigEndian: number)
    } else if 0...9 ~= number {
      out.append(rowOfOneColumn: 1)
      out.append(UInt8(ascii: "0") + UInt8(number))
    } else {
      let text = Array(String(number).utf8)
      out.append(rowOfOneColumn: text.count)
      out.append(text)
    }
  }
}

extension AnswerBuffer {
  /// Appends a DataRow up to the bytes of its only column, of which so many follow.
  @inline(__always)
  mutating func append(rowOfOneColumn count: Int) {
    append(BackendMessageType.dataRow)
    append(bigEndian: UInt32(10 + count))
    append(bigEndian: UInt16(1))
    append(bigEndian: UInt32(count))
  }
}
