import Wire

/// A PostgreSQL session, as far as a pooler can notice it: messages in, messages out, no socket and no clock.
///
/// Simulated servers have one a connection. So has every simulated client that shares servers, for itself: what the router passes to it must be,
/// message for message, what a session of its own would have said.
final class PostgresSession {
  /// An error of the server's.
  struct Failure: Error {
    let state: String
    let text: String
  }

  /// A fault that a server might have, or that a pool's fault looks like.
  enum Flaw: CaseIterable {
    /// DISCARD ALL leaves everything as it was.
    case forgetsNothing
    /// A statement runs twice.
    case runsTwice
    /// ROLLBACK is taken for done, and the transaction stays open.
    case staysInTransaction
    /// A row of an answer is lost.
    case losesRow
    /// A setting is not changed, though it is said to be.
    case ignoresSettings
  }

  /// A statement whose rows are asked for in parts.
  struct Portal {
    let statement: SimulatedSQL
    let parameters: [String]
    let tag: RequestTag?
    var rowsGiven = 0
    var hasRun = false
  }

  private(set) var status = TransactionStatus.idle
  var state: SessionState
  /// What was prepared, by name.
  private(set) var statements: [String: SimulatedText] = [:]
  /// What it has said and nobody has taken.
  private(set) var said: [[UInt8]] = []
  /// Whether it waits for COPY data; then whether as part of the extended protocol.
  private(set) var copying: (isExtended: Bool, bytes: Int)?
  /// Whether the router, or a mode of it, keeps the statement that is about to run from writing.
  var refusesWrites = false
  /// Whether a cancel request has come for the statement that is about to run.
  var isCancelled = false
  /// Told of each request before it runs.
  var willRun: (RequestTag) -> Void = { _ in }
  /// Whether it has ended the connection.
  private(set) var isOver = false
  /// The server that it is at; nil for what a client has for itself.
  var host: (any SessionHost)?
  /// What its transaction has written.
  var written: [RequestTag] = []
  /// What is wrong with it, for tests of the invariants.
  var flaw: Flaw?
  /// The tenant that the router names when it is asked; nil at servers.
  let routerTenant: String?

  private let defaults: SessionState
  private var saved: SessionState?
  /// Values of the session's that SET LOCAL hides until the transaction ends.
  private var hidden: [String: String] = [:]
  private var portals: [String: Portal] = [:]
  private var isSkipping = false
  /// The reported settings as the client knows them.
  private var known: [String: String]

  init(settings: [String: String] = [:], routerTenant: String? = nil) {
    var state = SessionState()
    state.settings.merge(settings) { $1 }
    self.state = state
    defaults = state
    known = state.settings
    self.routerTenant = routerTenant
  }

  /// Takes what it has said.
  func takeSaid() -> [[UInt8]] {
    defer { said = [] }
    return said
  }

  func say(_ message: [UInt8]) { said.append(message) }

  /// Whether nothing of a transaction or of a group of messages is open.
  var isBetweenTransactions: Bool { status == .idle && saved == nil && !isSkipping }

  /// Names of statements that a client gave.
  var foreignStatements: [String] {
    statements.keys.filter { !$0.isEmpty && !$0.hasPrefix("shardway_") }.sorted()
  }

  // MARK: Messages

  /// Takes a client's message.
  func receive(_ type: UInt8, _ body: [UInt8]) {
    if copying != nil { return receiveInCopy(type, body) }
    if isSkipping && type != FrontendMessageType.sync { return }
    switch type {
    case FrontendMessageType.query: query(body)
    case FrontendMessageType.sync:
      isSkipping = false
      endGroup()
    case FrontendMessageType.flush, FrontendMessageType.copyData, FrontendMessageType.copyDone,
      FrontendMessageType.copyFail, FrontendMessageType.terminate:
      break
    default:
      beginImplicitly()
      do throws(Failure) {
        try extended(type, BodyWords(body))
      } catch {
        failed(error)
        isSkipping = true
      }
    }
  }

  private func receiveInCopy(_ type: UInt8, _ body: [UInt8]) {
    guard let copy = copying else { return }
    switch type {
    case FrontendMessageType.copyData:
      copying?.bytes += body.count
      guard body.first == Self.badData else { return }
      copyFailed(Failure(state: "22P02", text: "invalid input in COPY"), copy.isExtended)
    case FrontendMessageType.copyDone:
      copying = nil
      complete("COPY \(copy.bytes)")
      if !copy.isExtended { endGroup() }
    case FrontendMessageType.copyFail:
      copyFailed(Failure(state: "57014", text: "COPY from stdin failed"), copy.isExtended)
    case FrontendMessageType.sync, FrontendMessageType.flush, FrontendMessageType.terminate: break
    default:
      // A server has not read the message's body by then, and ends the connection for that.
      copying = nil
      isOver = true
      for severity in [ErrorResponse.Severity.error, .fatal] {
        let response = ErrorResponse(
          severity: severity, sqlState: .protocolViolation,
          message: "unexpected message type during COPY from stdin")
        say(response.encoded())
      }
    }
  }

