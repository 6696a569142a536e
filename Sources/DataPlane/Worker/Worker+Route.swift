import Routing
import ShardMap
import Telemetry
import Uring
import Wire

/// From a tenant's name to a connected server.
extension Worker where K: ~Copyable {
  /// Routes a PostgreSQL session.
  mutating func route(
    _ handle: SlabHandle, _ startup: StartupMessage, packet: RawSpan, rest: RawSpan
  ) {
    do throws(Refusal) {
      try checkAdmission(handle)
      let options = StartupOptions(of: startup, in: packet)
      guard case .postgres(let sources) = listeners[sessions[handle].listener].spoken else {
        throw Refusal.unencrypted
      }
      let identity = try Identity(
        startup, in: packet, options: options, sources: sources,
        isTenant: { map.tenant(id: $0.span.bytes) != nil })
      let tier = try Self.consistency(
        options.value(RouterOption.consistency)
          ?? startup.value(RouterOption.consistency, in: packet))
      let route = try resolve(handle, tenant: identity.tenant, tier: tier)
      try checkPause(route, identity.tenant)
      let start = ClientStart(startup, in: packet, options: options, user: identity.user)
      if shares(handle, start, route) {
        sessions[handle].target = target(route, identity.tenant, tier)
        return try beginPooledLogin(handle, route, start, tier: tier, rest: rest)
      }
      let bytes = try Self.forServer(
        startup, packet: packet, rest: rest, options: options, user: identity.user,
        database: map.string(map.tenant(route.tenant).database))
      let database = NameDigest.of(map.string(map.tenant(route.tenant).database))
      aim(handle, at: route, tenant: identity.tenant, tier: tier)
      sessions[handle].target?.database = database
      fillLoginBuffer(handle, bytes)
      sessions[handle].moveOn(.routed)
      connect(handle)
    } catch {
      refuseOrHold(handle, error)
    }
  }

  /// Routes a session whose encryption ends at the server. The ClientHello stays in the login buffer and is passed on as it came.
  mutating func routeHello(_ handle: SlabHandle, tenant: [UInt8]) {
    do throws(Refusal) {
      try checkAdmission(handle)
      let route = try resolve(handle, tenant: tenant, tier: nil)
      try checkPause(route, tenant)
      aim(handle, at: route, tenant: tenant, tier: nil)
      sessions[handle].moveOn(.routed)
      connect(handle)
    } catch {
      refuseOrHold(handle, error)
    }
  }

  /// Refuses a session, unless the map may be what is wrong and somebody can be asked.
  private mutating func refuseOrHold(_ handle: SlabHandle, _ refusal: Refusal) {
    if case .unknownTenant(let tenant) = refusal, holdUnknown(handle, tenant) { return }
    if case .pausedByOperator = refusal, holdPaused(handle) { return }
    refuse(handle, refusal)
  }

  /// What the server is sent: the startup packet rewritten, and what the client has sent behind it already.
  private static func forServer(
    _ startup: StartupMessage, packet: RawSpan, rest: RawSpan, options: StartupOptions,
    user: [UInt8],
    database: RawSpan
  ) throws(Refusal) -> [UInt8] {
    do throws(StartupPacketError) {
      let start = try ServerStartup.packet(
        startup, in: packet, options: options, user: user, database: database)
      let bytes = start + rest.copy(of: 0..<rest.byteCount)
      guard bytes.count <= RelayLimits.loginBytes else {
        throw .lengthOutOfRange(Int32(clamping: bytes.count))
      }
      return bytes
    } catch {
      throw .malformedStartup(error)
    }
  }

  private mutating func checkAdmission(_ handle: SlabHandle) throws(Refusal) {
    guard sessions[handle].isInBudget else {
      throw .tooManyConnections(limit: context.budget.limit)
    }
    guard !isStopping else { throw .stopping }
  }

  private static func consistency(_ value: [UInt8]?) throws(Refusal) -> Consistency? {
    guard let value else { return nil }
    guard let consistency = Consistency(parsing: value) else { throw .unknownTier(value) }
    return consistency
  }

