internal import Wire

// What is made of whole messages, and what follows the end of a step.
extension ClientMachine {
  /// A message whose body is wanted is there.
  @inline(__always)
  mutating func whole(
    _ body: RawSpan, at now: Int64, _ plan: ClientPlan, _ ledger: inout ConsistencyLedger,
    into out: inout [UInt8]
  ) -> ClientEvent {
    if phase == .login { return takeLogin(body, plan, into: &out) }
    switch message.type {
    case BackendMessageType.readyForQuery:
      return ready(body, at: now, plan, &ledger, into: &out)
    case BackendMessageType.dataRow:
      takeRow(body)
    default:
      takeError(body, plan, &ledger)
    }
    return .pending
  }

  /// The server waits for the next statement.
  @inline(__always)
  private mutating func ready(
    _ body: RawSpan, at now: Int64, _ plan: ClientPlan, _ ledger: inout ConsistencyLedger,
    into out: inout [UInt8]
  ) -> ClientEvent {
    guard answer.isOver, body.byteCount == 1,
      let status = TransactionStatus(rawValue: body.byte(at: 0))
    else { return misplacedReady(&ledger) }
    let isLast = transaction.step + 1 == transaction.end
    // The usual case: a step went well, and nobody looks at it.
    if phase == .answering, answer.failure == nil,
      plan.steps[Int(transaction.step)].isPlain, !isLast || status == .idle
    {
      return isLast ? complete(&ledger) : proceed(at: now, plan, into: &out)
    }
    return endStep(status, at: now, plan, &ledger, into: &out)
  }

  /// ReadyForQuery came without an answer before it, or isn't laid out as one.
  private mutating func misplacedReady(_ ledger: inout ConsistencyLedger) -> ClientEvent {
    lastFailureText = "the server sent ReadyForQuery where no answer had ended"
    fail(Failure(.protocolViolation), &ledger)
    return .pending
  }

  /// Goes on to the next step.
  @inline(__always)
  private mutating func proceed(
    at now: Int64, _ plan: ClientPlan, into out: inout [UInt8]
  ) -> ClientEvent {
    let pauses = plan.steps[Int(transaction.step)].pausesAfter
    transaction.step += 1
    if pauses {
      phase = .thinking
      answer = Answer()
      return .thinks
    }
    send(at: now, plan, into: &out)
    return .pending
  }

  /// A step has ended that has failed, or that somebody looks at; or one of those that follow an
  /// error.
  private mutating func endStep(
    _ status: TransactionStatus, at now: Int64, _ plan: ClientPlan,
    _ ledger: inout ConsistencyLedger, into out: inout [UInt8]
  ) -> ClientEvent {
    if phase == .answering {
      let step = plan.steps[Int(transaction.step)]
      check(step, at: now, &ledger)
      let isLast = transaction.step + 1 == transaction.end
      if transaction.failure == nil, answer.failure == nil {
        if !isLast { return proceed(at: now, plan, into: &out) }
        if status == .idle { return complete(&ledger) }
        transaction.failure = Failure(.leftOpen)
        lastFailureText =
          "a transaction was still open behind its last statement: COMMIT is missing"
      }
    } else if let failure = answer.failure {
      // Neither ROLLBACK nor a tier's way back may fail: nobody knows what the session is then.
      fail(failure, &ledger)
      return .pending
    }
    return cleanUp(status, plan, &ledger, into: &out)
  }

  /// Ends what a failed transaction has left, a statement at a time.
  private mutating func cleanUp(
    _ status: TransactionStatus, _ plan: ClientPlan, _ ledger: inout ConsistencyLedger,
    into out: inout [UInt8]
  ) -> ClientEvent {
    if status != .idle {
      if phase == .rollingBack {
        lastFailureText = "the server said that a transaction is open behind ROLLBACK"
        fail(Failure(.protocolViolation), &ledger)
        return .pending
      }
      phase = .rollingBack
      put(Int(plan.rollback), plan, into: &out)
      return .pending
    }
    if transaction.tierIsAway, phase != .tierBack {
      phase = .tierBack
      put(Int(plan.tierBack), plan, into: &out)
      return .pending
    }
    return complete(&ledger)
  }

  /// The transaction is over.
  @inline(__always)
  private mutating func complete(_ ledger: inout ConsistencyLedger) -> ClientEvent {
    let failure = transaction.failure
    release(&ledger)
    phase = .idle
    answer = Answer()
    transaction = Transaction()
    if let failure { return .failed(failure) }
    return .completed
  }

  /// The ledger is told what was read, and no longer waits for what the transaction writes.
  @inline(__always)
  mutating func release(_ ledger: inout ConsistencyLedger) {
    if transaction.isWriter { ledger.endWrite(of: tenant) }
    transaction.isWriter = false
    if let read = transaction.read { ledger.record(read, of: tenant) }
    transaction.read = nil
  }

  /// The connection is of no more use.
  mutating func fail(_ failure: Failure, _ ledger: inout ConsistencyLedger) {
    release(&ledger)
    breakage = failure
    phase = .broken
  }
}