  private func copyFailed(_ failure: Failure, _ isExtended: Bool) {
    failed(failure)
    if isExtended { isSkipping = true } else { endGroup() }
  }

  /// The setting by which transactions begin read-only.
  static let readOnlySwitch = "default_transaction_read_only"

  /// What COPY data begins with that a server refuses.
  static let badData: UInt8 = 0

  private func query(_ body: [UInt8]) {
    let text = SimulatedText(body)
    if let tag = text.tag {
      willRun(tag)
      if flaw == .runsTwice { willRun(tag) }
    }
    statements[""] = nil
    do throws(Failure) {
      for statement in text.statements {
        beginImplicitly()
        let statement = statement == .nothing ? .nothing : try check(statement)
        if let columns = statement.columns {
          say(RowDescription.encoded(columns.map { .init($0) }))
        }
        try run(statement, parameters: [], tag: text.tag, isExtended: false)
        if copying != nil { return }
      }
    } catch {
      failed(error)
    }
    endGroup()
  }

  // MARK: Transactions

  private func beginImplicitly() { if saved == nil { saved = state } }

  /// ReadyForQuery: what was not begun explicitly is committed.
  private func endGroup() {
    if status == .idle { commit() }
    for name in SessionState.reported where known[name] != state.settings[name] {
      known[name] = state.settings[name]
      say(ParameterStatus.encoded(name: name, value: state.settings[name]!))
    }
    say(ReadyForQuery(status: status).encoded())
  }

  func begin() { status = .inTransaction }

  func commit() {
    if !written.isEmpty { host?.commits(written) }
    state.settings.merge(hidden) { $1 }
    endTransaction()
  }

  func rollBack() {
    if let saved { state = saved }
    endTransaction()
  }

  private func endTransaction() {
    written = []
    saved = nil
    hidden = [:]
    portals = [:]
    status = .idle
  }

  private func failed(_ failure: Failure) {
    let response = ErrorResponse(
      severity: .error, sqlState: SQLState(failure.state.utf8)!, message: failure.text)
    say(response.encoded())
    copying = nil
    if status == .idle { rollBack() } else { status = .failed }
  }

  // MARK: What statements do to the session

  func set(_ name: String, to value: String?, isLocal: Bool) {
    // The router's own settings mean nothing to a server.
    guard !name.hasPrefix("shardway."), flaw != .ignoresSettings else { return }
    let value = value ?? defaults.settings[name]
    if isLocal {
      guard status == .inTransaction else { return }
      if hidden[name] == nil { hidden[name] = state.settings[name] }
    } else {
      hidden[name] = nil
    }
    state.settings[name] = value
  }

  func beginCopy(isExtended: Bool) {
    copying = (isExtended, 0)
    say(MessageEncoder.encode(type: BackendMessageType.copyInResponse, body: [0, 0, 0]))
  }

  func complete(_ tag: String) { say(CommandComplete.encoded(tag: tag)) }

  func forget(_ statement: String) -> Bool { statements.removeValue(forKey: statement) != nil }

  func forgetStatements() { statements = [:] }

  func forgetAll() {
    guard flaw != .forgetsNothing else { return }
    state = defaults
    saved = state
    statements = [:]
  }

  /// A statement that may run now.
  func check(_ statement: SimulatedSQL?) throws(Failure) -> SimulatedSQL {
    guard let statement else { throw Failure(state: "42601", text: "syntax error") }
    if status == .failed, !statement.endsTransaction {
      throw Failure(state: "25P02", text: "current transaction is aborted")
    }
    return statement
  }

  // MARK: Prepared statements and portals

  func prepare(_ name: String, _ text: SimulatedText) throws(Failure) {
    // An empty text may be prepared, and run by Query, in a transaction that has failed; it can't be bound there.
    if let statement = text.statements.first, statement != .nothing { _ = try check(statement) }
    if !name.isEmpty, statements[name] != nil {
      throw Failure(state: "42P05", text: "a prepared statement already exists")
    }
    statements[name] = text
  }

  func prepared(_ name: String) throws(Failure) -> SimulatedText {
    // The name is left out of the text: the server knows it by another.
    guard let text = statements[name] else {
      throw Failure(state: "26000", text: "prepared statement does not exist")
    }
    return text
  }

  func portal(_ name: String) throws(Failure) -> Portal {
    guard let portal = portals[name] else {
      throw Failure(state: "34000", text: "portal does not exist")
    }
    return portal
  }

  func put(_ portal: Portal?, as name: String) { portals[name] = portal }
}

/// The server of a session, as far as its data goes.
protocol SessionHost: AnyObject {
  var isReplica: Bool { get }
  /// How much of the log is visible.
  var position: UInt64 { get }
  /// A transaction is committed that has written these.
  func commits(_ tags: [RequestTag])
  /// A request reads what is visible.
  func reads(_ tag: RequestTag)
}
