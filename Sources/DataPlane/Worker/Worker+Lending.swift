import Admission
import Pooling
import Routing
import ShardMap
import Telemetry
import Wire

/// How a session gets a server connection for a transaction, waits for one, and gives it back.
extension Worker where K: ~Copyable {
  // MARK: Borrowing

  /// A parked session has something to say: it gets a link, or waits for one.
  mutating func beginTransaction(_ handle: SlabHandle) {
    requestBegan(handle)
    do throws(Refusal) {
      if overload > .none { try checkOverload(handle) }
      guard mayBegin(handle) else { return }
      let pool = try poolForTransaction(handle)
      guard let link = takeIdle(pool) else { return wait(handle, for: pool) }
      lend(link, to: handle)
    } catch {
      if error.isPause, waitForShard(handle) { return }
      if error.isForOverload { return shed(handle, error) }
      refuseTransaction(handle, error)
    }
  }

  /// Gives a parked session a link, if one is idle where its transaction goes.
  mutating func borrowIdle(_ handle: SlabHandle) {
    guard let pool = try? poolForTransaction(handle), let link = takeIdle(pool) else { return }
    lend(link, to: handle)
  }

  /// The pool that the session's next transaction goes to, by the map in use and the tier asked for.
  mutating func poolForTransaction(_ handle: SlabHandle) throws(Refusal) -> Int {
    if pooledClients[handle.index].begun?.changesRoute != true,
      let pool = pooledClients[handle.index].lastPool,
      pooledClients[handle.index].lastPoolMap == routesVersion, !pools[pool].isRetired
    {
      return pool
    }
    let begun = pooledClients[handle.index].begun
    let route = try resolveTransaction(
      handle, tier: begun?.tier ?? pooledClients[handle.index].tier,
      readOnly: begun?.isReadOnly ?? false)
    if overload >= .boundedReads { try checkSpill(route) }
    sessions[handle].target?.generation = route.generation
    sessions[handle].target?.epoch = route.epoch
    sessions[handle].target?.address = map.instance(route.instance).address
    let pool = try self.pool(of: pooledClients[handle.index].account, for: route)
    try checkPause(handle, pool)
    pooledClients[handle.index].lastPool = pool
    pooledClients[handle.index].lastRoute = route
    requestsGo(handle, by: route)
    followMode(of: route, handle)
    // Only the primary is where it was for as long as the map is; replicas are chosen anew each time. What was asked for one transaction is no answer for
    // the next, and a mode may end by itself.
    pooledClients[handle.index].lastPoolMap =
      route.reason == .primary && route.mode.isNormal && begun?.changesRoute != true
      ? routesVersion : Self.noRoutes
    return pool
  }

  /// No version of the routes has this number.
  private static var noRoutes: UInt64 { 0 }

  /// Gives a session an idle server connection.
  mutating func lend(_ link: SlabHandle, to handle: SlabHandle) {
    links[link].moveOn(.borrowed)
    links[link].session = handle
    pools[links[link].pool].lentCount += 1
    pooledClients[handle.index].link = link
    sessions[handle].server = links[link].socket
    sessions[handle].downstream.source = links[link].source
    sessions[handle].moveOn(.lent)
    pooledClients[handle.index].isOneAtATime = isLimited(handle)
    health.begin(pools[links[link].pool].slot)
    pooledClients[handle.index].wait.end()
    timers.clear(handle.index)
    linkTimers.clear(link.index)
    beginWatchingWrites(handle)
    workBegins(handle)
    requestGotServer(handle)
    links[link].answers.keepsErrorsBack =
      pooledClients[handle.index].runsReadOnly
      || pooledClients[handle.index].lastRoute.map { !isOnPrimary($0) } ?? false
    noticeMode(handle)
    alignParameters(link, handle)
    beginAtServer(link, handle)
    readUnread(handle)
    if sessions[handle].phase == .lent, pooledClients[handle.index].hasLeft {
      // It may have left in the middle of a message: then there is nothing to wait for.
      returnIfDone(handle)
      endIfNothingIsOwed(handle)
    }
    if sessions[handle].phase.isPooled { list(handle) }
  }

