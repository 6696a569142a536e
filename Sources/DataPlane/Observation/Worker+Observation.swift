import Routing
import Telemetry
import Wire

/// What is observed of requests: the worker calls these where one begins, gets a server and ends, and
/// whoever wants to know of requests does it from here.
///
/// A request begins with its first byte and ends when its server is ready, idle, for the next one; of
/// a session that has a server of its own as of one that shares. Each may be called again without
/// harm: what has begun, begins no more, and what has ended, ends no more.
extension Worker where K: ~Copyable {
  /// A session, or its next transaction, goes this way: whatever it asks from now on is observed.
  mutating func requestsGo(_ handle: SlabHandle, by route: Route) {
    sessions[handle].request.isObserved = true
    traceRoute(handle, route)
    sessions[handle].request.key = requests.key(
      shard: route.shard, tier: route.tier, in: map)
  }

  /// Bytes of a client have come that are for its server.
  @inline(__always)
  mutating func requestBegan(_ handle: SlabHandle) {
    sessions[handle].request.begin(at: kernel.now)
  }

  /// A server works for the session's request from now on.
  @inline(__always)
  mutating func requestGotServer(_ handle: SlabHandle) {
    sessions[handle].request.gotServer(at: kernel.now)
  }

  /// The server has told the session's request an error.
  mutating func requestMetError(_ handle: SlabHandle, _ error: ErrorResponse) {
    traceError(handle, error.sqlState)
    if error.isOfServer { sessions[handle].request.hasFailed = true }
  }

  /// The session's request is over, if there was one.
  mutating func requestEnded(_ handle: SlabHandle, outcome: RequestOutcome) {
    guard sessions[handle].request.isUnderWay else { return }
    // A session whose server has ended it with an error only goes away then.
    let isMild = outcome == .served || outcome == .abandoned
    let outcome = isMild && sessions[handle].request.hasFailed ? RequestOutcome.failed : outcome
    // Before the report is looked at, which would be retained meanwhile.
    let counter = outcome.counter
    context.report.counters.add(counter)
    let request = sessions[handle].request
    traceEnded(handle, request, outcome)
    let now = kernel.now
    requests.note(
      request.key, outcome, tookNanoseconds: now.nanoseconds(since: request.began),
      waitedNanoseconds: request.waited(until: now))
    sessions[handle].request.end()
  }

  /// What has begun was no request: a goodbye, or what nobody answers.
  mutating func requestForgotten(_ handle: SlabHandle) {
    sessions[handle].request.end()
    traceForgotten(handle)
  }
}

extension ErrorResponse {
  /// Whether it tells of the server and not of what it was asked: that it ends or starts, is out of
  /// something, or is broken.
  var isOfServer: Bool {
    if severity == .fatal || severity == .panic { return true }
    let code = sqlState.description.utf8
    let classes: [String] = ["08", "53", "57P", "58", "XX"]
    return classes.contains { code.starts(with: $0.utf8) }
  }
}
