import Wire

/// What each statement does and says.
extension PostgresSession {
  /// Runs a statement, whose description has been said if it was asked for.
  func run(
    _ statement: SimulatedSQL, parameters: [String], tag: RequestTag?, isExtended: Bool
  ) throws(Failure) {
    switch statement {
    case .nothing: say(CompletionMessage.emptyQueryResponse.encoded())
    case .begin:
      begin()
      complete("BEGIN")
    case .commit:
      let hasFailed = status == .failed
      hasFailed ? rollBack() : commit()
      complete(hasFailed ? "ROLLBACK" : "COMMIT")
    case .rollback:
      if flaw != .staysInTransaction { rollBack() }
      complete("ROLLBACK")
    case .rows(let count, let bytes): sayRows(count, bytes, tag)
    case .parameterRows: throw Failure(state: "42P02", text: "there is no parameter $1")
    case .sleep:
      try takeCancel()
      say(RowDescription.encoded([.init("tag"), .init("filler")]))
      sayRows(1, 0, tag)
    case .write: try write(tag)
    case .read:
      if let tag { host?.reads(tag) }
      sayRows(1, 0, tag)
    case .floor:
      sayRow([SimulatedProbe.text(host?.position ?? 0)])
      complete("SELECT 1")
    case .fail: throw Failure(state: "22012", text: "division by zero, by \(describe(tag))")
    case .copyIn: beginCopy(isExtended: isExtended)
    case .copyFails:
      // As where a trigger fails before any data is taken.
      beginCopy(isExtended: isExtended)
      throw Failure(state: "P0001", text: "no data is wanted")
    case .copyOut(let count, let bytes): copyOut(count, bytes, tag)
    default: try runInSession(statement)
    }
  }

  /// Statements about the session itself.
  private func runInSession(_ statement: SimulatedSQL) throws(Failure) {
    switch statement {
    case .raise(let state): throw Failure(state: state, text: "refused by the router")
    case .show(let name): show(name)
    case .constant(let value, _):
      sayRow([value])
      complete("SELECT 1")
    case .set(let name, let value, let isLocal):
      try takeCancel()
      set(name, to: value == "DEFAULT" ? nil : value, isLocal: isLocal)
      complete("SET")
    case .reset(let name):
      set(name, to: nil, isLocal: false)
      complete("RESET")
    case .createTemporary(let name):
      state.temporaryTables.insert(name)
      complete("CREATE TABLE")
    case .listTemporary:
      sayRow([state.temporaryTables.sorted().joined(separator: ",")])
      complete("SELECT 1")
    case .listen(let channel):
      state.channels.insert(channel)
      complete("LISTEN")
    case .unlisten:
      state.channels = []
      complete("UNLISTEN")
    default: try runOnStatements(statement)
    }
  }

  private func runOnStatements(_ statement: SimulatedSQL) throws(Failure) {
    switch statement {
    case .deallocate(let name):
      guard forget(name) else {
        throw Failure(state: "26000", text: "prepared statement does not exist")
      }
      complete("DEALLOCATE")
    case .deallocateAll:
      forgetStatements()
      complete("DEALLOCATE ALL")
    case .discardAll:
      guard status == .idle else {
        throw Failure(state: "25001", text: "DISCARD ALL can't run in a transaction block")
      }
      try takeCancel()
      forgetAll()
      complete("DISCARD ALL")
    default: preconditionFailure("a statement that nobody runs")
    }
  }

  private func show(_ name: String) {
    if name == "shardway.tenant", let routerTenant {
      sayRow([routerTenant])
      // The router has its server select a constant.
      complete("SELECT 1")
    } else {
      sayRow([state.settings[name] ?? ""])
      complete("SHOW")
    }
  }

  private func write(_ tag: RequestTag?) throws(Failure) {
    let isReadOnly = state.settings[Self.readOnlySwitch] == "on"
    if host?.isReplica == true || isReadOnly || refusesWrites {
      throw Failure(state: "25006", text: "cannot execute INSERT in a read-only transaction")
    }
    if let tag { written.append(tag) }
    complete("INSERT 0 1")
  }

  private func takeCancel() throws(Failure) {
    guard isCancelled else { return }
    isCancelled = false
    throw Failure(state: "57014", text: "canceling statement due to user request")
  }

  // MARK: Rows

  private func sayRows(_ count: Int, _ bytes: Int, _ tag: RequestTag?) {
    for number in 0..<count where flaw != .losesRow || number > 0 {
      say(DataRow.encoded([Array(describe(tag).utf8), Self.filler(bytes, number)]))
    }
    complete("SELECT \(count)")
  }

  private func sayRow(_ values: [String]) {
    say(DataRow.encoded(values.map { Array($0.utf8) }))
  }

  private func copyOut(_ count: Int, _ bytes: Int, _ tag: RequestTag?) {
    say(MessageEncoder.encode(type: BackendMessageType.copyOutResponse, body: [0, 0, 0]))
    for number in 0..<count {
      let body = Array(describe(tag).utf8) + Self.filler(bytes, number)
      say(MessageEncoder.encode(type: BackendMessageType.copyData, body: body))
    }
    say(MessageEncoder.encode(type: BackendMessageType.copyDone, body: []))
    complete("COPY \(count)")
  }

  private func describe(_ tag: RequestTag?) -> String { tag.map { "\($0)" } ?? "nobody" }

  /// Bytes that differ from row to row.
  static func filler(_ count: Int, _ number: Int) -> [UInt8] {
    [UInt8](repeating: UInt8(ascii: "a") + UInt8(number % 26), count: count)
  }
}