  // MARK: Waiting

  /// Queues a session for a link of a pool, and has one made if there may be one more. However often it is queued, it waits no longer in all.
  private mutating func wait(_ handle: SlabHandle, for pool: Int) {
    let limit = context.settings.pooling.waitingSessions
    guard waitingCount < limit else {
      return refuseTransaction(handle, .tooManyWaiting(limit: limit))
    }
    let failover = context.settings.pooling.failoverWaiters
    guard pools[pool].failures == 0 || pools[pool].waiting.count < failover else {
      return refuseTransaction(handle, .tooManyWaiting(limit: failover))
    }
    if sessions[handle].phase == .parked { sessions[handle].moveOn(.queued) }
    let deadline = pooledClients[handle.index].wait.waitForServer(
      at: kernel.now, limit: context.queryWaitNanoseconds)
    timers.set(handle.index, to: deadline)
    enqueue(handle, for: pool, until: deadline)
  }

  /// Has a session wait for a shard that is paused, until a new map has it otherwise; no longer in all if others come that have it paused, too. False when
  /// too many wait.
  private mutating func waitForShard(_ handle: SlabHandle) -> Bool {
    if pausedSessions.count >= context.settings.pooling.failoverWaiters {
      pausedSessions = pausedSessions.filter { isPaused($0) }
    }
    guard pausedSessions.count < context.settings.pooling.failoverWaiters else { return false }
    if sessions[handle].phase == .parked { sessions[handle].moveOn(.queued) }
    pausedSessions.append(handle)
    let window = context.settings.pooling.failoverWindow.wholeNanoseconds
    let deadline = pooledClients[handle.index].wait.waitForPause(at: kernel.now, limit: window)
    timers.set(handle.index, to: deadline)
    return true
  }

  private mutating func isPaused(_ handle: SlabHandle) -> Bool {
    sessions.isCurrent(handle) && sessions[handle].phase == .queued
      && !sessions[handle].isSayingGoodbye && !sessions[handle].envelope.isDelayed
      && pooledClients[handle.index].waitsFor == nil
  }

  /// The map has changed: those that waited for a shard choose again.
  mutating func releasePaused() {
    let waiting = pausedSessions
    pausedSessions = []
    for handle in waiting where isPaused(handle) { beginTransaction(handle) }
  }

  /// Puts a session into a pool's queue.
  mutating func enqueue(_ handle: SlabHandle, for pool: Int, until deadline: MonotonicTime) {
    pooledClients[handle.index].waitsFor = pool
    asksForServer(handle)
    pools[pool].waiting.push(handle.index, until: deadline, in: &waits)
    waitingCount += 1
    serve(pool)
  }

  /// Takes a session out of the queue it waits in, if any.
  mutating func stopWaiting(_ handle: SlabHandle) {
    stopDelay(handle)
    guard pooledClients.has(handle.index), let pool = pooledClients[handle.index].waitsFor else {
      return
    }
    _ = pools[pool].waiting.remove(handle.index, in: &waits)
    pooledClients[handle.index].waitsFor = nil
    waitingCount -= 1
    reviewLack(of: pool)
  }

  /// Takes all out of a pool's queue, the one that has waited longest first.
  mutating func takeWaiting(_ pool: Int) -> [SlabHandle] {
    var taken: [SlabHandle] = []
    while let handle = nextWaiting(pool) { taken.append(handle) }
    return taken
  }

  /// The next to get a link; those that the queue drops from its front are told so.
  private mutating func nextToServe(_ pool: Int) -> SlabHandle? {
    while let handle = nextWaiting(pool) {
      guard isDropped(handle, from: pool) else { return handle }
      context.report.counters.add(.waitersDropped)
      reviewLack(of: pool)
      refuseTransaction(handle, .droppedFromQueue(target: context.settings.pooling.queueTarget))
    }
    return nil
  }

