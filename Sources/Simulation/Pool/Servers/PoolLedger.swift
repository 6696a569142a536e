import Wire

/// What is true of a client that shares servers, whatever the router makes of it.
final class SharingTruth {
  /// A request of the client's.
  struct Request {
    /// The transaction it belongs to, by a number of the client's.
    let transaction: Int
    /// What its session held just before.
    let state: SessionState
    /// The oldest map by which it may have been routed.
    let oldestMap: Int
    var runs = 0
  }

  let id: Int
  let tenant: String
  /// The tier it is served by.
  let isEventual: Bool
  /// The tier of transactions that were given another.
  var tiers: [Int: Bool] = [:]
  var requests: [Request] = []
  /// The server connection that each transaction has run on.
  var backends: [Int: Int] = [:]
  var lastRun = -1
  /// Cancel requests that were sent for it, and those that have hit its work.
  var cancelsSent = 0
  var cancelsHit = 0

  init(id: Int, tenant: String, isEventual: Bool) {
    self.id = id
    self.tenant = tenant
    self.isEventual = isEventual
  }
}

/// Who asked for what in a run, and where it ran.
final class PoolLedger {
  let fleet: SimulatedFleet
  private(set) var truths: [SharingTruth] = []
  /// Server connections so far.
  private var connectionCount = 0
  private(set) var requestsRun = 0
  /// Times that a server connection went from one client to another.
  private(set) var handovers = 0
  private(set) var cancelsHit = 0
  /// The version of the map that the worker has taken.
  var mapTaken: () -> Int = { 1 }

  /// What is wrong with all servers, for tests of the invariants.
  var flaw: PostgresSession.Flaw?

  init(fleet: SimulatedFleet) { self.fleet = fleet }

  private var world: SimulatedWorld { fleet.world }

  func newTruth(_ start: PoolStart) -> SharingTruth {
    let truth = SharingTruth(
      id: truths.count, tenant: start.tenant, isEventual: start.isEventual)
    truths.append(truth)
    return truth
  }

  func nextConnection() -> Int {
    connectionCount += 1
    return connectionCount
  }

  /// A server is about to run a request: is it the right one, the right time, with the right session?
  func willRun(_ tag: RequestTag, on backend: SharedBackend) {
    guard tag.client < truths.count, tag.request < truths[tag.client].requests.count else {
      return world.violate("a server runs \(tag), which nobody has asked for")
    }
    let truth = truths[tag.client]
    requestsRun += 1
    truth.requests[tag.request].runs += 1
    let request = truth.requests[tag.request]
    if request.runs > 1 { world.violate("request \(tag) ran \(request.runs) times") }
    if tag.request < truth.lastRun { world.violate("request \(tag) ran behind \(truth.lastRun)") }
    truth.lastRun = tag.request
    checkPlace(of: tag, request, truth, on: backend)
    checkSession(of: tag, request, on: backend)
    if backend.owner != tag.client {
      if backend.owner != nil { handovers += 1 }
      backend.owner = tag.client
    }
  }

  private func checkPlace(
    of tag: RequestTag, _ request: SharingTruth.Request, _ truth: SharingTruth,
    on backend: SharedBackend
  ) {
    if backend.database != SimulatedMaps.database(of: truth.tenant) {
      world.violate("request \(tag) of \(truth.tenant) ran in \(backend.database)")
    }
    let other = truth.backends[request.transaction]
    if let other, other != backend.number {
      world.violate(
        "transaction \(request.transaction) of client \(tag.client) ran on connections \(other) and \(backend.number)"
      )
    }
    truth.backends[request.transaction] = backend.number
    let isPermitted = fleet.permits(
      truth.tenant, isEventual: truth.tiers[request.transaction] ?? truth.isEventual,
      on: backend.instance, from: request.oldestMap)
    if other == nil, !isPermitted {
      world.violate("request \(tag) of \(truth.tenant) was led to \(backend.instance.id)")
    }
  }

  private func checkSession(
    of tag: RequestTag, _ request: SharingTruth.Request, on backend: SharedBackend
  ) {
    let session = backend.session
    if session.state != request.state {
      let settings = session.state.settings.filter { $1 != request.state.settings[$0] }
      world.violate(
        "request \(tag) ran in a session with \(settings.sorted { $0.key < $1.key }), \(session.state.temporaryTables), \(session.state.channels)"
      )
    }
    if backend.owner != tag.client, !session.foreignStatements.isEmpty {
      world.violate(
        "client \(tag.client) was given a server with the statements \(session.foreignStatements)")
    }
    if session.status == .idle {
      backend.transactionOwner = nil
    } else if let owner = backend.transactionOwner, owner != tag.client {
      world.violate("request \(tag) ran in a transaction of client \(owner)")
    } else {
      backend.transactionOwner = tag.client
    }
  }

  /// A row that bears a tag has arrived at a client.
  func arrived(_ tag: RequestTag) {
    let runs = truths[tag.client].requests[tag.request].runs
    if runs != 1 { world.violate("a row of request \(tag) came, which ran \(runs) times") }
  }

  /// A cancel request has interrupted a client's work.
  func cancelled(_ client: Int) {
    cancelsHit += 1
    truths[client].cancelsHit += 1
    if truths[client].cancelsHit > truths[client].cancelsSent {
      world.violate("a cancel request of somebody else's hit the work of client \(client)")
    }
  }
}
