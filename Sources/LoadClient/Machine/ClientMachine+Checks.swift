internal import Wire

// What errors and rows say, and what the checkers make of it.
extension ClientMachine {
  /// The server told an error.
  mutating func takeError(
    _ body: RawSpan, _ plan: ClientPlan, _ ledger: inout ConsistencyLedger
  ) {
    let error = ServerError(body)
    answer.isOver = true
    answer.failure = error.failure
    let isNoRouter =
      phase == .answering && plan.steps[Int(transaction.step)].reading == .route
      && !error.endsSession
    if !isNoRouter { lastFailureText = error.text }
    if error.endsSession || !isAnswering { fail(error.failure, &ledger) }
  }

  /// A row came that a checker reads.
  mutating func takeRow(_ body: RawSpan) {
    guard let row = TextRow(body) else { return }
    answer.number = row.number(of: 0, in: body)
    answer.flag = row.isTrue(1, in: body)
    answer.provenMilliseconds = row.number(of: RouteColumn.provenMilliseconds, in: body)
  }

  /// A step of the transaction has ended: takes from its answer what somebody wants to know.
  mutating func check(_ step: Step, at now: Int64, _ ledger: inout ConsistencyLedger) {
    if let failure = answer.failure {
      if step.reading == .route {
        ledger.asksForRoute = false
      } else {
        transaction.failure = failure
      }
      return
    }
    switch step.tierChange {
    case .none: break
    case .away: transaction.tierIsAway = true
    case .back: transaction.tierIsAway = false
    }
    switch step.reading {
    case .nothing: break
    case .route: transaction.read?.provenMilliseconds = answer.provenMilliseconds
    case .ownWrite, .ownRead, .counterWrite, .counterRead:
      guard let number = answer.number else {
        transaction.failure = Failure(.unreadableAnswer)
        lastFailureText =
          "the checker's statement was answered without a row that begins with a number"
        return
      }
      take(number, step.reading, at: now, &ledger)
    }
  }

  private mutating func take(
    _ number: Int64, _ reading: Step.Reading, at now: Int64, _ ledger: inout ConsistencyLedger
  ) {
    switch reading {
    case .nothing, .route: break
    case .ownWrite: transaction.written = number
    case .ownRead: ledger.checkOwnWrite(transaction.written, read: number)
    case .counterWrite: ledger.acknowledge(number, of: tenant, at: now)
    case .counterRead:
      transaction.read = StalenessRead(
        value: number, sentAt: transaction.sentAt, boundNanoseconds: transaction.boundNanoseconds,
        isOnReplica: answer.flag, provenMilliseconds: nil)
    }
  }
}

/// Columns of `SHOW shardway.route`, from 0.
enum RouteColumn {
  /// `lag_bound_ms`: how far behind the instance is at most; NULL for a primary.
  static let provenMilliseconds = 4
}
