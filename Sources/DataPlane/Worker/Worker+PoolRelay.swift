import Routing
import ShardMap
import Telemetry
import Wire

/// Sessions of tenants that are at home at other routers: they are relayed there, byte for byte, as long as they last.
///
/// To this router such a session is one with a server of its own, whatever the listener's pooling is: the other router logs the client in. It
/// keeps the session's cancel key like that of any other.
extension Worker where K: ~Copyable {
  /// Begins to relay a session.
  mutating func relay(
    _ handle: SlabHandle, to elsewhere: Home.Elsewhere, _ tenant: [UInt8],
    _ startup: StartupMessage, packet: RawSpan, rest: RawSpan
  ) throws(Refusal) {
    let bytes: [UInt8]
    do throws(StartupPacketError) {
      bytes = try PoolRelay.startup(startup, in: packet, mark: relayMark(elsewhere))
    } catch {
      throw .malformedStartup(error)
    }
    let whole = bytes + rest.copy(of: 0..<rest.byteCount)
    guard whole.count <= RelayLimits.loginBytes else {
      throw .malformedStartup(.lengthOutOfRange(Int32(clamping: whole.count)))
    }
    let count = elsewhere.addresses.count
    let first = elsewhere.areAlike ? Int(random.next() % UInt64(count)) : 0
    sessions[handle].relay = PoolRelay(first: first)
    aim(handle, at: elsewhere, tenant)
    fillLoginBuffer(handle, whole)
    sessions[handle].moveOn(.routed)
    connect(handle)
  }

  /// The pool that a session's mark names: the router's own; where it runs for none, the one it relays to.
  private mutating func relayMark(_ elsewhere: Home.Elsewhere) -> [UInt8] {
    home?.name ?? poolName(elsewhere.pool)
  }

  private mutating func aim(
    _ handle: SlabHandle, at elsewhere: Home.Elsewhere, _ tenant: [UInt8]
  ) {
    guard let relay = sessions[handle].relay else { return }
    sessions[handle].target = Target(
      tenant: TenantName(tenant) ?? .none, tier: nil,
      address: elsewhere.addresses[relay.place(among: elsewhere.addresses.count)], slot: nil,
      isRouter: true, startedAt: kernel.now, generation: 0, epoch: 0)
  }

  /// A router did not take the connection: try the next one by the map in use, or give up.
  mutating func relayNext(_ handle: SlabHandle) {
    guard let target = sessions[handle].target, let relay = sessions[handle].relay else { return }
    let tenant = target.tenant.array
    do throws(Refusal) {
      guard kernel.now < loginDeadline(handle),
        let elsewhere = try elsewhere(tenant, isRelayed: false),
        relay.tries < min(elsewhere.addresses.count, PoolRelay.mostTries)
      else { throw poolUnreachable(handle) }
      sessions[handle].relay?.tries += 1
      aim(handle, at: elsewhere, tenant)
      sessions[handle].moveOn(.retried)
      connect(handle)
    } catch {
      refuse(handle, error)
    }
  }

  /// A side of a relayed session has said its last. A router that has gone may still seem to take connections for a moment: where it was the
  /// router's first as well, the client is told.
  mutating func relayedSourceEnded(_ handle: SlabHandle, _ direction: Direction) {
    guard direction == .downstream, sessions[handle].phase == .relaying,
      !sessions[handle].isSayingGoodbye, let watch = sessions[handle].watch, !watch.hasHeard
    else { return }
    context.report.counters.add(.refused)
    sayGoodbye(handle, poolUnreachable(handle))
  }

  /// None of the tried routers has taken the session.
  mutating func poolUnreachable(_ handle: SlabHandle) -> Refusal {
    .poolUnreachable(
      tenant: sessions[handle].target?.tenant.array ?? [], pool: relayedPool(handle),
      tried: sessions[handle].relay?.tries ?? 1)
  }

  /// The pool that a session is relayed to, by the map in use; empty where that has no such tenant.
  mutating func relayedPool(_ handle: SlabHandle) -> [UInt8] {
    let tenant = sessions[handle].target?.tenant.array ?? []
    let map = map
    let pool =
      quarantine.pool(for: tenant, in: map)
      ?? map.tenant(id: tenant.span.bytes).map { map.tenant($0).pool }
    return pool.map { poolName($0) } ?? []
  }
}
