import Routing
import ShardMap
import Wire

/// What a client of the pool hears: each message must be the one that a session of its own would have said.
extension SharingClient {
  func read(_ socket: SimulatedSocket) {
    while !isReadingPaused, !isDone, !socket.arrived.isEmpty {
      inbox.append(
        socket.read(atMost: readsSlowly ? world.random.size(in: 1...32 << 10) : 64 << 10))
      while let message = inbox.next() { hear(message) }
      guard readsSlowly else { continue }
      isReadingPaused = true
      world.after(world.random.size(in: 1_000...2_000_000)) { [self] in
        isReadingPaused = false
        step()
      }
    }
  }

  private func hear(_ message: MessageQueue.Message) {
    guard !hasBrokenProtocol else { return }
    world.note("client \(number) hears \(name(message))", UInt64(number), UInt64(message.type))
    guard farewell == nil else {
      return world.violate("client \(number) was told more after it was told goodbye")
    }
    if let error = fatal(message) {
      farewell = "\(error.sqlState)"
      world.note("client \(number) is told \(error)", UInt64(number))
    } else if isWithoutPrimary(message) {
      leaveWithoutPrimary()
    } else if phase == .beginning {
      beginning(message)
    } else {
      answered(message)
    }
  }

  private func fatal(_ message: MessageQueue.Message) -> ErrorResponse? {
    guard message.type == BackendMessageType.errorResponse else { return nil }
    let error = try? ErrorResponse.decode(message.body.span.bytes)
    return error?.severity == .fatal ? error : nil
  }

  /// Whether the router answers in a server's place that there is no primary; the session could go on.
  private func isWithoutPrimary(_ message: MessageQueue.Message) -> Bool {
    guard message.type == BackendMessageType.errorResponse else { return false }
    let error = try? ErrorResponse.decode(message.body.span.bytes)
    return error?.sqlState == .readOnlyTransaction
      && error?.message.hasPrefix("cannot write now") == true
  }

  /// What a session of its own would have said is not known any more.
  private func leaveWithoutPrimary() {
    if !ledger.fleet.excuses.instancesMayFail {
      world.violate("client \(number) was told that there is no primary, and nothing has failed")
    }
    hasBrokenProtocol = true
    steps = [.close]
  }

  /// The router's greeting: every setting must be what the client asked for.
  private func beginning(_ message: MessageQueue.Message) {
    var words = BodyWords(message.body)
    switch message.type {
    case BackendMessageType.parameterStatus: reports[words.string()] = words.string()
    case BackendMessageType.backendKeyData:
      cancelKey = (
        Int32(truncatingIfNeeded: words.number(4)), Array(words.take(message.body.count - 4))
      )
    case BackendMessageType.readyForQuery:
      phase = .welcomed
      hadWholeAnswer = true
      for name in SessionState.reported where reports[name] != session.state.settings[name] {
        world.violate("client \(number) was told that \(name) is \(reports[name] ?? "–")")
      }
    case BackendMessageType.authentication: break
    default: world.violate("client \(number) was greeted with \(message.type)")
    }
  }

  private func answered(_ message: MessageQueue.Message) {
    if message.type == BackendMessageType.notificationResponse { return notified(message) }
    if awaitsFloor { return heardOfFloor(message) }
    // DISCARD ALL and the like reset what a mode has set: it is reported, and nothing new.
    if toldOfReset(message), mayBeKeptFromWriting { return }
    decideOutcome(message)
    guard arrived < expected.count else {
      return world.violate("client \(number) got \(name(message)), and had asked for nothing")
    }
    let right = expected[arrived]
    guard right[0] == message.type, right[5...].elementsEqual(message.body) else {
      return world.violate(
        "client \(number) got \(name(message)) instead of \(text(right[0], Array(right[5...])))")
    }
    hadWholeAnswer =
      message.type == BackendMessageType.readyForQuery && message.body == Self.idleStatus
    expected[arrived] = []
    arrived += 1
    if message.type == BackendMessageType.dataRow { rowArrived(message.body) }
    if arrived == expected.count {
      expected = []
      arrived = 0
    }
  }

  private func toldOfReset(_ message: MessageQueue.Message) -> Bool {
    guard message.type == BackendMessageType.parameterStatus else { return false }
    var words = BodyWords(message.body)
    return words.string() == PostgresSession.readOnlySwitch && words.string() == "off"
  }

