import AdminConsole
import Pooling
import Routing
import ShardMap
import TLS
import Telemetry
import Wire

/// What a worker keeps for the admin console.
struct WorkerAdmin {
  /// Questions that are not answered yet, the oldest first.
  var walks: [AdminWalk] = []
  var pauses = PauseBook()
  /// Sessions that wait in their greeting for the end of a pause, and some that did a moment ago.
  var pausedLogins: [SlabHandle] = []
}

/// How far a worker has come with a question.
struct AdminWalk {
  let question: AdminQuestion
  var answer: AdminAnswer
  /// The part that is being worked on.
  var part = 0
  /// The first place that was not looked at.
  var next = 0
}

/// The admin console's questions: all that a worker does for it is here and in its neighbours.
extension Worker where K: ~Copyable {
  /// Takes a question; it is worked on beside the sessions' work.
  mutating func takeQuestion(_ question: AdminQuestion) {
    admin.walks.append(
      AdminWalk(
        question: question, answer: AdminAnswer(worker: context.index, number: question.number)))
    choresDue = .origin
  }

  /// Does a slice of the oldest question, and answers it when that was the last.
  mutating func walkForAdmin() {
    guard !admin.walks.isEmpty else { return }
    var walk = admin.walks.removeFirst()
    guard walk.part < walk.question.parts.count else {
      return walk.question.inbox.post(walk.answer)
    }
    if step(&walk, walk.question.parts[walk.part]) {
      walk.part += 1
      walk.next = 0
    }
    admin.walks.insert(walk, at: 0)
  }

  /// Does a slice of a part; whether it is done.
  private mutating func step(_ walk: inout AdminWalk, _ part: AdminQuestion.Part) -> Bool {
    switch part {
    case .clients(let withAddresses):
      return slice(&walk, of: sessions.highWaterMark) { worker, walk, place in
        worker.tellClient(at: place, withAddresses: withAddresses, &walk.answer)
      }
    case .links:
      return slice(&walk, of: links.highWaterMark) { worker, walk, place in
        worker.tellLink(at: place, &walk.answer)
      }
    case .pools:
      return slice(&walk, of: pools.touched) { worker, walk, place in
        worker.tellPool(at: place, &walk.answer)
      }
    case .instances:
      return slice(&walk, of: map.counts.instances) { worker, walk, place in
        worker.tellInstance(at: place, &walk.answer)
      }
    case .load:
      walk.answer.load = (sessions.count, links.count)
      return true
    case .delayed:
      tellDelayed(&walk.answer)
      return true
    case .pause(let scope):
      pause(scope)
      return true
    case .resume(let scope):
      resume(scope)
      return true
    case .unfinished(let scope):
      guard let found = find(scope) else { return true }
      if walk.next == 0 { closeIdle(found) }
      return slice(&walk, of: sessions.highWaterMark) { worker, walk, place in
        worker.countUnfinished(at: place, found, &walk.answer.unfinished)
      }
    case .kill(let target):
      return slice(&walk, of: sessions.highWaterMark) { worker, walk, place in
        worker.kill(at: place, target, &walk.answer.killed)
      }
    }
  }

  /// Looks at the next few places; whether those were the last.
  private mutating func slice(
    _ walk: inout AdminWalk, of count: Int,
    _ look: (inout Self, inout AdminWalk, Int) -> Void
  ) -> Bool {
    let end = min(walk.next + AdminLimits.placesATurn, count)
    while walk.next < end {
      look(&self, &walk, walk.next)
      walk.next += 1
    }
    return end >= count
  }

  // MARK: Telling

