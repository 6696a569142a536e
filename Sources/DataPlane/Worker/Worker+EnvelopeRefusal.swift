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
    context.report.counters.add(.refused)
    tellSparingly(refusal, handle)
    requestEnded(handle, outcome: .refused)
    guard !isStopping, answerWithError(handle, refusal) == .answered else {
      return sayGoodbye(handle, refusal)
    }
    sessions[handle].moveOn(.returned)
    setIdleDeadline(handle)
    list(handle)
    considerTransaction(handle)
    if sessions[handle].phase == .parked, pooledClients[handle.index].hasLeft { leave(handle) }
  }

  /// What became of a request that was to be answered with an error.
  enum ErrorAnswer { case answered, awaited, impossible }

  /// Answers the first request that has come with an error. A transaction that only its client knows of has failed with it.
  mutating func answerWithError(_ handle: SlabHandle, _ refusal: Refusal) -> ErrorAnswer {
    let bytes = pooledClients[handle.index].unread.copy(from: unreadBlocks)
    switch RefusableRequest(bytes.span.bytes) {
    case .hopeless: return .impossible
    case .incomplete:
      return pooledClients[handle.index].isHeld || pooledClients[handle.index].hasLeft
        ? .impossible : .awaited
    case .whole(let byteCount):
      forgetUnread(byteCount, handle)
      pooledClients[handle.index].begun?.hasFailed = true
      let status: TransactionStatus = pooledClients[handle.index].begun == nil ? .idle : .failed
      put(
        refusal.response(.error).encoded() + ReadyForQuery(status: status).encoded(), handle,
        .downstream)
      list(handle)
      return .answered
    }
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

  /// A parked session's client goes on in a transaction that was refused: that is refused, too. False when there is no such transaction.
  mutating func answerFailed(_ handle: SlabHandle) -> Bool {
    guard pooledClients[handle.index].begun?.hasFailed == true else { return false }
    requestEnded(handle, outcome: .refused)
    if answerWithError(handle, .failedTransaction) == .impossible {
      sayGoodbye(handle, .failedTransaction)
    }
    return true
  }
}
