internal import Authentication
internal import Wire

extension ClientMachine {
  /// Takes bytes of the server's, cut anywhere.
  ///
  /// - Parameters:
  ///   - bytes: what has come, and has not been given before.
  ///   - now: the time, read when the bytes were there: a write counts as acknowledged from then
  ///     on.
  ///   - plan: the load's plan.
  ///   - ledger: the load's ledger on this worker.
  ///   - out: where what is to be sent goes.
  /// - Returns: what they led to. After ``ClientEvent/broken(_:)`` further bytes are passed over.
  public mutating func receive(
    _ bytes: RawSpan, at now: Int64, _ plan: ClientPlan, _ ledger: inout ConsistencyLedger,
    into out: inout [UInt8]
  ) -> ClientEvent {
    var event = ClientEvent.pending
    var offset = 0
    do {
      while phase.rawValue < Phase.broken.rawValue,
        let found = try scanner.next(bytes, from: &offset)
      {
        let next: ClientEvent
        switch found {
        case .header(let type, let length):
          next = head(
            type, length, bytes.extracting(offset..<offset), at: now, plan, &ledger, into: &out)
          if !message.isWanted { scanner.skipBody(bytes, from: &offset) }
        case .body(let range, let isLast):
          if !message.isWanted { continue }
          next = body(
            bytes.extracting(range), isLast: isLast, at: now, plan, &ledger, into: &out)
        }
        if case .pending = event { event = next }
      }
    } catch {
      lastFailureText = "\(error)"
      fail(Failure(.protocolViolation), &ledger)
    }
    if phase == .broken, case .pending = event { return tellBreakage() }
    return event
  }

  /// Tells the caller once that the connection is of no more use.
  private mutating func tellBreakage() -> ClientEvent {
    phase = .ended
    return .broken(breakage)
  }

  /// A message begins: most say all by their type.
  @inline(__always)
  private mutating func head(
    _ type: UInt8, _ length: Int, _ nothing: RawSpan, at now: Int64, _ plan: ClientPlan,
    _ ledger: inout ConsistencyLedger, into out: inout [UInt8]
  ) -> ClientEvent {
    message.type = type
    message.bodyLength = length
    message.isWanted = wantsBody(of: type, plan)
    if !message.isWanted {
      if !note(type, plan) { unexpected(type, &ledger) }
      return .pending
    }
    if phase == .login, length > limit(of: type) {
      unexpected(type, &ledger)
      return .pending
    }
    return length > 0 ? .pending : whole(nothing, at: now, plan, &ledger, into: &out)
  }

  /// A piece of a body that is wanted.
  @inline(__always)
  private mutating func body(
    _ piece: RawSpan, isLast: Bool, at now: Int64, _ plan: ClientPlan,
    _ ledger: inout ConsistencyLedger, into out: inout [UInt8]
  ) -> ClientEvent {
    if piece.byteCount == message.bodyLength {
      return whole(piece, at: now, plan, &ledger, into: &out)
    }
    let room = max(0, limit(of: message.type) - message.kept.count)
    for offset in 0..<min(room, piece.byteCount) { message.kept.append(piece.byte(at: offset)) }
    if !isLast { return .pending }
    var body: [UInt8] = []
    swap(&body, &message.kept)
    let event = whole(RawSpan(_elements: body.span), at: now, plan, &ledger, into: &out)
    body.removeAll(keepingCapacity: true)
    swap(&body, &message.kept)
    return event
  }

  /// Whether what a message says lies in its body.
  @inline(__always)
  private mutating func wantsBody(of type: UInt8, _ plan: ClientPlan) -> Bool {
    switch type {
    case BackendMessageType.readyForQuery, BackendMessageType.errorResponse: true
    case BackendMessageType.dataRow where phase == .answering:
      plan.steps[Int(transaction.step)].reading != .nothing
    default: phase == .login
    }
  }

  /// How much of a body is kept when it comes in pieces.
  private func limit(of type: UInt8) -> Int {
    if phase == .login { return AuthenticationLimits.serverMessageBytes }
    return type == BackendMessageType.dataRow ? ClientLimits.rowBytes : ClientLimits.errorBytes
  }

  /// Takes a message whose body doesn't matter; false where it isn't due.
  @inline(__always)
  private mutating func note(_ type: UInt8, _ plan: ClientPlan) -> Bool {
    switch type {
    case BackendMessageType.bindComplete, BackendMessageType.dataRow,
      BackendMessageType.rowDescription:
      return isAnswering
    case BackendMessageType.commandComplete, BackendMessageType.emptyQueryResponse:
      answer.isOver = true
      return isAnswering
    case BackendMessageType.parseComplete:
      guard phase == .answering else { return false }
      let statement = plan.steps[Int(transaction.step)].statement
      let number = plan.statements[Int(statement)].prepared
      if number >= 0 { prepared.insert(Int(number)) }
      return true
    case BackendMessageType.noticeResponse, BackendMessageType.parameterStatus,
      BackendMessageType.notificationResponse:
      return true
    default:
      return false
    }
  }

  /// Whether a statement waits for its answer.
  @inline(__always)
  var isAnswering: Bool {
    switch phase {
    case .answering, .rollingBack, .tierBack: true
    default: false
    }
  }

  /// A message came that isn't due.
  private mutating func unexpected(_ type: UInt8, _ ledger: inout ConsistencyLedger) {
    lastFailureText =
      "the server sent message '\(Character(Unicode.Scalar(type)))', which has no place here"
    fail(Failure(.protocolViolation), &ledger)
  }
}