  mutating func resolve(
    _ handle: SlabHandle, tenant: [UInt8], tier: Consistency?
  ) throws(Refusal) -> Route {
    do throws(RouteRefusal) {
      // A session keeps its server, and one of the tier `session` may write: no replica will do.
      let route = try resolver.resolve(
        tenant: tenant.span.bytes, tier: tier, floor: .unreachable,
        excluding: sessions[handle].tried, map: map, freshness: freshness, samples: NoSamples(),
        health: &health, random: &random, now: kernel.now)
      return noted(route)
    } catch {
      throw refusal(error, tenant)
    }
  }

  /// Decides where a transaction goes: which replica is fresh enough for it is known by the probes.
  mutating func resolveTransaction(
    _ handle: SlabHandle, tier: Consistency?, readOnly: Bool
  ) throws(Refusal) -> Route {
    let tenant = sessions[handle].target?.tenant.array ?? []
    let samples = ProbedSamples(board: samples, isProbing: context.settings.probes != nil)
    do throws(RouteRefusal) {
      let route = try resolver.resolve(
        tenant: tenant.span.bytes, tier: tier, readOnly: readOnly,
        floor: pooledClients[handle.index].floor, map: map, freshness: freshness,
        samples: samples, health: &health, random: &random, now: kernel.now)
      return noted(route)
    } catch {
      throw refusal(error, tenant)
    }
  }

  private mutating func noted(_ route: Route) -> Route {
    context.report.counters.add(.mapHits)
    if route.isStale { context.report.counters.add(.staleServes) }
    return route
  }

  private mutating func refusal(_ error: RouteRefusal, _ tenant: [UInt8]) -> Refusal {
    switch error {
    case .unknownTenant: return .unknownTenant(tenant)
    case .tenantSuspended: return .tenantSuspended(tenant)
    case .shardPaused: return .shardPaused(tenant: tenant)
    case .permissionsExpired(_, let age, let limit):
      context.report.counters.add(.refusedStalePermissions)
      return .permissionsExpired(tenant: tenant, age: age, limitMilliseconds: limit)
    case .noReplicaFreshEnough: return .noReplicaFreshEnough(tenant: tenant)
    case .primaryBudgetSpent: return .primaryBudgetSpent(tenant: tenant)
    case .noHealthyInstance(_, let tried): return .noHealthyInstance(tenant: tenant, tried: tried)
    }
  }

  private mutating func aim(
    _ handle: SlabHandle, at route: Route, tenant: [UInt8], tier: Consistency?
  ) {
    var target = target(route, tenant, tier)
    target.database = sessions[handle].target?.database
    sessions[handle].target = target
    endMove(handle)
    health.begin(route.slot)
    sessions[handle].isCounted = true
  }

  private mutating func target(_ route: Route, _ tenant: [UInt8], _ tier: Consistency?) -> Target {
    Target(
      tenant: TenantName(tenant) ?? .none, tier: tier,
      address: map.instance(route.instance).address, slot: route.slot, startedAt: kernel.now,
      generation: route.generation, epoch: route.epoch)
  }

  /// Whether a session shares links with others. The replication protocol has no transactions to share by.
  private mutating func shares(_ handle: SlabHandle, _ start: ClientStart, _ route: Route) -> Bool {
    guard !start.isReplication else { return false }
    switch listeners[sessions[handle].listener].pooling {
    case .session: return false
    case .transaction: return true
    case .policy:
      return map.policy(map.tenant(route.tenant).policy).pooling == .transaction
    }
  }

  // MARK: Connecting

  /// Makes the socket for the session's target; connecting is asked for with the next reconcile.
  mutating func connect(_ handle: SlabHandle) {
    let socket = kernel.openSocket(for: sessions[handle].target!.address)
    guard socket >= 0 else { return connectFailed(-socket, handle) }
    sessions[handle].server = socket
    let attempt = kernel.now.advanced(by: context.settings.timeouts.connect)
    timers.set(handle.index, to: min(attempt, loginDeadline(handle)))
  }