  private mutating func tellClient(
    at place: Int, withAddresses: Bool, _ answer: inout AdminAnswer
  ) {
    guard let handle = sessions.currentHandle(at: place) else { return }
    guard answer.clients.count < AdminLimits.rowsAWorker else { return answer.isCut = true }
    let target = sessions[handle].target
    var row = ClientRow(
      handle: handle, phase: sessions[handle].phase, listener: sessions[handle].listener,
      tenant: target?.tenant ?? .none,
      peer: withAddresses ? clientAddress(handle) : nil,
      instance: target?.address, epoch: target?.epoch ?? 0,
      acceptedAt: sessions[handle].acceptedAt, lastActivity: sessions[handle].lastActivity)
    if withAddresses {
      row.tls = encryption(of: sessions[handle].client)
      if sessions[handle].server >= 0, !pooledClients.has(handle.index) {
        row.serverTLS = encryption(of: sessions[handle].server)
      }
    }
    if pooledClients.has(handle.index) {
      let account = pooledClients[handle.index].account
      row.account = account
      row.link = pooledClients[handle.index].link
      row.pool = pool(of: handle)
      row.isPinned = pooledClients[handle.index].isPinned
      row.statements = pooledClients[handle.index].statements.count
      noteAccount(account, &answer)
    }
    answer.clients.append(row)
  }

  /// Version and cipher of a socket's encryption, in PgBouncer's words; nil where there is none.
  private mutating func encryption(of socket: Int32) -> String? {
    kernel.facts(of: socket)?.session.map { "TLSv\($0.version.rawValue)/\($0.cipher)" }
  }

  /// The pool whose server a session has, waits for, or had last.
  private mutating func pool(of handle: SlabHandle) -> Int? {
    if let link = pooledClients[handle.index].link { return links[link].pool }
    if let pool = pooledClients[handle.index].waitsFor { return pool }
    guard let last = pooledClients[handle.index].lastPool, pools.has(last),
      pools[last].account == pooledClients[handle.index].account
    else { return nil }
    return last
  }

  private mutating func tellLink(at place: Int, _ answer: inout AdminAnswer) {
    guard let link = links.currentHandle(at: place) else { return }
    guard answer.links.count < AdminLimits.rowsAWorker else { return answer.isCut = true }
    let pool = links[link].pool
    let session = links[link].session
    answer.links.append(
      LinkRow(
        handle: link, phase: links[link].phase, account: pools[pool].account,
        instance: pools[pool].address, epoch: pools[pool].epoch, session: session,
        tenant: session.flatMap { sessions[$0].target?.tenant } ?? .none,
        connectedAt: links[link].connectBegan, idleSince: links[link].idleSince,
        processID: Self.processID(links[link].cancelRequest),
        statements: links[link].statements.count, tls: encryption(of: links[link].socket)))
    noteAccount(pools[pool].account, &answer)
  }

  private static func processID(_ cancelRequest: [UInt8]) -> Int32? {
    guard
      case .cancelRequest(let request)? = try? InitialPacket.decode(cancelRequest.span.bytes)?
        .packet
    else { return nil }
    return request.processID
  }

  private mutating func tellPool(at place: Int, _ answer: inout AdminAnswer) {
    guard pools.has(place) else { return }
    answer.pools.append(
      PoolRow(
        place: place, account: pools[place].account, instance: pools[place].address,
        epoch: pools[place].epoch, idle: pools[place].idleCount, lent: pools[place].lentCount,
        coming: pools[place].comingCount, isPaused: pools[place].isPaused))
    noteAccount(pools[place].account, &answer)
  }

  private mutating func tellInstance(at place: Int, _ answer: inout AdminAnswer) {
    let index = InstanceIndex(UInt32(place))
    let known = health[health.slot(of: index)]
    answer.instances.append(
      InstanceRow(
        key: InstanceKey(index, in: map), inFlight: Int(known.inFlight),
        isFailing: known.failures > 0, isEjected: known.isEjected(at: kernel.now)))
  }

  private mutating func noteAccount(_ account: Int, _ answer: inout AdminAnswer) {
    guard answer.accounts[account] == nil else { return }
    answer.accounts[account] = AccountName(
      user: accounts[account].user, database: database(of: account))
  }

  /// The database that an account's servers are told.
  mutating func database(of account: Int) -> [UInt8] {
    let packet = accounts[account].startup
    guard let decoded = try? InitialPacket.decode(packet.span.bytes),
      case .startup(let startup) = decoded.packet,
      let name = startup.lookup("database", in: packet.span.bytes)
    else { return [] }
    return Array(packet[name])
  }
}
