import Authentication
import Pooling
import Routing
import Telemetry
import Wire

/// Clients on their way to the process that takes this one's place: each as soon as it is between two transactions, and
/// nothing of it is on its way.
///
/// Nothing more is received of such a client first (`rest`), and if nothing had come by then it goes: its connection,
/// and all that its session knows (``HandedClient``). What it sends meanwhile waits in its socket, for the new process.
/// Until that has answered, the session is kept as it was (`departing`); if it can't be taken, it stays here.
///
/// Sessions that keep their server, for a while or for good, can't go. They drain.
extension Worker where K: ~Copyable {
  /// Another process serves in this one's place: accepts no more, and begins to hand clients over.
  mutating func beginHandover(to channel: TakeoverChannel) {
    takeover.channel = channel
    takeover.isHandingOver = true
    takeover.due = .origin
    choresDue = .origin
    listenersWantWork = true
    // The new process needs connections of its own, and servers have so many only.
    closeLinks { $0 == .idle }
  }

  /// Whether the session is to be handed over, now or when its transaction is over: it is neither stopped nor told
  /// goodbye then.
  mutating func willDepart(_ handle: SlabHandle) -> Bool {
    guard takeover.mayHandOver, sessions[handle].phase.isPooled,
      !sessions[handle].isClientEncrypted
    else { return false }
    return !pooledClients[handle.index].staysHere && !pooledClients[handle.index].isPinned
      && !pooledClients[handle.index].hasLeft && !sessions[handle].isSayingGoodbye
  }

  /// Hands a session over if it is at rest, and few others are under way.
  mutating func departIfAtRest(_ handle: SlabHandle) {
    guard willDepart(handle), isAtRest(handle),
      pooledClients[handle.index].isHushed || takeover.hasRoom
    else { return }
    if sessions[handle].upstream.source == .idle { depart(handle) } else { hush(handle) }
  }

  /// Receives no more of a client, so that it can go.
  private mutating func hush(_ handle: SlabHandle) {
    guard !pooledClients[handle.index].isHushed else { return }
    pooledClients[handle.index].isHushed = true
    takeover.hushed += 1
    sessions[handle].upstream.rest()
    list(handle)
  }

  /// A receive from the client is over, or has brought something.
  mutating func hushedClientReceived(_ handle: SlabHandle) {
    guard pooledClients[handle.index].isHushed else { return }
    if isAtRest(handle) { return departIfAtRest(handle) }
    // It has something to do first.
    unhush(handle)
  }

  private mutating func unhush(_ handle: SlabHandle) {
    noLongerHushed(handle)
    if !sessions[handle].envelope.isDelayed { sessions[handle].upstream.listen() }
    list(handle)
  }

  /// The client is served again, or on its way, or gone.
  mutating func noLongerHushed(_ handle: SlabHandle) {
    guard pooledClients[handle.index].isHushed else { return }
    pooledClients[handle.index].isHushed = false
    takeover.hushed -= 1
  }

  /// Whether nothing of the session is anywhere but in what it knows.
  private mutating func isAtRest(_ handle: SlabHandle) -> Bool {
    let lanes = sessions[handle]
    guard lanes.phase == .parked, lanes.upstream.isEmpty, lanes.upstream.sink == .idle,
      lanes.upstream.source != .ended, lanes.downstream.isEmpty, lanes.downstream.sink == .idle,
      lanes.downstream.source == .idle, !lanes.envelope.isDelayed
    else { return false }
    return pooledClients[handle.index].begun == nil && pooledClients[handle.index].unread.isEmpty
      && pooledClients[handle.index].requests.isBetweenMessages
      && pooledClients[handle.index].nameChanges.isEmpty
      && pooledClients[handle.index].pendingSetting == nil
      && pooledClients[handle.index].goodbye == nil
  }

  private mutating func depart(_ handle: SlabHandle) {
    guard let channel = takeover.channel, let client = handedClient(handle) else {
      return stayHere(handle)
    }
    let descriptor = kernel.duplicate(sessions[handle].client)
    guard descriptor >= 0 else { return stayHere(handle) }
    guard channel.hand(client, over: descriptor, for: handle, of: context.mailbox) else {
      return stayHere(handle)
    }
    noLongerHushed(handle)
    takeover.underWay += 1
    timers.clear(handle.index)
    sessions[handle].moveOn(.departs)
  }

