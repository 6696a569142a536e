import Routing
import ShardMap
import Telemetry

/// Sessions that wait, before anything of theirs is sent, for what the control plane says now: the
/// tenant isn't in the map, or nobody answers where the map has it.
///
/// How many wait and for how long is bounded. They go on when the sidecar has answered and the newest
/// map is in use, when the time has passed, or when nobody answers any more.
extension Worker where K: ~Copyable {
  /// What is known of the map's age now.
  var freshness: MapFreshness { context.freshness.freshness(at: kernel.now) }

  /// Holds a session of a tenant that the map doesn't have, if somebody can be asked; false when it
  /// is to be refused.
  mutating func holdUnknown(_ handle: SlabHandle, _ tenant: [UInt8]) -> Bool {
    let digest = NameDigest.of(tenant, seed: digestSeed)
    let step = UnknownTenant(
      freshness, hasAsked: sessions[handle].refresh != .none,
      isRemembered: unknownNames.contains(digest, now: kernel.now), mayHold: mayHold)
    switch step {
    case .ask:
      if hold(handle, .unknownTenant) { return true }
    case .refuse(.answered):
      unknownNames.insert(digest, now: kernel.now)
    case .refuse(.remembered):
      context.report.counters.add(.negativeHits)
    case .refuse: break
    }
    context.report.counters.add(.unknownTenants)
    return false
  }

  /// Holds a session that reached no instance of its shard, once; false when it is to be refused.
  mutating func holdUnreached(_ handle: SlabHandle) -> Bool {
    let freshness = freshness
    guard freshness.isRuled, freshness.isReachable, mayHold, sessions[handle].refresh == .none,
      let shard = shardDigest(handle)
    else { return false }
    return hold(handle, .shard(shard))
  }

  private var mayHold: Bool {
    mutating get {
      if held.count >= FreshnessLimits.heldSessions { sweepHeld() }
      return held.count < FreshnessLimits.heldSessions && !isStopping
    }
  }

  private mutating func hold(_ handle: SlabHandle, _ cause: RefreshCause) -> Bool {
    guard let ticket = wantRefresh(cause) else { return false }
    sessions[handle].refresh = .waiting(for: ticket.wanted)
    sessions[handle].moveOn(.held)
    held.append(handle)
    context.report.counters.add(.sessionsHeld)
    let limit = kernel.now.advanced(by: context.settings.timeouts.refresh)
    timers.set(handle.index, to: min(limit, loginDeadline(handle)))
    return true
  }

  /// Lets a held session go on with the map that is in use now.
  mutating func release(_ handle: SlabHandle) {
    sessions[handle].refresh = .over
    timers.set(handle.index, to: loginDeadline(handle))
    if sessions[handle].target == nil {
      sessions[handle].moveOn(.released)
      readGreeting(handle)
    } else {
      tryNext(handle)
      list(handle)
    }
  }

  /// Something was said about the map's age: maybe what the held sessions wait for.
  mutating func freshnessChanged() {
    guard !held.isEmpty else { return }
    isReleasing = true
    choresDue = .origin
  }

  /// Lets so many held sessions go on that have their answer, or will get none.
  mutating func releaseSome() {
    isReleasing = false
    let isHopeless = !freshness.isReachable
    var waiting: [SlabHandle] = []
    var released = 0
    for handle in held {
      // One that has ended meanwhile, or went on because its time had passed.
      guard sessions.isCurrent(handle), sessions[handle].phase == .holding,
        case .waiting(let wanted) = sessions[handle].refresh
      else { continue }
      guard isHopeless || context.freshness.hasAnswered(wanted) else {
        waiting.append(handle)
        continue
      }
      if released < FreshnessLimits.releasesATurn {
        released += 1
        release(handle)
      } else {
        waiting.append(handle)
        isReleasing = true
      }
    }
    held = waiting
  }

  /// Forgets held sessions that are none any more, so that their places are free.
  mutating func sweepHeld() {
    held.removeAll { !sessions.isCurrent($0) || sessions[$0].phase != .holding }
  }

  // MARK: Evidence

  /// An instance failed a session in a way that a route does which is out of date.
  mutating func noteStaleRoute(_ handle: SlabHandle) {
    context.report.counters.add(.staleRouteEvidence)
    guard let shard = shardDigest(handle) else { return }
    _ = wantRefresh(.shard(shard))
  }

  /// Whether a failure to reach the session's instance says something about the map: it is the
  /// primary, which every writer needs, or the map isn't fresh anyway.
  mutating func isEvidence(_ handle: SlabHandle) -> Bool {
    guard freshness.isRuled, let target = sessions[handle].target, let slot = target.slot,
      let index = map.tenant(id: target.tenant.array.span.bytes)
    else { return false }
    let tenant = map.tenant(index)
    return slot == health.slot(of: map.shard(tenant.shard).primary)
      || freshness.standing(of: .routing, map.policy(tenant.policy).freshness) != .fresh
  }

  private mutating func shardDigest(_ handle: SlabHandle) -> UInt64? {
    guard let target = sessions[handle].target,
      let tenant = map.tenant(id: target.tenant.array.span.bytes)
    else { return nil }
    return NameDigest.of(map.string(map.shard(map.tenant(tenant).shard).id))
  }

  /// Asks for a refresh, now or soon.
  mutating func wantRefresh(_ cause: RefreshCause) -> RefreshTicket? {
    guard let ticket = context.freshness.ask(cause, now: kernel.now) else { return nil }
    if let due = ticket.dueAt {
      choresDue = min(choresDue ?? due, due)
    } else {
      context.report.counters.add(.refreshesWanted)
    }
    return ticket
  }
}
