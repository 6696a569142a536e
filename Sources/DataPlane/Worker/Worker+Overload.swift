import Admission
import Pooling
import Routing
import ShardMap
import Telemetry

/// How short the worker is of something, and what it gives up because of that: in the order of
/// ``OverloadLevel``. How it accepts then is in `Worker+Accept`.
extension Worker where K: ~Copyable {
  // MARK: The gauge

  /// Reads the gauge, and does what follows from a change.
  mutating func readGauge() {
    shortage.gaugeDue = kernel.now.advanced(byNanoseconds: OverloadLimits.readingInterval)
    lookAtQueues()
    let use = use()
    let change = shortage.gauge.read(use, now: kernel.now)
    overload = shortage.gauge.level
    if let change { overloadChanged(change) }
    readPace(memory: use.memory)
    if !shortage.unheard.isEmpty { hearThoseKept() }
    let reading = OverloadReading(
      level: overload, cause: shortage.gauge.cause,
      sinceNanoseconds: shortage.gauge.since.nanoseconds, accepting: shortage.pace.state,
      use: use, memoryBytes: memory.inUse, waitingSessions: waitingCount,
      waitingLogins: idlers.newcomerCount, queueWaitNanoseconds: shortage.queues.longestWait)
    context.report.overload.tell(reading)
  }

  /// What sessions take, in thousandths of what they may; 0 where there is no limit.
  mutating func memoryUse() -> Int {
    guard memory.limit < .max else { return 0 }
    return OverloadUse.thousandths(UInt64(memory.inUse), of: UInt64(memory.limit))
  }

  private mutating func use() -> OverloadUse {
    OverloadUse(
      memory: memoryUse(),
      connections: OverloadUse.thousandths(
        UInt64(max(context.budget.inUse, 0)), of: UInt64(context.budget.limit)),
      waitingWork: OverloadUse.thousandths(
        UInt64(waitingCount), of: UInt64(context.settings.pooling.waitingSessions)),
      queueWait: OverloadUse.thousandths(
        shortage.queues.longestWait, of: context.queueTargetNanoseconds))
  }

  private mutating func overloadChanged(_ change: OverloadGauge.Change) {
    context.report.events.put(
      WorkerEvent(
        kind: .overload(change.level, cause: change.cause), tenant: [], address: nil))
    // The steps down in between say nothing new.
    guard change.level > change.before || change.level == .none else { return }
    context.outbox.put(
      RouterEvent(
        kind: .overload,
        text: "worker \(context.index): \(change.level.name) because of \(change.cause.name)"))
  }

  // MARK: Logins

  /// Refuses a login that the level in force has no room for.
  mutating func checkOverload(_ route: Route) throws(Refusal) {
    let policy = map.policy(map.tenant(route.tenant).policy)
    try check(policy.envelope.priority, isLogin: true)
  }

  /// Uncounts a session that ends or is refused.
  mutating func leaveBudget(_ handle: SlabHandle) {
    if sessions[handle].isInBudget { context.budget.giveBack() }
    if sessions[handle].isInMargin { shortage.inMargin -= 1 }
    sessions[handle].isInBudget = false
    sessions[handle].isInMargin = false
  }

  /// A refused session takes no place of those that are let in. Too many that don't read why make room
  /// for others, the oldest first.
  mutating func lingers(_ handle: SlabHandle) {
    leaveBudget(handle)
    sessions[handle].isInMargin = true
    shortage.inMargin += 1
    idlers.addRefused(handle.index)
    guard idlers.refusedCount > SessionLimits.lingeringRefusals,
      let slot = idlers.popRefused(), let oldest = sessions.currentHandle(at: Int(slot))
    else { return }
    context.report.counters.add(.refusalsCut)
    end(oldest)
  }

  /// A client has connected and has yet to say who it is. Too many that don't make room for others,
  /// the oldest first.
  mutating func awaitGreeting(_ handle: SlabHandle) {
    idlers.addNewcomer(
      handle.index, silentFrom: kernel.now.advanced(byNanoseconds: OverloadLimits.silence))
    guard idlers.newcomerCount > context.settings.limits.waitingLogins,
      let slot = idlers.popNewcomer(), let oldest = sessions.currentHandle(at: Int(slot))
    else { return }
    context.report.counters.add(.loginsCut)
    end(oldest)
  }

  /// Where all places are taken: whether one became free because its client has been connected for a
  /// while and has not said who it is.
  mutating func takePlaceOfSilent() -> Bool {
    guard let slot = idlers.popSilentNewcomer(now: kernel.now),
      let silent = sessions.currentHandle(at: Int(slot))
    else { return false }
    context.report.counters.add(.loginsCut)
    leaveBudget(silent)
    end(silent)
    return context.budget.take()
  }

  // MARK: Transactions

  /// Refuses a transaction that the level in force has no room for.
  mutating func checkOverload(_ handle: SlabHandle) throws(Refusal) {
    reviewEnvelope(handle)
    try check(sessions[handle].envelope.priority, isLogin: false)
  }