  mutating func connectCompleted(_ result: Int32, _ handle: SlabHandle) {
    guard result == 0 else {
      return connectFailed(result == -Errno.cancelled ? Errno.timedOut : -result, handle)
    }
    let target = sessions[handle].target!
    if sessions[handle].moveDeadline != nil { return leaveUnused(handle) }
    if let slot = target.slot {
      health.recordConnected(
        slot, latencyNanoseconds: kernel.now.nanoseconds(since: target.startedAt), now: kernel.now)
      context.report.counters.add(.routed)
    }
    timers.set(handle.index, to: loginDeadline(handle))
    if sessions[handle].greeting.promisedTLS {
      fillLoginBuffer(handle, ServerStartup.sslRequest, at: Self.answerOffset)
      sessions[handle].moveOn(.reachedForTLS)
    } else {
      sessions[handle].moveOn(.reached)
    }
  }

  /// An instance did not take the connection: try the next one that the tier allows, or give up.
  private mutating func connectFailed(_ errno: Int32, _ handle: SlabHandle) {
    noteConnectFailure(errno, handle)
    closeServer(handle)
    guard sessions[handle].target!.slot != nil else { return end(handle) }
    tryNext(handle)
  }

  private mutating func closeServer(_ handle: SlabHandle) {
    guard sessions[handle].server >= 0 else { return }
    kernel.close(sessions[handle].server)
    sessions[handle].server = -1
  }

  /// The map changed while the session was connecting: it is connected where it doesn't belong any more, and has said nothing there.
  private mutating func leaveUnused(_ handle: SlabHandle) {
    leaveInstance(handle)
    closeServer(handle)
    tryNext(handle)
  }

  /// Goes on to the next instance that the tier allows by the map in use, or gives up.
  mutating func tryNext(_ handle: SlabHandle) {
    let target = sessions[handle].target!
    do throws(Refusal) {
      guard kernel.now < loginDeadline(handle) else {
        throw .loginTimedOut(after: context.settings.timeouts.login)
      }
      guard !sessions[handle].tried.isFull else {
        throw .noHealthyInstance(tenant: target.tenant.array, tried: sessions[handle].tried.count)
      }
      let route = try resolve(handle, tenant: target.tenant.array, tier: target.tier)
      try checkPause(route, target.tenant.array)
      // The startup packet is written already.
      if let database = target.database,
        database != NameDigest.of(map.string(map.tenant(route.tenant).database))
      {
        throw .databaseRenamed(tenant: target.tenant.array)
      }
      aim(handle, at: route, tenant: target.tenant.array, tier: target.tier)
      sessions[handle].moveOn(.retried)
      connect(handle)
    } catch {
      if case .noHealthyInstance = error, holdUnreached(handle) { return }
      refuse(handle, error)
    }
  }

  /// Tells health and log that an instance failed this session, and keeps the session from trying it again.
  mutating func noteConnectFailure(_ errno: Int32, _ handle: SlabHandle) {
    let target = sessions[handle].target!
    context.report.counters.add(.connectFailures)
    context.report.events.put(
      WorkerEvent(
        kind: .connectFailed(errno: errno), tenant: target.tenant.array,
        address: target.address.description))
    guard let slot = target.slot else { return }
    if !Errno.isShortage(errno), isEvidence(handle) { noteStaleRoute(handle) }
    health.recordFailure(slot, now: kernel.now)
    if !sessions[handle].tried.isFull { sessions[handle].tried.insert(slot) }
    leaveInstance(handle)
  }

  /// Takes the session off its instance's count.
  mutating func leaveInstance(_ handle: SlabHandle) {
    guard let slot = sessions[handle].target?.slot, sessions[handle].isCounted else { return }
    sessions[handle].isCounted = false
    health.end(slot)
  }
}
