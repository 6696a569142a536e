import HotTenants
import ShardMap

/// What is done about a tenant, as the control plane and people read it: with its numbers.
struct HotTenantText {
  private let action: HotTenantAction
  private let shard: String
  private let pool: String

  /// The text of an action by the map that its indices are of.
  init(_ action: HotTenantAction, in map: CompiledMap) {
    self.action = action
    shard = map.text(map.shard(action.shard).id)
    if case .quarantine(let index) = action.kind {
      pool = map.text(map.pool(index).id)
    } else {
      pool = ""
    }
  }

  /// The event that tells of it.
  var event: RouterEvent {
    RouterEvent(
      kind: kind, tenant: String(decoding: action.standing.tenant, as: UTF8.self), shard: shard,
      text: "\(deed): \(reason)")
  }

  private var kind: RouterEvent.Kind {
    switch action.kind {
    case .tighten: .tenantTightened
    case .quarantine: .tenantQuarantined
    case .requestMove: .moveRequested
    case .loosen, .endQuarantine, .forgetMove: .tenantReleased
    }
  }

  private var deed: String {
    switch action.kind {
    case .tighten(let percent): "its transactions a second are cut to \(percent) %"
    case .loosen: "it has all its transactions a second again"
    case .quarantine: "its new sessions go to the pool \(pool)"
    case .endQuarantine: "its new sessions are served as usual again"
    case .requestMove: "it should be moved to another shard"
    case .forgetMove: "it need not be moved any more"
    }
  }

  private var reason: String {
    switch action.cause {
    case .hot: "it is hot, with \(numbers)"
    case .cooled: "it is not hot any more, with \(numbers)"
    case .mapChanged: "the map has it, its rules or its shard otherwise than before"
    }
  }

  private var numbers: String {
    let standing = action.standing
    let share = Int((standing.shardShare * 100).rounded())
    let tenths = Int((standing.busyServers * 10).rounded())
    let p95 =
      standing.p95Nanoseconds.map { "a p95 of \($0 / 1_000_000) ms" }
      ?? "too few transactions for a p95"
    return
      "\(share) % of the server time of \(shard) (\(tenths / 10).\(tenths % 10) servers), \(p95) and"
      + " \(Int(standing.transactionsPerSecond.rounded())) transactions/s"
  }
}
