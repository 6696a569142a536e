import Admission
import HotTenants
public import Routing
import ShardMap

/// Puts together what the workers have measured, and carries out what follows for the tenants that are hot.
///
/// One for a router, on a thread of its own. It is plain code with a clock for a parameter: a simulated world calls ``tick(now:)`` itself.
public struct TenantKeeper: ~Copyable {
  private let contexts: [WorkerContext]
  private let inbox: TenantInbox
  private var map: CompiledMap
  private var home: HomePool?
  private var ledger = TenantLedger()
  private var detector = HotTenantDetector()
  private var quarantine = QuarantineBook()

  /// A keeper of the tenants of these workers, which have one inbox.
  public init(_ contexts: [WorkerContext]) {
    precondition(!contexts.isEmpty, "a router has workers")
    self.contexts = contexts
    inbox = contexts[0].inbox
    map = contexts[0].mapSlot.map
    home = contexts[0].settings.home.map { [map] in HomePool($0, in: map) }
  }

  /// Looks at what has come in since the last call; call it once a window, a moment after its end.
  public mutating func tick(now: MonotonicTime) {
    takeMap(now)
    let map = map
    let windows = inbox.takeAll().filter { $0.map === map || $0.map.hasSameCatalog(as: map) }
    ledger.tick(windows.map(\.window))
    let home = home
    let actions = detector.judge(ledger, now: now) { Self.placement(of: $0, in: map, home) }
    carryOut(actions)
    publish()
  }

  /// What is done about tenants is undone when shards or policies change: they are named by their places. If only tenants do, each is looked at by itself.
  private mutating func takeMap(_ now: MonotonicTime) {
    let newest = contexts[0].mapSlot.map
    guard newest !== map else { return }
    if !newest.hasSameCatalog(as: map) {
      carryOut(detector.closeAll(now: now))
      ledger = TenantLedger()
    }
    map = newest
    home = contexts[0].settings.home.map { HomePool($0, in: newest) }
  }

  /// What the map says of a tenant; nil where it has no rules for it.
  private static func placement(
    of tenant: [UInt8], in map: CompiledMap, _ home: HomePool?
  ) -> HotTenantPlacement? {
    guard let index = map.tenant(id: tenant.span.bytes) else { return nil }
    let record = map.tenant(index)
    let policy = map.policy(record.policy)
    guard var rules = policy.hotTenant else { return nil }
    // There is nothing to cut down: the next step is the first.
    if policy.envelope.transactionsPerSecond == nil { rules.tightenPercent = 100 }
    if let pool = rules.quarantinePool, !canSend(to: pool, from: home, map) {
      rules.quarantinePool = nil
    }
    return HotTenantPlacement(shard: record.shard, rules: rules)
  }

  /// Whether sessions can be sent to a pool: not by a router that runs for none, or for that one.
  private static func canSend(
    to pool: PoolIndex, from home: HomePool?, _ map: CompiledMap
  ) -> Bool {
    guard let own = home?.index, own != pool else { return false }
    return !map.addresses(of: pool).isEmpty
  }

  // MARK: Acting

  private mutating func carryOut(_ actions: [HotTenantAction]) {
    let before = quarantine
    for action in actions { carryOut(action) }
    guard quarantine != before else { return }
    for context in contexts { context.mailbox.post(.quarantine(quarantine)) }
  }

  private mutating func carryOut(_ action: HotTenantAction) {
    let tenant = action.standing.tenant
    switch action.kind {
    case .tighten(let percent): contexts[0].tenants.tighten(tenant, toPercent: percent)
    case .loosen: contexts[0].tenants.loosen(tenant)
    case .quarantine(let pool):
      quarantine.add(tenant, to: Array(map.text(map.pool(pool).id).utf8))
    case .endQuarantine: quarantine.remove(tenant)
    case .requestMove, .forgetMove: break
    }
    contexts[0].outbox.put(HotTenantText(action, in: map).event)
  }

  // MARK: Telling

  private func publish() {
    var report = TenantReport()
    let treated = detector.treated
    let first = ledger.ranked.prefix(HotTenantLimits.shown)
    let listed = Set(first)
    report.rows = (first + treated.filter { !listed.contains($0) }).map { tenant in
      let known = detector.stage(of: tenant)
      return TenantReport.Row(
        standing: ledger.standing(of: tenant), stage: known?.stage ?? .watched,
        since: known?.since)
    }
    report.totals = ledger.totals
    report.treatedCount = treated.count
    inbox.publish(report)
  }
}
