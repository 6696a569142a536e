import AdminConsole
import Routing
import ShardMap
import Wire

/// What operators order.
extension AdminServer where K: ~Copyable {
  mutating func begin(_ order: AdminOrder, _ user: String, _ line: Int) {
    switch order {
    case .pause(let scope): pause(scope, user, line)
    case .resume(let scope): resume(scope, line)
    case .kill(.client(let id)):
      guard id.worker < context.workers.count else { return conclude(line, Self.noClient(id)) }
      ask([.kill(.client(id))], line, of: id.worker)
    case .kill(let target): ask([.kill(target)], line)
    case .reload: reload(line)
    }
  }

  // MARK: Pauses

  private mutating func pause(_ scope: AdminScope, _ user: String, _ line: Int) {
    let isInForce = pauses.contains { $0.scope == scope }
    guard isInForce || pauses.count < AdminLimits.pauses else {
      return conclude(
        line,
        .error(
          .programLimitExceeded, "more than \(AdminLimits.pauses) pauses",
          hint: "RESUME some, or PAUSE a larger scope."))
    }
    guard exists(scope) else {
      return conclude(
        line,
        .error(
          .undefinedObject, "the shard map has no \(scope)",
          hint: "SHOW SHARDS, SHOW REPLICAS and SHOW TENANTS LIKE '…' tell what there is."))
    }
    if !isInForce { pauses.append((scope, user)) }
    jobs[line]?.wasPaused = isInForce
    ask([.pause(scope), .unfinished(scope)], line)
  }

  private func exists(_ scope: AdminScope) -> Bool {
    let map = context.mapSlot.map
    return switch scope {
    case .all: true
    case .tenant(let id): map.tenant(id: id) != nil
    case .shard(let id): map.shard(id: id) != nil
    case .instance(let id): map.instance(id: id) != nil
    }
  }

  private mutating func resume(_ scope: AdminScope, _ line: Int) {
    guard pauses.contains(where: { scope == .all || $0.scope == scope }) else {
      let inForce = pauses.map { "\($0.scope)" }.joined(separator: ", ")
      return conclude(
        line,
        .error(
          .objectNotInPrerequisiteState, "\(scope) is not paused",
          hint: inForce.isEmpty ? "Nothing is paused." : "Paused are: \(inForce)."))
    }
    pauses.removeAll { scope == .all || $0.scope == scope }
    ask([.resume(scope)], line)
  }

  /// A pause that nobody waits for any more ends, unless it has been reached, or was in force before.
  mutating func takePauseBack(_ line: Int) {
    guard let job = jobs[line], case .order(.pause(let scope)) = job.statement, !job.wasPaused,
      pauses.contains(where: { $0.scope == scope })
    else { return }
    pauses.removeAll { $0.scope == scope }
    lastQuestion += 1
    // For ALL the workers would take back others' pauses, too.
    post(
      [.resume(scope)] + (scope == .all ? pauses.map { .pause($0.scope) } : []),
      number: lastQuestion, to: Array(context.workers.indices))
  }

  /// Transactions were open when the workers were last asked.
  mutating func askAgain(_ job: AdminJob, _ line: Int) {
    guard case .order(.pause(let scope)) = job.statement else { return finish(line, .done()) }
    ask([.unfinished(scope)], line)
  }

  // MARK: Answers

  mutating func workersAnswered(_ order: AdminOrder, _ job: AdminJob, _ line: Int) {
    switch order {
    case .pause(let scope):
      let work = job.answers.reduce(UnfinishedWork()) { $0 + $1.unfinished }
      guard work.transactions == 0 else {
        jobs[line]?.wake = kernel.now.advanced(by: AdminLimits.pauseLook)
        return
      }
      finish(line, .done(notices: Self.notices(scope, work)))
    case .kill(let target):
      let killed = job.answers.reduce(0) { $0 + $1.killed }
      if killed == 0, case .client(let id) = target { return finish(line, Self.noClient(id)) }
      finish(line, .done(notices: ["\(killed) session\(killed == 1 ? "" : "s") ended"]))
    case .resume: finish(line, .done())
    case .reload: finish(line, .done(notices: job.notices))
    }
  }

  private static func notices(_ scope: AdminScope, _ work: UnfinishedWork) -> [String] {
    guard work.holders > 0 else { return [] }
    let who =
      work.holders == 1
      ? "1 session keeps its server connection"
      : "\(work.holders) sessions keep their server connections"
    return [
      "\(who), by pooling: session or for something that lives there;"
        + " KILL, or wait until they have gone and PAUSE \(scope) again"
    ]
  }

  private static func noClient(_ id: ClientID) -> AdminOutcome {
    .error(
      .undefinedObject, "there is no client \(id)",
      hint: "SHOW CLIENTS tells who is there; ptr is what KILL takes.")
  }

  // MARK: Files

  private mutating func reload(_ line: Int) {
    switch context.configuration.reload() {
    case nil:
      conclude(line, .error(.featureNotSupported, "this router was not started from a file"))
    case .taken(let version, let notices):
      jobs[line]?.notices = ["configuration \(version) is in force"] + notices
      // They take it before they answer.
      ask([], line)
    case .refused(let why):
      conclude(
        line,
        .error(
          .configFileError, why, hint: "Nothing has changed; mend the file and RELOAD again."))
    }
  }
}