  private mutating func nextWaiting(_ pool: Int) -> SlabHandle? {
    guard let slot = pools[pool].waiting.pop(in: &waits) else { return nil }
    guard let handle = sessions.currentHandle(at: Int(slot)) else {
      preconditionFailure("a session that is gone waits for a link")
    }
    pooledClients[handle.index].waitsFor = nil
    waitingCount -= 1
    return handle
  }

  /// Gives idle links of a pool to whoever wants them: first the router's own questions, then sessions, the one that has waited longest first.
  mutating func serve(_ pool: Int) {
    while pools[pool].wantedCount > 0 {
      guard let link = takeIdle(pool) else { return openLinks(for: pool) }
      guard pools[pool].questions.isEmpty else {
        askQuestion(link, pool)
        continue
      }
      guard let handle = nextToServe(pool) else { return putBack(link, pool) }
      if sessions[handle].phase == .authenticating {
        putBack(link, pool)
        welcome(handle)
      } else {
        lend(link, to: handle)
      }
    }
  }

  /// A session has waited too long.
  mutating func waitedTooLong(_ handle: SlabHandle) {
    // It has not read why it ends.
    guard !sessions[handle].isSayingGoodbye else { return end(handle) }
    guard pooledClients[handle.index].waitsFor != nil else {
      let tenant = sessions[handle].target?.tenant.array ?? []
      return refuseTransaction(
        handle,
        !admin.pauses.isEmpty
          ? .pausedByOperator(tenant: tenant)
          : mode(of: handle).cause == .mapTenant
            ? .tenantPaused(tenant: tenant) : .shardPaused(tenant: tenant))
    }
    refuseTransaction(handle, .noServerInTime(after: context.settings.pooling.queryWait))
  }

  /// Has every session that waits for a pool choose again: the map has changed, or the pool is of no use.
  mutating func sendWaitingElsewhere(_ pool: Int) {
    for handle in takeWaiting(pool) { chooseAgain(handle) }
    reviewLack(of: pool)
  }

  /// A session that was taken out of a pool's queue chooses where to wait now.
  mutating func chooseAgain(_ handle: SlabHandle) {
    if sessions[handle].phase == .authenticating {
      awaitReport(handle)
    } else {
      beginTransaction(handle)
    }
  }

  /// A session that was taken out of a pool's queue goes back there, behind the others.
  mutating func waitOn(_ handle: SlabHandle, for pool: Int) {
    if sessions[handle].phase == .authenticating {
      enqueue(handle, for: pool, until: loginDeadline(handle))
    } else {
      wait(handle, for: pool)
    }
  }

  // MARK: Returning

  /// Gives the server back, if its session is between two transactions and all that it sent has been answered.
  mutating func returnIfDone(_ handle: SlabHandle) {
    guard isAtBoundary(handle), let link = pooledClients[handle.index].link else { return }
    // One that can't be sent to any more, or that has ended, is of no use to anybody.
    let isUsable =
      sessions[handle].upstream.sink == .idle && sessions[handle].downstream.source != .ended
    if links[link].isRetired || links[link].retiresAt <= kernel.now || !isUsable {
      return detach(link, handle, .over)
    }
    let cleaning = context.settings.pooling.cleaning
    links[link].isSoiled =
      cleaning == .always || (cleaning == .whenSoiled && pooledClients[handle.index].isPinned)
    if links[link].cancelsUnderWay > 0 {
      detach(link, handle, .returnedUnderCancel)
    } else if links[link].isSoiled {
      detach(link, handle, .soiled)
    } else {
      detach(link, handle, .returned)
    }
  }

