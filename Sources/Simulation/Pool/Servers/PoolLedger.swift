import MapDocument
import Routing
import ShardMap
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
    /// The tier that was in force, but for what its transaction was given.
    let tier: Consistency
    /// When the client had last heard of everything.
    let quietAt: UInt64
    var runs = 0
  }

  let id: Int
  let tenant: String
  /// The tier it is served by now.
  var tier: Consistency
  /// The tier of transactions that were given another.
  var tiers: [Int: Consistency] = [:]
  /// What it has written and not yet heard of, by the position that it was committed at.
  var unheard: [UInt64] = []
  var requests: [Request] = []
  /// The server connection that each transaction has run on.
  var backends: [Int: Int] = [:]
  var lastRun = -1
  /// Cancel requests that were sent for it, and those that have hit its work.
  var cancelsSent = 0
  var cancelsHit = 0

  init(id: Int, tenant: String, tier: Consistency) {
    self.id = id
    self.tenant = tenant
    self.tier = tier
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
  /// Writes that a mode has refused.
  private(set) var writesRefused = 0
  /// The version of the map that the worker has taken.
  var mapTaken: () -> Int = { 1 }

  /// What is wrong with all servers, for tests of the invariants.
  var flaw: PostgresSession.Flaw?

  init(fleet: SimulatedFleet) { self.fleet = fleet }

  private var world: SimulatedWorld { fleet.world }

  func newTruth(_ start: PoolStart) -> SharingTruth {
    let truth = SharingTruth(
      id: truths.count, tenant: start.tenant, tier: start.tier)
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
      truth.tenant, truth.tiers[request.transaction] ?? request.tier, on: backend.instance,
      from: request.oldestMap)
    if other == nil, !isPermitted {
      world.violate("request \(tag) of \(truth.tenant) was led to \(backend.instance.id)")
    }
  }

  private func checkSession(
    of tag: RequestTag, _ request: SharingTruth.Request, on backend: SharedBackend
  ) {
    let session = backend.session
    let state = stateWithoutMode(of: tag, request, on: backend)
    if state != request.state {
      let settings = state.settings.filter { $1 != request.state.settings[$0] }
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

  /// A session's state without what a mode has set in it, where one may have.
  private func stateWithoutMode(
    of tag: RequestTag, _ request: SharingTruth.Request, on backend: SharedBackend
  ) -> SessionState {
    var state = backend.session.state
    let tenant = truths[tag.client].tenant
    let isSet = state.settings[PostgresSession.readOnlySwitch] == "on"
    if isSet, fleet.refusesWrites(of: tenant, from: request.oldestMap).mayBe {
      state.settings[PostgresSession.readOnlySwitch] = "off"
    }
    return state
  }

  // MARK: Histories

  private var checker = TierChecker(
    relaxedBoundMilliseconds: SimulatedMaps.relaxedBoundMilliseconds)
  /// Positions that clients have been told as their floors, by tenant; whoever is given one knows of it.
  var floors: [String: [String]] = [:]
  var readsJudged: Int { checker.demanding }

  private func judge(_ event: TierChecker.Event) {
    if let violation = checker.observe(event) { world.violate("\(violation)") }
  }

  private func number(_ tag: RequestTag) -> Int { tag.client << 32 | tag.request }

  /// The shard of a tenant: one that moves has no history.
  private func shard(_ tenant: String) -> String {
    fleet.maps.documents[0].tenants.first { $0.id == tenant }?.shard ?? ""
  }

  /// A transaction is committed.
  func committed(_ tags: [RequestTag], on backend: SharedBackend) {
    if let tag = tags.first { checkMayWrite(tag) }
    guard let replication = fleet.replication, let tag = tags.first else { return }
    let shard = replication.shard(of: backend.instance.id)
    let position = replication.commit(in: shard)
    judge(
      .committed(
        shard: shard.id, position: position, instance: backend.instance.id, epoch: shard.epoch,
        at: world.now))
    truths[tag.client].unheard.append(position)
  }

  /// Nothing is written by a transaction that began when every map that may lead it refused that.
  private func checkMayWrite(_ tag: RequestTag) {
    let truth = truths[tag.client]
    let oldestMap = truth.requests[tag.request].oldestMap
    if fleet.refusesWrites(of: truth.tenant, from: oldestMap).mustBe {
      world.violate("request \(tag) of \(truth.tenant) was committed in a mode that refuses writes")
    }
  }

  /// A client was told that it may not write.
  func wasKeptFromWriting() { writesRefused += 1 }

  /// A client has heard of all that it has written.
  func hasHeard(_ truth: SharingTruth) {
    for position in truth.unheard {
      judge(
        .acknowledged(session: truth.id, shard: shard(truth.tenant), position: position))
    }
    truth.unheard = []
  }

  /// A client was given another's position.
  func given(_ truth: SharingTruth, _ position: UInt64) {
    judge(.given(session: truth.id, shard: shard(truth.tenant), position: position))
  }

  /// A client asks for a read, by the tier in force.
  func asked(_ tag: RequestTag) {
    let truth = truths[tag.client]
    let request = truth.requests[tag.request]
    judge(
      .asked(
        read: number(tag), session: truth.id, shard: shard(truth.tenant),
        tier: truth.tiers[request.transaction] ?? request.tier, at: request.quietAt))
  }

  /// A read runs.
  func read(_ tag: RequestTag, on backend: SharedBackend) {
    let truth = truths[tag.client]
    let oldestMap = truth.requests[tag.request].oldestMap
    for mode in fleet.modes(of: truth.tenant, from: oldestMap) {
      judge(.degraded(read: number(tag), mode: mode))
    }
    judge(.ran(read: number(tag), position: backend.position))
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
