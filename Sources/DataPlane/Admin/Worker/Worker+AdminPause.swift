import AdminConsole
import Pooling
import Routing
import ShardMap
import Telemetry
import Wire

/// Pauses that operators order: what was begun goes on, and what would begin waits.
///
/// Nothing is looked at for a transaction whose way is known from the last one: a pause makes all ways unknown, and those that it holds stay so.
extension Worker where K: ~Copyable {
  // MARK: Orders

  /// Begins a pause.
  mutating func pause(_ scope: AdminScope) {
    admin.pauses.add(scope)
    routesVersion += 1
    markPausedPools()
    guard let found = find(scope) else { return }
    closeIdle(found)
    for pool in 0..<pools.touched where pools.has(pool) && isMeant(pool, found) {
      sendWaitingElsewhere(pool)
    }
  }

  /// Ends a pause: those who waited choose again.
  mutating func resume(_ scope: AdminScope) {
    admin.pauses.remove(scope)
    markPausedPools()
    releasePaused()
    let logins = admin.pausedLogins
    admin.pausedLogins = []
    for handle in logins where sessions.isCurrent(handle) && sessions[handle].phase == .holding {
      release(handle)
    }
    for pool in 0..<pools.touched where pools.has(pool) && pools[pool].wantedCount > 0 {
      serve(pool)
    }
  }

  private mutating func markPausedPools() {
    let held = admin.pauses.isEmpty ? [] : pausedSlots()
    for pool in 0..<pools.touched where pools.has(pool) {
      pools[pool].isPaused = held.contains(pools[pool].slot)
    }
  }

  private mutating func pausedSlots() -> Set<HealthSlot> {
    var slots: Set<HealthSlot> = []
    for shard in map.shardRecords {
      for instance in [shard.primary] + map.replicas(of: shard) where isPaused(instance, shard) {
        slots.insert(health.slot(of: instance))
      }
    }
    return slots
  }

  private mutating func isPaused(_ instance: InstanceIndex, _ shard: ShardRecord) -> Bool {
    admin.pauses.holds(instance: map.text(map.instance(instance).id), shard: map.text(shard.id))
  }

  /// Whether a new pool at the instance of a route is paused from the start.
  mutating func isPaused(_ route: Route) -> Bool {
    !admin.pauses.isEmpty && isPaused(route.instance, map.shard(route.shard))
  }

  // MARK: Work that would begin

  /// Keeps a transaction from a pool that is paused, or whose tenant is.
  mutating func checkPause(_ handle: SlabHandle, _ pool: Int) throws(Refusal) {
    guard !admin.pauses.isEmpty else { return }
    let tenant = sessions[handle].target?.tenant.array ?? []
    if pools[pool].isPaused || admin.pauses.holds(tenant: tenant) {
      throw .pausedByOperator(tenant: tenant)
    }
  }

  /// Keeps a new session from where its route leads.
  mutating func checkPause(_ route: Route, _ tenant: [UInt8]) throws(Refusal) {
    guard !admin.pauses.isEmpty else { return }
    if isPaused(route) || admin.pauses.holds(tenant: tenant) {
      throw .pausedByOperator(tenant: tenant)
    }
  }

  /// Has a session wait in its greeting for the end of a pause, once, for `pooling.failoverWindow` at most; false when it is to be refused.
  mutating func holdPaused(_ handle: SlabHandle) -> Bool {
    let limit = context.settings.pooling.failoverWaiters
    if admin.pausedLogins.count >= limit {
      admin.pausedLogins.removeAll {
        !sessions.isCurrent($0) || sessions[$0].phase != .holding
      }
    }
    guard sessions[handle].phase == .greeting, sessions[handle].refresh == .none, !isStopping,
      admin.pausedLogins.count < limit
    else { return false }
    sessions[handle].refresh = .over
    sessions[handle].moveOn(.held)
    admin.pausedLogins.append(handle)
    let window = kernel.now.advanced(by: context.settings.pooling.failoverWindow)
    timers.set(handle.index, to: min(window, loginDeadline(handle)))
    return true
  }

  // MARK: What a pause waits for

  /// What a scope means by the map in use; nil when it has no such thing.
  mutating func find(_ scope: AdminScope) -> ScopeInMap? {
    switch scope {
    case .all: return .all
    case .instance(let id):
      return map.instance(id: id).map { .slots([health.slot(of: $0)]) }
    case .shard(let id): return map.shard(id: id).map { .slots(slots(of: $0)) }
    case .tenant(let id):
      let name = Array(id.utf8)
      guard let index = map.tenant(id: id) else {
        return .tenant(name, database: [], slots: [])
      }
      let record = map.tenant(index)
      return .tenant(
        name, database: Array(map.text(record.database).utf8), slots: slots(of: record.shard))
    }
  }

  private mutating func slots(of index: ShardIndex) -> Set<HealthSlot> {
    let shard = map.shard(index)
    return Set(([shard.primary] + map.replicas(of: shard)).map { health.slot(of: $0) })
  }

  /// Closes the connections of a scope's pools that nobody has. (Tenants of one database share them: a neighbour's are made anew.)
  mutating func closeIdle(_ scope: ScopeInMap) {
    for pool in 0..<pools.touched
    where pools.has(pool) && pools[pool].idle != nil && isMeant(pool, scope) {
      closeIdle(of: pool)
    }
  }

  private mutating func isMeant(_ pool: Int, _ scope: ScopeInMap) -> Bool {
    switch scope {
    case .all: true
    case .slots(let slots): slots.contains(pools[pool].slot)
    case .tenant(_, let database, let slots):
      slots.contains(pools[pool].slot) && self.database(of: pools[pool].account) == database
    }
  }

  /// Looks whether a session keeps a pause from being reached.
  mutating func countUnfinished(at place: Int, _ scope: ScopeInMap, _ work: inout UnfinishedWork) {
    guard let handle = sessions.currentHandle(at: place), isMeant(handle, scope) else { return }
    switch sessions[handle].phase {
    case .connecting, .requestingTLS, .awaitingTLS, .forwarding, .relaying: work.holders += 1
    case .lent:
      let isKept =
        pooledClients[handle.index].isPinned && pooledClients[handle.index].status == .idle
        && pooledClients[handle.index].link.map { links[$0].answers.owed.isEmpty } ?? true
      if isKept { work.holders += 1 } else { work.transactions += 1 }
    case .greeting, .answering, .holding, .authenticating, .parked, .queued, .departing, .refusing,
      .lingering, .closing:
      return
    }
  }

  private mutating func isMeant(_ handle: SlabHandle, _ scope: ScopeInMap) -> Bool {
    guard let target = sessions[handle].target else { return false }
    switch scope {
    case .all: return true
    case .tenant(let id, _, _): return target.tenant.array == id
    case .slots(let slots):
      if pooledClients.has(handle.index), let link = pooledClients[handle.index].link {
        return slots.contains(pools[links[link].pool].slot)
      }
      return target.slot.map { slots.contains($0) } ?? false
    }
  }
}
