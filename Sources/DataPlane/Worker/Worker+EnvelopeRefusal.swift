import Admission
import Pooling
import Routing
import Telemetry
import Wire

/// How work is refused that its tenant has too much of: as cheaply as can be, and without ending a session where the protocol lets it go on.
extension Worker where K: ~Copyable {
  /// Counts that a limit was met and work refused for it; `isNew` unless the first was counted when it began to wait.
  mutating func noteRefused(_ limit: EnvelopeLimit, isNew: Bool = true) {
    if isNew { context.report.counters.add(limit.hits) }
    if let refusals = limit.refusals { context.report.counters.add(refusals) }
  }

  // MARK: Sessions

  /// Refuses a session of a tenant that has too many, or comes too often. Its client has said nothing that was not read, so it can be left
  /// as soon as it was told.
  mutating func refuseOneOfMany(_ handle: SlabHandle, _ refusal: Refusal) {
    context.report.counters.add(.refused)
    tellSparingly(refusal, handle)
    let message =
      sessions[handle].greeting.speaksTLS ? refusal.alert : spareRefusals.message(of: refusal)
    fillLoginBuffer(handle, message)
    sessions[handle].moveOn(.refused)
    sessions[handle].endsWhenTold = true
    timers.set(handle.index, to: kernel.now.advanced(by: SessionTimeouts.linger))
    lingers(handle)
  }

  private mutating func tellSparingly(_ refusal: Refusal, _ handle: SlabHandle) {
    guard spareRefusals.isToBeTold(now: kernel.now) else { return }
    let response = refusal.response
    context.report.events.put(
      WorkerEvent(
        kind: .refused(sqlState: response.sqlState.description, message: response.message),
        tenant: sessions[handle].tenant.map { tenants.name(of: $0) } ?? [], address: nil,
        client: eventClient(handle)))
  }

  // MARK: Transactions

  /// Tells a client that its transaction can't begin. The session goes on if all of what it has asked for is there: a server would then
  /// have said the same of its first statement.
  mutating func refuseWork(_ handle: SlabHandle, _ refusal: Refusal) {
    traceError(handle, refusal.sqlState)
    tellSparingly(refusal, handle)
    requestEnded(handle, outcome: refusal.requestOutcome)
    if !goOn(handle, after: refusal) { sayGoodbye(handle, refusal) }
  }

  /// Answers the first request of a session that waits with an error, and goes on with what else its client has said; false where the session has to end.
  mutating func goOn(_ handle: SlabHandle, after refusal: Refusal) -> Bool {
    guard !isStopping else { return false }
    switch answerWithError(handle, refusal) {
    case .awaited, .impossible: return false
    case .ended: return true
    case .answered: break
    }
    endCounting(handle)
    pooledClients[handle.index].wait.end()
    sessions[handle].moveOn(.returned)
    setIdleDeadline(handle)
    list(handle)
    // Else one would be refused inside the other, as many as the client has sent.
    guard !pooledClients[handle.index].isConsidered else { return true }
    considerTransaction(handle)
    if sessions[handle].phase == .parked, pooledClients[handle.index].hasLeft { leave(handle) }
    return true
  }

  /// What became of a request that was to be answered with an error.
  enum ErrorAnswer {
    case answered
    /// Not all of it is there: there is nothing to do before more has come, or the client's end.
    case awaited
    case impossible
    /// There was no memory for the answer, and the session has been ended.
    case ended
  }

  /// Answers the first request that has come with an error. A transaction that only its client knows of has failed with it.
  private mutating func answerWithError(_ handle: SlabHandle, _ refusal: Refusal) -> ErrorAnswer {
    switch firstRefusable(handle) {
    case .hopeless: return .impossible
    case .incomplete:
      return pooledClients[handle.index].isHeld || pooledClients[handle.index].hasLeft
        ? .impossible : .awaited
    case .whole(let byteCount):
      forgetUnread(byteCount, handle)
      pooledClients[handle.index].begun?.fail(refusal.requestOutcome)
      let status: TransactionStatus = pooledClients[handle.index].begun == nil ? .idle : .failed
      let isKept = put(
        refusal.response(.error).encoded() + ReadyForQuery(status: status).encoded(), handle,
        .downstream)
      guard isKept else { return .ended }
      list(handle)
      return .answered
    }
  }

  /// Whether an error and ReadyForQuery are all that a waiting client is owed, so that nothing of what it has said is left behind them.
  mutating func awaitsOneAnswer(_ handle: SlabHandle) -> Bool {
    guard pooledClients[handle.index].begun == nil, !pooledClients[handle.index].hasLeft else {
      return false
    }
    let byteCount = pooledClients[handle.index].unread.byteCount
    return firstRefusable(handle) == .whole(byteCount: byteCount)
  }

  /// What of a client's bytes can be answered first. They are copied only where that reaches from one block into the next, which little does.
  private mutating func firstRefusable(_ handle: SlabHandle) -> RefusableRequest {
    guard let piece = pooledClients[handle.index].unread.nextPiece(unreadBlocks) else {
      return .incomplete
    }
    let found = RefusableRequest(RawSpan(_unsafeStart: piece.bytes, byteCount: piece.count))
    guard found == .incomplete, piece.count < pooledClients[handle.index].unread.byteCount else {
      return found
    }
    let bytes = pooledClients[handle.index].unread.copy(from: unreadBlocks)
    return RefusableRequest(bytes.span.bytes)
  }

  private mutating func forgetUnread(_ byteCount: Int, _ handle: SlabHandle) {
    var left = byteCount
    while left > 0, let piece = pooledClients[handle.index].unread.nextPiece(unreadBlocks) {
      let count = min(left, piece.count)
      pooledClients[handle.index].unread.removeFirst(
        count, pool: &unreadBlocks, keepingBlock: false)
      left -= count
    }
    pooledClients[handle.index].isHeld =
      pooledClients[handle.index].unread.byteCount >= RelayLimits.unreadBytes
  }

  /// A parked session's client goes on in a transaction that was refused: that is refused, too, as soon as it is whole. Nil when there is no such
  /// transaction.
  mutating func answerFailed(_ handle: SlabHandle) -> ErrorAnswer? {
    guard let outcome = pooledClients[handle.index].begun?.failure else { return nil }
    let answer = answerWithError(handle, .failedTransaction)
    if answer != .awaited { requestEnded(handle, outcome: outcome) }
    if answer == .impossible { sayGoodbye(handle, .failedTransaction) }
    return answer
  }
}
