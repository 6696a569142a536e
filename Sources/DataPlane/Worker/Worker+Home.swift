import Routing
import ShardMap
import Telemetry
import Wire

/// Whose sessions are at home here, and where the others go: decided when a client logs in, by ``Home``.
///
/// A session that is in stays where it is, whatever later maps say of its tenant's pool. When a map no longer has the router's own pool, nobody
/// new is let in.
extension Worker where K: ~Copyable {
  /// Whether it matters here where a tenant is at home.
  var checksHomes: Bool {
    mutating get { home != nil }
  }

  /// Whether a session's start-up packet says that another router has relayed it.
  static func bearsMark(
    _ startup: StartupMessage, packet: RawSpan, options: StartupOptions
  ) -> Bool {
    options.value(RouterOption.relayed) != nil
      || startup.lookup(RouterOption.relayed, in: packet) != nil
  }

  /// Where a tenant's new session is to be relayed to; nil where it is at home here.
  mutating func elsewhere(
    _ tenant: [UInt8], isRelayed: Bool, isEncrypted: Bool = false
  ) throws(Refusal) -> Home.Elsewhere? {
    guard checksHomes else { return nil }
    let map = map
    // What is wrong with the tenant itself, the resolver says.
    guard let index = map.tenant(id: tenant.span.bytes) else { return nil }
    let record = map.tenant(index)
    guard record.state == .active else { return nil }
    try checkPermissions(tenant, record, index)
    // One that can't go into quarantine is better served here than nowhere.
    if !isRelayed, !isEncrypted, let away = quarantine(of: tenant, record) { return away }
    let home = Home(
      of: tenant.span.bytes, in: record.pool, isRelayed: isRelayed, at: self.home, map: map)
    switch home {
    case .here: return nil
    case .elsewhere(let elsewhere): return elsewhere
    case .refused(let why): throw refusal(why, tenant)
    }
  }

  /// Where a tenant of the router's own pool goes that is in quarantine; nil for another.
  private mutating func quarantine(
    of tenant: [UInt8], _ record: TenantRecord
  ) -> Home.Elsewhere? {
    guard !quarantine.isEmpty, record.pool == home?.index,
      let pool = quarantine.pool(for: tenant, in: map), pool != record.pool,
      case .elsewhere(let away) = Home.relay(tenant.span.bytes, to: pool, map)
    else { return nil }
    return away
  }

  /// The same as ``elsewhere(_:isRelayed:)`` for a session whose start-up packet is encrypted: it can't bear the mark, so it is not relayed.
  mutating func checkHomeOfEncrypted(_ tenant: [UInt8]) throws(Refusal) {
    guard let elsewhere = try elsewhere(tenant, isRelayed: false, isEncrypted: true) else { return }
    context.report.counters.add(.refusedForeign)
    throw .encryptedElsewhere(tenant: tenant, pool: poolName(elsewhere.pool))
  }

  /// The pool that serves a tenant is data of the class `permissions`: past `maxStale` nobody is let in by it, here or elsewhere.
  private mutating func checkPermissions(
    _ tenant: [UInt8], _ record: TenantRecord, _ index: TenantIndex
  ) throws(Refusal) {
    let freshness = freshness
    let rules = map.policy(record.policy).freshness
    guard freshness.standing(of: .permissions, rules) == .expired else { return }
    throw refusal(
      .permissionsExpired(
        index, age: freshness.age, limitMilliseconds: rules[.permissions].maxStaleMilliseconds),
      tenant)
  }

  private mutating func refusal(_ why: Home.Refused, _ tenant: [UInt8]) -> Refusal {
    context.report.counters.add(.refusedForeign)
    let own = home?.name ?? []
    return switch why {
    case .poolIsGone: .ownPoolGone(own)
    case .foreign(let pool): .foreignTenant(tenant, pool: poolName(pool), own: own)
    case .nowhere(let pool): .poolWithoutAddress(tenant: tenant, pool: poolName(pool))
    case .astray(let pool): .relayedAstray(tenant: tenant, pool: poolName(pool), own: own)
    }
  }

  mutating func poolName(_ pool: PoolIndex) -> [UInt8] {
    let map = map
    return map.string(map.pool(pool).id).copied
  }
}

extension RawSpan {
  /// A copy as an array.
  fileprivate var copied: [UInt8] { copy(of: 0..<byteCount) }
}
