import LoadClient

/// Loads whose transactions are attempts to open a connection: begun when they are due, completed when
/// the session is there, and closed at once. A closed connection is idle here, and every one that is
/// not let in counts as an error of its own.
extension Worker {
  /// Tries to open a connection.
  mutating func beginAttempt(_ place: Int) {
    connections[place].isAttempt = true
    open(place)
  }

  /// The session is there: it takes leave.
  mutating func attemptSucceeded(_ place: Int) {
    let load = connections[place].load
    let start = batch.bytes.count
    connections[place].machine.close(into: &batch.bytes)
    queueSession(place, from: start)
    leave(place, reopenAfter: nil)
    guard connections[place].isAttempt else { return }
    connections[place].isAttempt = false
    let (tenant, intended) = (connections[place].tenant, connections[place].intended)
    guard intended >= beginsAt else { return }
    loads[load].recorder.completed(
      tenant: tenant, latency: now - intended, service: now - connections[place].sent,
      at: recordedMoment)
    log?.append(
      load, tenant, intended: intended - beginsAt, sent: connections[place].sent - beginsAt,
      done: now - beginsAt, nil)
  }

  /// The connection was not let in, or something broke. It is closed by a reset, so that thousands a
  /// second don't use up the ports: those of connections closed in order stay taken for a while.
  mutating func attemptFailed(_ place: Int, _ failure: Failure) {
    connections[place].isAttempt = false
    connections[place].closesByReset = true
    record(place, failure)
  }

  /// A connection is closed: it takes an attempt that waits for one, with the next turn, or is idle.
  mutating func mayTryAgain(_ place: Int) {
    let (load, tenant) = (connections[place].load, connections[place].tenant)
    if loads[load].waiting.hasAny(of: tenant) {
      wakes.set(place, to: now)
    } else {
      loads[load].idle.append(place - loads[load].places.lowerBound, to: tenant)
    }
  }

  /// A closed connection has its turn: it takes what has waited for longest, if it still does.
  mutating func takeWaitingAttempt(_ place: Int) {
    let (load, tenant) = (connections[place].load, connections[place].tenant)
    if let arrival = loads[load].waiting.popFirst(of: tenant) {
      begin(place, arrival.kind, arrival.intended)
    } else {
      loads[load].idle.append(place - loads[load].places.lowerBound, to: tenant)
    }
  }
}