  /// Whether a session and its server stand where another session could go on.
  private mutating func isAtBoundary(_ handle: SlabHandle) -> Bool {
    guard let link = pooledClients[handle.index].link, !sessions[handle].isSayingGoodbye,
      // The client was told that the connection ends.
      !links[link].answers.isFatal
    else { return false }
    return links[link].answers.owed.isEmpty && pooledClients[handle.index].status == .idle
      && !pooledClients[handle.index].hasUnsynced
      && (pooledClients[handle.index].unread.isEmpty || pooledClients[handle.index].isDone)
      && pooledClients[handle.index].requests.isBetweenMessages
      && (!pooledClients[handle.index].isPinned || pooledClients[handle.index].hasLeft)
      && isQuiet(link, handle)
  }

  /// Whether nothing is on its way between a session and its server, and the server is not in the middle of a message.
  mutating func isQuiet(_ link: SlabHandle, _ handle: SlabHandle) -> Bool {
    let isSending =
      switch sessions[handle].upstream.sink {
      case .sendingSlices, .sendingBlock: true
      case .idle, .finished, .broken: false
      }
    return !isSending && sessions[handle].upstream.isEmpty
      && sessions[handle].downstream.source != .filling && links[link].answers.isBetweenMessages
  }

  /// Takes the server from its session; `event` says what becomes of the server.
  mutating func detach(_ link: SlabHandle, _ handle: SlabHandle, _ event: LinkEvent) {
    letGo(link, handle)
    if sessions[handle].upstream.sink == .broken { sessions[handle].upstream.sink = .idle }
    pooledClients[handle.index].isPinned = false
    pooledClients[handle.index].isRoutedApart = false
    pooledClients[handle.index].isDone = false
    pooledClients[handle.index].hasUnsynced = false
    pooledClients[handle.index].isHeld = false
    pooledClients[handle.index].requests.forgetLarge()
    sessions[handle].moveOn(.returned)
    setIdleDeadline(handle)
    list(handle)
    links[link].moveOn(event)
    serverWasReturned(link)
    if sessions[handle].phase == .parked { parked(handle) }
  }

  /// Parts a session and its server: what the server's receive is doing the link knows from now on.
  private mutating func letGo(_ link: SlabHandle, _ handle: SlabHandle) {
    workEnded(handle)
    links[link].source = sessions[handle].downstream.source
    links[link].session = nil
    links[link].idleSince = kernel.now
    pools[links[link].pool].lentCount -= 1
    health.end(pools[links[link].pool].slot)
    sessions[handle].downstream.source = .idle
    sessions[handle].server = -1
    pooledClients[handle.index].link = nil
    stopDelay(handle)
    endCounting(handle)
  }

  /// Closes the link of a session that is told goodbye, as soon as the kernel has let go of what is sent and received: others may have one in its place.
  mutating func giveUpLink(_ handle: SlabHandle) {
    guard sessions[handle].isSayingGoodbye, let link = pooledClients[handle.index].link,
      sessions[handle].upstream.sink == .broken, sessions[handle].downstream.source == .ended
    else { return }
    letGo(link, handle)
    sessions[handle].downstream.source = .ended
    links[link].source = .ended
    links[link].moveOn(.over)
    serverWasReturned(link)
  }

  /// A session has no server and nothing under way: it ends if it was to end at such a moment.
  private mutating func parked(_ handle: SlabHandle) {
    if acceptsNobody, !pooledClients[handle.index].hasLeft, isToLeave(handle), !willDepart(handle) {
      return sayLeaving(handle)
    }
    considerTransaction(handle)
    if takeover.isHandingOver { departIfAtRest(handle) }
    if sessions[handle].phase == .parked, pooledClients[handle.index].hasLeft { leave(handle) }
  }

  /// Tells a client that its transaction can't begin, and ends the session unless it can go on.
  mutating func refuseTransaction(_ handle: SlabHandle, _ refusal: Refusal) {
    let response = refusal.response
    traceError(handle, response.sqlState)
    tell(.refused(sqlState: response.sqlState.description, message: response.message), handle)
    requestEnded(handle, outcome: .refused)
    // What only reads may be served elsewhere.
    if case .noPrimary = refusal, awaitsOneAnswer(handle), goOn(handle, after: refusal) { return }
    sayGoodbye(handle, refusal)
  }
}