  /// The session can't be handed over.
  private mutating func stayHere(_ handle: SlabHandle) {
    pooledClients[handle.index].staysHere = true
    unhush(handle)
    if isStopping { sayGoodbye(handle, .stopping) }
  }

  /// The new process has a client, or can't take it.
  mutating func departed(_ handle: SlabHandle, isAdopted: Bool) {
    takeover.underWay -= 1
    guard sessions.isCurrent(handle), sessions[handle].phase == .departing else { return }
    guard !isAdopted else {
      context.report.counters.add(.clientsHandedOver)
      return end(handle)
    }
    context.report.counters.add(.clientsNotHandedOver)
    sessions[handle].moveOn(.returned)
    setIdleDeadline(handle)
    stayHere(handle)
  }

  // MARK: Looking

  /// Looks through the sessions, a slice a turn: those that are at rest go, and the others are counted that may.
  mutating func lookForDepartures() {
    guard takeover.isHandingOver, let due = takeover.due, kernel.now >= due else { return }
    let first = takeover.walk ?? 0
    if first == 0 { takeover.found = 0 }
    let end = min(first + TakeoverLimits.sessionsATurn, sessions.highWaterMark)
    for index in first..<max(first, end) {
      guard let handle = sessions.currentHandle(at: index) else { continue }
      guard mayStillDepart(handle) else {
        serveAgain(handle)
        continue
      }
      takeover.found += 1
      departIfAtRest(handle)
    }
    guard end >= sessions.highWaterMark else {
      takeover.walk = end
      takeover.due = .origin
      return
    }
    takeover.walk = nil
    takeover.due = kernel.now.advanced(by: TakeoverLimits.look)
    context.load.tell(leftToHandOver: takeover.found)
  }

  /// A client that was about to go can't any more: the new process has ended.
  private mutating func serveAgain(_ handle: SlabHandle) {
    guard pooledClients.has(handle.index), pooledClients[handle.index].isHushed else { return }
    unhush(handle)
  }

  private mutating func mayStillDepart(_ handle: SlabHandle) -> Bool {
    switch sessions[handle].phase {
    case .departing: true
    case .parked, .queued, .lent: willDepart(handle)
    // They were accepted before the new process was there, and may share servers when they are in.
    case .greeting, .answering, .holding, .authenticating: takeover.mayHandOver
    case .connecting, .requestingTLS, .awaitingTLS, .forwarding: takeover.mayHandOver
    case .relaying: sessions[handle].watch != nil
    case .refusing, .lingering, .closing: false
    }
  }

  // MARK: What it knows

  /// All that makes the session what it is; nil where that is too much to be sent.
  private mutating func handedClient(_ handle: SlabHandle) -> HandedClient? {
    guard let target = sessions[handle].target, let key = cancels.fingerprint(of: handle.index)
    else {
      return nil
    }
    let account = accounts[pooledClients[handle.index].account]
    var client = HandedClient()
    client.listener = UInt32(sessions[handle].listener)
    client.tenant = target.tenant.array
    client.user = account.user
    client.startup = account.startup
    client.credential = account.credential.secretBytes
    client.tier = pooledClients[handle.index].tier
    client.wantsNotices = pooledClients[handle.index].wantsNotices
    client.cancelKey = key.value
    client.floor = pooledClients[handle.index].floor
    client.origin = sessions[handle].origin
    client.acceptedAt = sessions[handle].acceptedAt
    client.lastActivity = sessions[handle].lastActivity
    let parameters = pooledClients[handle.index].parameters
    for parameter in TrackedParameter.allCases {
      guard let value = values.value(parameter, in: parameters) else { continue }
      client.settings.append(
        HandedClient.Setting(
          name: Array("\(parameter.name)".utf8), value: value.copy(of: 0..<value.byteCount)))
    }
    client.unreported = values.unreported(in: parameters).text
    var bytes = 0
    for place in 0..<pooledClients[handle.index].statements.count {
      let (name, id) = pooledClients[handle.index].statements.entry(at: place)
      let definition = statements.definition(id)
      bytes += name.count + definition.byteCount
      guard bytes <= TakeoverLimits.clientBytes else { return nil }
      client.statements.append(
        HandedClient.Statement(
          name: name, definition: definition.copy(of: 0..<definition.byteCount)))
    }
    return client
  }
}
