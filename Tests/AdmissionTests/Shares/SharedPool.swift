import Admission
import RandomNumbers
import ShardMap

/// A pool of routers that report to a ledger and go by what it answers, for one tenant that wants
/// something of each.
struct SharedPool {
  static let leaseRounds = 3
  private static let roundMilliseconds: Int64 = 1000

  private struct Router {
    var shares: RegionalShares
    var grant: UInt64 = 0
  }

  let tenant = Array("acme".utf8)
  private var ledger: ShareLedger
  private var routers: [Router] = []
  private var now: Int64 = 1
  /// What the tenant wants of a router, in parts of its regional limit.
  var wanted: [Int: Double] = [:]
  /// Routers that don't reach the control plane.
  var isAway: Set<Int> = []
  /// How many answers get lost.
  var loss = 0.0
  /// Whether routers leave tenants out that have a share of their own and use little of it, as they do when
  /// there are too many to tell of.
  var isTerse = false
  var random = SplitMix64(seed: 1)

  init(running: Int, named: Int = 0, perTenant: Int = 0) {
    let names = (0..<named).map { Self.name($0) }
    ledger = ShareLedger(shape: PoolShape(routers: names, routersPerTenant: perTenant))
    for _ in 0..<running { add() }
  }

  private static func name(_ router: Int) -> [UInt8] { Array("r\(router)".utf8) }

  /// One more router starts, with the share that it gives itself.
  mutating func add() {
    routers.append(
      Router(shares: RegionalShares(standard: ledger.shape.bootstrapShare, tenants: [:])))
  }

  var running: Int { routers.count }
  var shares: [RegionalShares] { routers.map(\.shares) }
  var equal: Int { 1_000_000 / max(running, ledger.shape.routers.count) }

  /// The tenant's share on a router.
  func share(_ router: Int) -> Int {
    let shares = routers[router].shares
    return Int(shares.tenants[tenant] ?? shares.standard)
  }

  /// The tenant's shares together, of the routers that serve it.
  var sum: Int { serving.reduce(0) { $0 + share($1) } }

  var serving: [Int] {
    let shape = ledger.shape
    guard shape.routersPerTenant > 0 else { return Array(routers.indices) }
    return ShuffleShard.routers(
      of: tenant.span.bytes, among: shape.routers, count: shape.routersPerTenant)
  }

  mutating func chance(_ share: Double) -> Bool { Double.random(in: 0..<1, using: &random) < share }

  mutating func pick() -> Int { Int.random(in: 0..<routers.count, using: &random) }

  /// Each router reports once, and soon again when it was told something new.
  mutating func round() {
    now += Self.roundMilliseconds
    for router in routers.indices where !isAway.contains(router) {
      for _ in 0..<8 {
        let before = routers[router].grant
        report(router)
        if routers[router].grant == before { break }
      }
    }
  }

  private mutating func report(_ router: Int) {
    let share = share(router)
    let wanted = (wanted[router] ?? 0) * 1_000_000
    // A router speaks of tenants that use half their share, or have one of their own.
    let hasOwn = !isTerse && routers[router].shares.tenants[tenant] != nil
    let demands =
      (wanted * 2 >= Double(share) && wanted > 0) || hasOwn
      ? [TenantDemand(tenant: tenant, wanted: UInt32(wanted), share: UInt32(share))] : []
    let grant = ledger.answer(
      ShareReport(
        router: Self.name(router), name: Self.name(router), grant: routers[router].grant,
        standard: routers[router].shares.standard, demands: demands),
      now: now, lease: Int64(Self.leaseRounds) * Self.roundMilliseconds)
    guard loss == 0 || !chance(loss) else { return }
    routers[router].grant = grant.number
    routers[router].shares = grant.shares
  }
}
