import LoadClient

/// Transactions from their beginning to their record.
extension Worker {
  /// Begins a transaction on a free connection.
  mutating func begin(_ place: Int, _ kind: Int, _ intended: Int64) {
    let load = connections[place].load
    loads[load].idle.remove(
      place - loads[load].places.lowerBound, from: connections[place].tenant)
    connections[place].intended = intended
    connections[place].sent = now
    if loads[load].onlyConnects { return beginAttempt(place) }
    connections[place].phase = .busy
    deadlines[place] = intended + plan.transactionTimeout
    let start = batch.bytes.count
    connections[place].machine.begin(
      kind, at: now, loads[load].client, &loads[load].ledger, into: &batch.bytes)
    queueSession(place, from: start)
  }

  /// A statement was answered and the client pauses before the next.
  mutating func think(_ place: Int) {
    connections[place].phase = .thinking
    let pause = loads[connections[place].load].thinkTime
    if pause > 0 { wakes.set(place, to: now + pause) } else { goOn(place) }
  }

  mutating func goOn(_ place: Int) {
    let load = connections[place].load
    connections[place].phase = .busy
    let start = batch.bytes.count
    connections[place].machine.goOn(
      at: now, loads[load].client, into: &batch.bytes)
    queueSession(place, from: start)
  }

  /// The last answer is there.
  mutating func completed(_ place: Int) {
    let (load, tenant) = (connections[place].load, connections[place].tenant)
    let (intended, sent) = (connections[place].intended, connections[place].sent)
    if intended >= beginsAt {
      loads[load].recorder.completed(
        tenant: tenant, latency: now - intended, service: now - sent, at: recordedMoment)
      log?.append(
        load, tenant, intended: intended - beginsAt, sent: sent - beginsAt, done: now - beginsAt,
        nil)
    }
    ended(place)
  }

  /// The server told an error, and the session goes on.
  mutating func failed(_ place: Int, _ failure: Failure) {
    record(place, failure)
    ended(place)
  }

  private mutating func ended(_ place: Int) {
    deadlines[place] = .max
    connections[place].transactions += 1
    becameFree(place)
  }

  /// Counts the transaction under way as failed.
  mutating func record(_ place: Int, _ failure: Failure) {
    let intended = connections[place].intended
    guard intended >= beginsAt else { return }
    let (load, tenant) = (connections[place].load, connections[place].tenant)
    loads[load].recorder.failed(tenant: tenant, failure, at: recordedMoment)
    log?.append(
      load, tenant, intended: intended - beginsAt, sent: connections[place].sent - beginsAt,
      done: now - beginsAt, failure)
  }

  /// Counts an arrival as failed that no connection took.
  mutating func recordUnsent(_ load: Int, _ tenant: Int, _ intended: Int64, _ failure: Failure) {
    guard intended >= beginsAt else { return }
    loads[load].recorder.failed(tenant: tenant, failure, at: recordedMoment)
    log?.append(
      load, tenant, intended: intended - beginsAt, sent: nil, done: now - beginsAt, failure)
  }

  /// The moment that figures are recorded at: what ends after the measurement counts in its last
  /// window.
  var recordedMoment: Int64 {
    mutating get { max(0, min(now, endsAt - 1) - beginsAt) }
  }
}