  private func heardOfFloor(_ message: MessageQueue.Message) {
    switch message.type {
    case BackendMessageType.dataRow:
      var words = BodyWords(message.body)
      _ = words.number(2)
      let length = words.number(4)
      guard length < 1 << 31 else { return }
      let text = String(decoding: words.take(length), as: UTF8.self)
      if SimulatedProbe.position(text) == nil {
        world.violate("client \(number) was told the floor \(text)")
      }
      ledger.floors[truth.tenant, default: []].append(text)
    case BackendMessageType.readyForQuery:
      awaitsFloor = false
      hadWholeAnswer = true
      transaction += 1
    default: return
    }
  }

  /// The first of an answer says whether the statement was cancelled.
  private func decideOutcome(_ message: MessageQueue.Message) {
    guard var request = undecided else { return }
    undecided = nil
    let error =
      message.type == BackendMessageType.errorResponse
      ? try? ErrorResponse.decode(message.body.span.bytes) : nil
    // A server describes the rows before it begins to sleep: the error comes behind that.
    session.isCancelled = error?.sqlState == .queryCanceled
    session.refusesWrites = error?.sqlState == .readOnlyTransaction
    if session.refusesWrites, !mayBeKeptFromWriting {
      world.violate("client \(number) may write, and was told that it may not")
    }
    if error?.sqlState == Self.tooLate {
      // What is left of long COPY data that a server ignores had it borrowed before.
      if !hasCopied {
        world.violate("client \(number) asked for a tier behind BEGIN, and was too late")
      }
      request = PoolRequests.query("DO ERRCODE = '25001'")
    } else if let chosen {
      truth.tiers[transaction] = chosen
    }
    session.receive(request[0], Array(request[5...]))
    session.isCancelled = false
    chosen = nil
    expected += session.takeSaid()
    // The router adds a hint.
    if session.refusesWrites {
      expected[arrived] = MessageEncoder.encode(type: message.type, body: message.body)
      ledger.wasKeptFromWriting()
    }
    session.refusesWrites = false
    noteTransaction()
  }

  /// What a ready server says outside a transaction.
  private static let idleStatus: [UInt8] = [UInt8(ascii: "I")]

  /// What is said to a tier that is chosen when the transaction has begun at a server.
  private static let tooLate = SQLState("25001")

  private func rowArrived(_ body: [UInt8]) {
    var words = BodyWords(body)
    _ = words.number(2)
    let first = String(decoding: words.take(words.number(4)), as: UTF8.self)
    guard let tag = RequestTag(first) else { return }
    if tag.client != truth.id { world.violate("client \(number) got a row of \(tag)") }
    ledger.arrived(tag)
  }

  private func notified(_ message: MessageQueue.Message) {
    var words = BodyWords(message.body)
    _ = words.number(4)
    let channel = words.string()
    if channel != "news\(truth.id)" {
      world.violate("client \(number) was notified of \(channel)")
    }
  }

  private func name(_ message: MessageQueue.Message) -> String { text(message.type, message.body) }

  func text(_ type: UInt8, _ body: [UInt8]) -> String {
    let shown = body.prefix(100).map { 0x20..<0x7F ~= $0 ? $0 : UInt8(ascii: ".") }
    return "\(UnicodeScalar(type)) “\(String(decoding: shown, as: UTF8.self))”"
  }

  // MARK: The end

  func ended(_ socket: SimulatedSocket) {
    isDone = true
    socket.close()
    world.note(
      "client \(number) ended: \(farewell ?? "no message"), \(expected.count - arrived) missing",
      UInt64(number))
    if phase == .leaving, isQuiet, inbox.isEmpty, farewell == nil { return }
    let isPaused = ledger.fleet.mayBePaused(truth.tenant)
    if hasBrokenProtocol { return }
    if ledger.fleet.excuses.allowDrained(
      farewell, hadWholeAnswer: hadWholeAnswer, wasLetIn: phase != .beginning)
    {
      return
    }
    if ledger.fleet.excuses.allowPooled(farewell, plan, isPaused: isPaused) { return }
    world.violate(
      "client \(number) was ended with \(farewell ?? "no message") for no reason, \(expected.count - arrived) messages missing"
    )
  }
}
