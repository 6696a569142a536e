import Admission
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
    idlers.remove(handle.index)
    do throws(Refusal) {
      // Whoever has workers of its own counts there and not here.
      if !context.hasDedicatedWorkers { try checkAdmission(handle) }
      let options = StartupOptions(of: startup, in: packet)
      guard case .postgres(let sources) = listeners[sessions[handle].listener].spoken else {
        throw Refusal.unencrypted
      }
      let identity = try Identity(
        startup, in: packet, options: options, sources: sources,
        encrypted: encryptedTenants(handle),
        proxied: proxiedTenants[handle.index] ?? ProxiedTenants(),
        isTenant: { map.tenant(id: $0.span.bytes) != nil })
      let isRelayed = checksHomes && Self.bearsMark(startup, packet: packet, options: options)
      let elsewhere = try elsewhere(identity.tenant, isRelayed: isRelayed)
      if elsewhere == nil, handOver(handle, identity.tenant) { return }
      if context.hasDedicatedWorkers { try checkAdmission(handle) }
      if let elsewhere {
        return try relay(
          handle, to: elsewhere, identity.tenant, startup, packet: packet, rest: rest)
      }
      try serve(handle, identity, startup, options, packet: packet, rest: rest)
    } catch {
      refuseOrHold(handle, error)
    }
  }

  /// The tenant is at home here: its session goes to an instance, or shares connections to it.
  private mutating func serve(
    _ handle: SlabHandle, _ identity: Identity, _ startup: StartupMessage,
    _ options: StartupOptions, packet: RawSpan, rest: RawSpan
  ) throws(Refusal) {
    let wantsNotices = try Self.wantsNotices(
      options.value(RouterOption.notices) ?? startup.value(RouterOption.notices, in: packet))
    traceSession(handle, startup, packet: packet, options)
    let tier = try Self.consistency(
      options.value(RouterOption.consistency)
        ?? startup.value(RouterOption.consistency, in: packet))
    let route = try resolve(handle, tenant: identity.tenant, tier: tier)
    try checkPause(route, identity.tenant)
    if overload > .none { try checkOverload(route) }
    try joinTenant(handle, route, identity.tenant)
    var start = ClientStart(startup, in: packet, options: options, user: identity.user)
    let name = markedName(startup, packet: packet, options: options, handle)
    if let name { start.setApplicationName(Array(name.utf8)) }
    if shares(handle, start, route) {
      sessions[handle].target = target(route, identity.tenant, tier)
      requestsGo(handle, by: route)
      return try beginPooledLogin(
        handle, route, start, tier: tier, wantsNotices: wantsNotices,
        isRelayed: Self.bearsMark(startup, packet: packet, options: options), rest: rest)
    }
    let bytes = try Self.forServer(
      startup, packet: packet, rest: rest, options: options, user: identity.user,
      database: map.string(map.tenant(route.tenant).database),
      isReadOnly: route.mode.refusesWrites, applicationName: name)
    let database = NameDigest.of(map.string(map.tenant(route.tenant).database))
    aim(handle, at: route, tenant: identity.tenant, tier: tier)
    requestsGo(handle, by: route)
    sessions[handle].target?.database = database
    fillLoginBuffer(handle, bytes)
    sessions[handle].moveOn(.routed)
    connect(handle)
  }

  /// Routes a session whose encryption ends at the server. The ClientHello stays in the login buffer and is passed on as it came.
  mutating func routeHello(_ handle: SlabHandle, tenant: [UInt8]) {
    idlers.remove(handle.index)
    do throws(Refusal) {
      if !context.hasDedicatedWorkers { try checkAdmission(handle) }
      try checkEndpoint(handle, tenant)
      try checkHomeOfEncrypted(tenant)
      if handOver(handle, tenant) { return }
      if context.hasDedicatedWorkers { try checkAdmission(handle) }
      let route = try resolve(handle, tenant: tenant, tier: nil)
      try checkPause(route, tenant)
      // Nothing can be put before what is encrypted for the server.
      if route.mode.refusesWrites, isOnPrimary(route) {
        throw .modeRefused(tenant: tenant, route.mode)
      }
      if overload > .none { try checkOverload(route) }
      try joinTenant(handle, route, tenant)
      aim(handle, at: route, tenant: tenant, tier: nil)
      sessions[handle].moveOn(.routed)
      connect(handle)
    } catch {
      refuseOrHold(handle, error)
    }
  }

  /// An endpoint that the table gives to a tenant leads to no other.
  private mutating func checkEndpoint(
    _ handle: SlabHandle, _ tenant: [UInt8]
  ) throws(Refusal) {
    guard let owner = proxiedTenants[handle.index]?.endpoint, owner != tenant else { return }
    throw .foreignEndpoint(tenant: tenant, owner: owner)
  }

  /// Refuses a session, unless the map may be what is wrong and somebody can be asked.
  private mutating func refuseOrHold(_ handle: SlabHandle, _ refusal: Refusal) {
    if case .unknownTenant(let tenant) = refusal, holdUnknown(handle, tenant) { return }
    if case .pausedByOperator = refusal, holdPaused(handle) { return }
    if refusal.isOfMany { return refuseOneOfMany(handle, refusal) }
    refuse(handle, refusal)
  }

  /// What the server is sent: the startup packet rewritten, and what the client has sent behind it already.
  private static func forServer(
    _ startup: StartupMessage, packet: RawSpan, rest: RawSpan, options: StartupOptions,
    user: [UInt8], database: RawSpan, isReadOnly: Bool, applicationName: String?
  ) throws(Refusal) -> [UInt8] {
    do throws(StartupPacketError) {
      let start = try ServerStartup.packet(
        startup, in: packet, options: options, user: user, database: database,
        isReadOnly: isReadOnly, applicationName: applicationName)
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

  private static func wantsNotices(_ value: [UInt8]?) throws(Refusal) -> Bool {
    guard let value else { return false }
    guard let wants = RouterOption.switchValue(value) else {
      throw .badSetting("\(RouterOption.notices) is on or off")
    }
    return wants
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
    context.report.routes.add(route.reason)
    if route.isStale { context.report.counters.add(.staleServes) }
    if !route.mode.isNormal {
      context.report.counters.add(.routedDegraded)
      noteMode(route.mode)
    }
    return route
  }

  mutating func refusal(_ error: RouteRefusal, _ tenant: [UInt8]) -> Refusal {
    context.report.refusals.add(error.reason)
    switch error {
    case .unknownTenant: return .unknownTenant(tenant)
    case .tenantSuspended: return .tenantSuspended(tenant)
    case .paused(_, let mode):
      noteMode(mode)
      return mode.cause == .mapTenant
        ? .tenantPaused(tenant: tenant) : .shardPaused(tenant: tenant)
    case .modeRefused(_, let mode):
      context.report.counters.add(.refusedByMode)
      return .modeRefused(tenant: tenant, mode)
    case .permissionsExpired(_, let age, let limit):
      context.report.counters.add(.refusedStalePermissions)
      return .permissionsExpired(tenant: tenant, age: age, limitMilliseconds: limit)
    case .noReplicaFreshEnough: return .noReplicaFreshEnough(tenant: tenant)
    case .primaryBudgetSpent: return .primaryBudgetSpent(tenant: tenant)
    case .noHealthyInstance(_, let tried): return .noHealthyInstance(tenant: tenant, tried: tried)
    }
  }

  mutating func aim(
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
      generation: route.generation, epoch: route.epoch,
      isReadOnly: route.mode.refusesWrites)
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
}
