import AdminConsole
import Routing
import ShardMap
import Wire

/// Statements: what the workers are asked for them, and what becomes of the answers.
extension AdminServer where K: ~Copyable {
  /// Begins a statement of a connection.
  mutating func begin(_ statement: AdminStatement, _ user: String, _ line: Int) {
    jobs[line] = AdminJob(statement: statement, wake: kernel.now)
    switch statement {
    case .show(let table, let pattern): show(table, pattern, line)
    case .order(let order):
      tell(.ordered(Self.text(of: order)), line)
      begin(order, user, line)
    case .set, .begin, .end: conclude(line, .done())
    }
  }

  private mutating func show(_ table: AdminTable, _ pattern: String?, _ line: Int) {
    switch table {
    case .clients: ask([.clients(withAddresses: true)], line)
    case .servers: ask([.links, .clients(withAddresses: false)], line)
    case .pools: ask([.pools, .clients(withAddresses: false)], line)
    case .shards, .modes: ask([.clients(withAddresses: false)], line)
    case .replicas: ask([.instances], line)
    case .workers: ask([.load], line)
    case .limits: ask([.delayed], line)
    case .tenants:
      if let pattern { jobs[line]?.scan = TenantScan(context.mapSlot.map, like: pattern) }
      ask([.clients(withAddresses: false)], line)
    case .help, .version, .tenantTotals, .stats, .map, .config, .overload, .state:
      if let job = jobs[line] { conclude(line, rows(of: table, job)) }
    }
  }

  /// The outcome of a statement is known already.
  mutating func conclude(_ line: Int, _ outcome: AdminOutcome) { jobs[line]?.outcome = outcome }

  // MARK: Asking

  /// Asks workers, all of them where none is named.
  func post(_ parts: [AdminQuestion.Part], number: UInt64, to workers: [Int]) {
    let question = AdminQuestion(number: number, parts: parts, inbox: context.inbox)
    for worker in workers { context.workers[worker].mailbox.post(.admin(question)) }
  }

  mutating func ask(_ parts: [AdminQuestion.Part], _ line: Int, of worker: Int? = nil) {
    let workers = worker.map { [$0] } ?? Array(context.workers.indices)
    lastQuestion += 1
    jobs[line]?.number = lastQuestion
    jobs[line]?.awaited = Set(workers)
    jobs[line]?.answers = []
    jobs[line]?.wake = kernel.now.advanced(by: AdminLimits.answer)
    post(parts, number: lastQuestion, to: workers)
  }

  /// A worker has answered. What nobody waits for any more is passed over.
  mutating func take(_ answer: AdminAnswer) {
    guard let line = jobs.first(where: { $0.value.number == answer.number })?.key,
      jobs[line]?.awaited.remove(answer.worker) != nil
    else { return }
    jobs[line]?.answers.append(answer)
    guard let job = jobs[line], job.awaited.isEmpty, job.scan == nil else { return }
    self.answer(line)
  }

  /// Goes on with jobs that have something to do, or whose time has come.
  mutating func goOnWithJobs() {
    for line in jobs.keys.sorted() {
      guard let job = jobs[line] else { continue }
      if let outcome = job.outcome {
        finish(line, outcome)
      } else if job.isScanning {
        if jobs[line]?.scan?.step() == true { answer(line) }
      } else if job.wake <= kernel.now {
        timePassed(job, line)
      }
    }
  }

  private mutating func timePassed(_ job: AdminJob, _ line: Int) {
    guard let silent = job.awaited.min() else { return askAgain(job, line) }
    takePauseBack(line)
    finish(
      line,
      .error(
        .systemError, "worker \(silent) has not answered within \(AdminLimits.answer)",
        hint: "Try again; if it goes on, look at the router's log and its processor time."))
  }

  // MARK: Answering

  /// All that was asked for is there.
  mutating func answer(_ line: Int) {
    guard let job = jobs[line] else { return }
    switch job.statement {
    case .show(let table, _): finish(line, rows(of: table, job))
    case .order(let order): workersAnswered(order, job, line)
    case .set, .begin, .end: finish(line, .done())
    }
  }

  private mutating func rows(of table: AdminTable, _ job: AdminJob) -> AdminOutcome {
    let view = AdminView(
      context: context, answers: job.answers.sorted { $0.worker < $1.worker },
      pauses: pauses.map(\.scope), now: kernel.now)
    var rows = view.rows(of: table, scan: job.scan)
    var notices: [String] = []
    if job.answers.contains(where: \.isCut) {
      notices.append(
        "a worker has more than \(AdminLimits.rowsAWorker) sessions or server connections: "
          + "not all are counted")
    }
    if rows.count > AdminLimits.rows || job.scan?.isCut == true {
      rows = Array(rows.prefix(AdminLimits.rows))
      notices.append("only the first \(AdminLimits.rows) rows are shown")
    }
    return .rows(rows, notices: notices)
  }

  /// Tells a connection what became of its statement.
  mutating func finish(_ line: Int, _ outcome: AdminOutcome) {
    guard let job = jobs.removeValue(forKey: line), var session = lines[line].session else {
      return
    }
    if case .order(let order) = job.statement {
      tell(.ended(Self.text(of: order), outcome: Self.text(of: outcome)), line)
    }
    let actions = session.finish(outcome)
    lines[line].session = session
    perform(actions, line)
  }

  /// A connection is over: nobody waits for its statement.
  mutating func forget(_ line: Int) {
    guard let job = jobs[line] else { return }
    takePauseBack(line)
    if case .order(let order) = job.statement {
      tell(.ended(Self.text(of: order), outcome: "its connection was closed"), line)
    }
    jobs[line] = nil
  }

  /// Another connection wants a statement cancelled.
  mutating func cancelJob(_ line: Int) {
    guard jobs[line] != nil else { return }
    takePauseBack(line)
    finish(line, .error(.queryCanceled, "canceling statement due to user request"))
  }

  private static func text(of outcome: AdminOutcome) -> String {
    switch outcome {
    case .rows: "done"
    case .done(let notices): notices.isEmpty ? "done" : "done: \(notices.joined(separator: "; "))"
    case .failed(let error): "failed: \(error.message)"
    }
  }

  static func text(of order: AdminOrder) -> String {
    switch order {
    case .pause(let scope), .resume(let scope): "\(order.tag) \(scope)"
    case .kill(let target): "\(order.tag) \(target)"
    case .reload: order.tag
    }
  }
}
