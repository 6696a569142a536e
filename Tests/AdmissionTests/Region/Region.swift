import Admission
import Routing
import ShardMap

/// A region of routers with workers, a control plane that leases them shares, and tenants whose load
/// follows Zipf's law and moves from router to router.
struct Region {
  let start: UInt64 = 10_000
  private(set) var time: UInt64
  private(set) var tenants: [RegionTenant]
  private(set) var routers: [RegionRouter] = []
  private(set) var ledger: ShareLedger
  private(set) var counts: [TenantCount]
  private var random: RandomSource
  private let workers: Int
  private let lease: Int64 = 10_000
  /// How long a transaction waits at most, in milliseconds.
  private static let maxDelay: UInt64 = 1_000

  /// What was let through of one tenant.
  struct TenantCount {
    /// Transactions above the tenant's rate, in the window in which they are most until now.
    var excess = 0.0
    var mostExcess = 0.0
    /// When that was, in milliseconds.
    var mostExcessAt: UInt64 = 0
    var offeredInSecond = 0.0
    var admittedInSecond = 0.0
  }

  init(seed: UInt64, routers count: Int, workers: Int, tenants tenantCount: Int) {
    random = RandomSource(seed: seed)
    time = start
    self.workers = workers
    let names = (0..<count).map { Array("r\($0)".utf8) }
    ledger = ShareLedger(shape: PoolShape(routers: names))
    tenants = (0..<tenantCount).map { number in
      let rate = UInt32(200 * (1 + number % 4))
      return RegionTenant(
        id: Array("tenant-\(number)".utf8),
        envelope: Envelope(transactionsPerSecond: rate, transactionBurst: rate / 10))
    }
    counts = Array(repeating: TenantCount(), count: tenantCount)
    for index in 0..<count { routers.append(makeRouter(names[index])) }
    for tenant in 0..<tenantCount { moveLoad(of: tenant) }
  }

  /// What is known of a tenant, for a test that fails.
  func describe(_ tenant: Int) -> String {
    let id = tenants[tenant].id
    let routers = routers.map { router in
      let share = router.grant.shares.tenants[id] ?? router.grant.shares.standard
      return "\(share), wanted \(router.written.demands.first { $0.tenant == id }?.wanted ?? 0)"
    }
    return "offers \(tenants[tenant].offered) of \(tenants[tenant].rate) for"
      + " \(time - tenants[tenant].since) ms; shares \(routers)"
  }

  /// Whether a tenant's load is the same for so long that its shares have followed.
  func hasSettled(_ tenant: Int) -> Bool { time >= tenants[tenant].since + 8_000 }

  var allWorkers: Double { Double(routers.count * workers) }
  var now: MonotonicTime { milliseconds(time) }

  private mutating func makeRouter(_ name: [UInt8]) -> RegionRouter {
    RegionRouter(
      name: name, workers: workers, tenants: tenants,
      bootstrapShare: ledger.shape.bootstrapShare, now: now, seed: random.next())
  }

  /// Another load of a tenant, from a twentieth of its rate to four times that, the lower the likelier, and
  /// another distribution over the routers: one of them, two, or all.
  mutating func moveLoad(of tenant: Int) {
    let rank = Double(1 + random.index(below: tenants.count))
    setLoad(of: tenant, to: max(0.05, 4 / rank) * tenants[tenant].rate)
  }

  /// A load of a tenant, over some of the routers.
  mutating func setLoad(of tenant: Int, to load: Double) {
    let homes = 1 + random.index(below: routers.count)
    var offered = [Double](repeating: 0, count: routers.count)
    let first = random.index(below: routers.count)
    for home in 0..<homes { offered[(first + home) % routers.count] = load / Double(homes) }
    tenants[tenant].offered = offered
    tenants[tenant].clients = offered.map { _ in 0 }
    tenants[tenant].since = time
  }

  /// A load of a tenant by so many clients on each router, and no other.
  mutating func setClients(of tenant: Int, to clients: [Int]) {
    tenants[tenant].offered = clients.map { _ in 0 }
    tenants[tenant].clients = clients
    tenants[tenant].since = time
  }

  /// The part of a tenant's limit that each router goes by, in parts per million.
  func shares(of tenant: Int) -> [Int] {
    let id = tenants[tenant].id
    return routers.map { Int($0.grant.shares.tenants[id] ?? $0.grant.shares.standard) }
  }

  mutating func setConnected(_ isConnected: Bool, router: Int) {
    routers[router].isConnected = isConnected
  }

  /// A router ends and begins anew, with nothing of what it knew.
  mutating func restart(router: Int) { routers[router] = makeRouter(routers[router].name) }

  /// Runs for a second, in which each router reports about once, each at a time of its own.
  mutating func runSecond() {
    for tenant in tenants.indices {
      counts[tenant].offeredInSecond = 0
      counts[tenant].admittedInSecond = 0
    }
    for _ in 0..<1_000 {
      time += 1
      for index in routers.indices {
        routers[index].doChores(now: now)
        routers[index].exchange(with: &ledger, now: now, lease: lease)
      }
      for tenant in tenants.indices { offer(tenant) }
    }
  }

  /// A millisecond's transactions of a tenant.
  private mutating func offer(_ tenant: Int) {
    var admitted = 0.0
    for (router, load) in tenants[tenant].offered.enumerated() {
      let chance = Double(random.index(below: 1_000_000)) / 1_000_000
      for _ in 0..<Int(load / 1_000 + chance) {
        counts[tenant].offeredInSecond += 1
        routers[router].offer(tenant: tenant, until: milliseconds(time + Self.maxDelay))
      }
      routers[router].keep(
        clients: tenants[tenant].clients[router], of: tenant,
        until: milliseconds(time + Self.maxDelay))
      admitted += Double(routers[router].serve(tenant: tenant, now: now))
    }
    counts[tenant].admittedInSecond += admitted
    // Until the control plane has heard of all routers, it may lease what those use that it doesn't know.
    if time < start + 3_000 { return }
    let excess = max(0, counts[tenant].excess + admitted - tenants[tenant].rate / 1_000)
    counts[tenant].excess = excess
    if excess > counts[tenant].mostExcess {
      counts[tenant].mostExcess = excess
      counts[tenant].mostExcessAt = time
    }
  }
}