  /// Tells a client that the router is short of something. Its session goes on where it can.
  mutating func shed(_ handle: SlabHandle, _ refusal: Refusal) {
    endCounting(handle)
    if sessions[handle].phase == .parked { sessions[handle].moveOn(.queued) }
    refuseWork(handle, refusal)
  }

  private mutating func check(_ priority: WorkPriority, isLogin: Bool) throws(Refusal) {
    let level: OverloadLevel
    if overload >= .refuse {
      level = .refuse
      context.report.counters.add(.shedAll)
    } else if priority == .background, overload >= .background {
      level = .background
      context.report.counters.add(.shedBackground)
    } else if priority == .batch, overload >= .batch {
      level = .batch
      context.report.counters.add(.shedBatch)
    } else {
      return
    }
    throw .shed(level, cause: shortage.gauge.cause ?? .memory, isLogin: isLogin)
  }

  /// Refuses a bounded read that would go to the primary because no replica will do.
  mutating func checkSpill(_ route: Route) throws(Refusal) {
    guard case .bounded = route.tier, isOnPrimary(route) else { return }
    context.report.counters.add(.shedBoundedReads)
    throw .shed(.boundedReads, cause: shortage.gauge.cause ?? .memory, isLogin: false)
  }

  // MARK: One by one

  /// At the level `delay`: whether a transaction has to wait for its turn. Then it does, with those of
  /// other tenants that are over a limit.
  mutating func waitsForTurn(_ handle: SlabHandle) -> Bool {
    guard !sessions[handle].envelope.isTransactionCounted, let tenant = sessions[handle].tenant
    else { return false }
    if fairQueue.count == 0, mayServeNext() {
      noteTurn()
      return false
    }
    // Those of its tenant that wait already keep their place in the round.
    if delayed[tenant].count > 0 {
      join(handle, tenant, .beginning)
    } else {
      delay(handle, .beginning, .router, ready: kernel.now)
    }
    return true
  }

  /// Whether the next of the queue may go on: always, but at the level `delay` one in an interval.
  @inline(__always)
  mutating func mayServeNext() -> Bool { overload != .delay || kernel.now >= shortage.nextTurn }

  /// A transaction was let through.
  @inline(__always)
  mutating func noteTurn() {
    guard overload == .delay else { return }
    shortage.nextTurn = kernel.now.advanced(byNanoseconds: OverloadLimits.turnInterval)
  }

  /// When the queue may have something to do.
  mutating func nextTurnOfQueue() -> MonotonicTime? {
    guard overload == .delay else { return fairQueue.nextWake }
    return fairQueue.nextWake.map { max($0, shortage.nextTurn) }
  }

  /// A session has waited for its turn for as long as its policy lets it. What rests goes on.
  mutating func waitedForTurn(_ handle: SlabHandle) {
    let waits = sessions[handle].envelope.delay == .beginning
    endDelay(handle)
    guard waits else { return readOn(handle) }
    context.report.counters.add(.shedDelayed)
    refuseWork(
      handle, .shed(.delay, cause: shortage.gauge.cause ?? .memory, isLogin: false))
  }

  // MARK: Queues for servers

  /// Looks how long the first of each pool's queue waits; of many pools, at a slice.
  private mutating func lookAtQueues() {
    guard waitingCount > 0 else {
      shortage.queues = QueueRound()
      return
    }
    let start = shortage.queues.next
    let end = min(start + OverloadLimits.queuesAtOnce, pools.touched)
    for pool in start..<end {
      let wait = waitOfFirst(pool)
      shortage.queues.note(wait)
    }
    shortage.queues.turn(next: end < pools.touched ? end : 0)
  }

  /// How long the first of a pool's queue has kept others waiting, in nanoseconds; 0 where that tells
  /// nothing: for those that wait for a pause to end, or a server to be reached, nothing is gained by
  /// what is given up.
  private mutating func waitOfFirst(_ pool: Int) -> UInt64 {
    guard pools.has(pool), pools[pool].waiting.count > 1, !pools[pool].isPaused,
      pools[pool].failures == 0, pools[pool].lentCount > 0 || pools[pool].openingCount == 0,
      let slot = pools[pool].waiting.first, let handle = sessions.currentHandle(at: Int(slot)),
      sessions[handle].phase != .authenticating
    else { return 0 }
    return kernel.now.nanoseconds(since: pooledClients[handle.index].wait.began)
  }

  /// Whether the one that comes to the front of a pool's queue is dropped there instead of served.
  mutating func isDropped(_ handle: SlabHandle, from pool: Int) -> Bool {
    let target = context.queueTargetNanoseconds
    guard target > 0, sessions[handle].phase != .authenticating else { return false }
    let wait = kernel.now.nanoseconds(since: pooledClients[handle.index].wait.began)
    // The last one keeps nobody waiting; and no drop brings a server back.
    guard pools[pool].waiting.count > 0, pools[pool].failures == 0 else {
      pools[pool].delay.forget()
      return false
    }
    return pools[pool].delay.drops(afterWaiting: wait, target: target, now: kernel.now)
  }
}
