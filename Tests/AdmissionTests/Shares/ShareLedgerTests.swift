import Admission
import RandomNumbers
import Testing

@Suite("Shares of a regional limit")
struct ShareLedgerTests {
  private static let whole = 1_000_000
  private static let tenant = Array("acme".utf8)

  @Test(
    "Without demand each router has an equal part, of the routers that the map names or of those that run",
    arguments: [
      (1, 0, 1_000_000), (2, 0, 500_000), (3, 0, 333_333), (2, 4, 250_000), (3, 2, 333_333),
    ])
  func equalParts(running: Int, named: Int, share: UInt32) {
    var pool = SharedPool(running: running, named: named)
    for _ in 0..<3 { pool.round() }
    #expect(pool.shares.allSatisfy { $0.standard == share && $0.tenants.isEmpty }, "\(pool.shares)")
  }

  @Test(
    "What a tenant doesn't use on one router, it has on another in three rounds",
    arguments: [2, 3, 8, 40])
  func unusedShares(routers: Int) {
    var pool = SharedPool(running: routers)
    pool.round()
    for busy in [0, routers - 1, routers / 2] {
      pool.wanted = [busy: 1.5]
      for _ in 0..<3 { pool.round() }
      #expect(pool.share(busy) >= 900_000, "router \(busy): \(pool.shares.map { $0.tenants })")
      for router in 0..<routers { #expect(pool.share(router) > 0) }
    }
  }

  @Test(
    "A tenant that wants too much everywhere has the same of each router, and nothing is left unused"
  )
  func contention() {
    var pool = SharedPool(running: 4)
    pool.wanted = [0: 3, 1: 0.9, 2: 0.7, 3: 2]
    for _ in 0..<4 { pool.round() }
    let shares = (0..<4).map { pool.share($0) }
    #expect(shares.reduce(0, +) >= 950_000, "\(shares)")
    #expect(shares.allSatisfy { (220_000...260_000).contains($0) }, "\(shares)")
  }

  @Test(
    "A router that wants less than an equal part gets it, with headroom, beside one that wants all")
  func smallDemand() {
    var pool = SharedPool(running: 2)
    pool.wanted = [0: 5, 1: 0.2]
    for _ in 0..<6 { pool.round() }
    #expect(pool.share(1) >= 200_000 && pool.share(1) <= 320_000)
    #expect(pool.share(0) >= 650_000)
  }

  @Test(
    "When nobody wants more than an equal part any more, all have one and nothing is told by name")
  func calm() {
    var pool = SharedPool(running: 3)
    pool.wanted = [1: 2]
    for _ in 0..<4 { pool.round() }
    #expect(pool.share(1) > 900_000)
    pool.wanted = [:]
    for _ in 0..<8 { pool.round() }
    #expect(
      pool.shares.allSatisfy { $0.standard == 333_333 && $0.tenants.isEmpty }, "\(pool.shares)")
  }

  @Test("A router that is away keeps its share until its lease ends; then the others have it")
  func away() {
    var pool = SharedPool(running: 2)
    pool.wanted = [0: 2, 1: 2]
    for _ in 0..<4 { pool.round() }
    let before = pool.share(1)
    pool.isAway = [1]
    pool.round()
    #expect(pool.share(0) + before <= Self.whole)
    for _ in 0..<SharedPool.leaseRounds { pool.round() }
    #expect(pool.share(0) == Self.whole)
    // It has gone on with what it had; and is taken in again.
    #expect(pool.share(1) == before)
    pool.isAway = []
    for _ in 0..<4 { pool.round() }
    #expect(pool.sum <= Self.whole && pool.share(1) > 400_000)
  }

  @Test("A router that starts finds a share, and the sum is within the limit after a round")
  func newcomer() {
    for named in [0, 4] {
      var pool = SharedPool(running: 3, named: named)
      pool.wanted = [0: 2]
      for _ in 0..<4 { pool.round() }
      pool.add()
      pool.round()
      #expect(pool.share(3) > 0)
      pool.round()
      #expect(pool.sum <= Self.whole && pool.share(3) > 0)
      pool.wanted[3] = 2
      for _ in 0..<3 { pool.round() }
      #expect(pool.share(3) > 400_000 && pool.sum <= Self.whole)
    }
  }

  @Test("In a shuffled pool a tenant's limit is divided between the routers that serve it")
  func shuffled() {
    var pool = SharedPool(running: 6, named: 6, perTenant: 2)
    pool.round()
    #expect(pool.shares.allSatisfy { $0.standard == 500_000 })
    pool.wanted = [pool.serving[0]: 2]
    for _ in 0..<3 { pool.round() }
    #expect(pool.share(pool.serving[0]) > 900_000 && pool.share(pool.serving[1]) > 0)
    let told = pool.shares.indices.filter { !pool.shares[$0].tenants.isEmpty }
    #expect(Set(told) == Set(pool.serving))
  }

  @Test("An answer that says nothing new has the number of the one before")
  func numbers() {
    var ledger = ShareLedger()
    let report = ShareReport(router: [1], standard: 1_000_000)
    let first = ledger.answer(report, now: 5, lease: 100)
    #expect(first.number == 5 && first.shares == .whole)
    let second = ledger.answer(
      ShareReport(router: [1], grant: 5, standard: 1_000_000), now: 50, lease: 100)
    #expect(second == first)
    _ = ledger.answer(ShareReport(router: [2], standard: 500_000), now: 60, lease: 100)
    let third = ledger.answer(
      ShareReport(router: [1], grant: 5, standard: 1_000_000), now: 60, lease: 100)
    #expect(third.number == 60 && third.shares.standard == 500_000)
  }

  @Test("A ledger that knows nobody hears from a router what that still holds of a tenant")
  func unknownHolder() {
    var ledger = ShareLedger(shape: PoolShape(routers: [[1], [2]]))
    let held = TenantDemand(tenant: Self.tenant, wanted: 0, share: 960_000)
    _ = ledger.answer(
      ShareReport(router: [1], grant: 7, standard: 500_000, demands: [held]), now: 1, lease: 100)
    let hungry = TenantDemand(tenant: Self.tenant, wanted: 1_000_000, share: 40_000)
    let grant = ledger.answer(
      ShareReport(router: [2], grant: 8, standard: 500_000, demands: [hungry]), now: 2, lease: 100)
    #expect(grant.shares.tenants[Self.tenant] == 40_000)
  }

  @Test(
    "Shares of more than the whole, as no router has them, count as the whole",
    arguments: [500_000, .max] as [UInt32])
  func implausible(standard: UInt32) {
    var ledger = ShareLedger()
    let demands = [
      TenantDemand(tenant: Self.tenant, wanted: .max, share: .max),
      TenantDemand(tenant: Array("globex".utf8), wanted: 0, share: .max),
    ]
    for round in 1...3 as ClosedRange<Int64> {
      for router in 1...4 as ClosedRange<UInt8> {
        let grant = ledger.answer(
          ShareReport(router: [router], standard: standard, demands: demands), now: round,
          lease: 100)
        #expect(grant.shares.standard <= ShareLimits.whole)
        #expect(grant.shares.tenants.values.allSatisfy { $0 <= ShareLimits.whole })
      }
    }
    #expect(ledger.members.values.allSatisfy { $0.standard.held <= ShareLimits.whole })
    // What an earlier program has kept of such a report.
    let kept = ShareMember.Lease(granted: .max, held: .max)
    #expect(kept.granted == ShareLimits.whole && kept.held == ShareLimits.whole)
  }

  @Test("Tenants that are told by name are bounded; the first to ask are served")
  func bounded() {
    var ledger = ShareLedger(shape: PoolShape(routers: [[1], [2]]))
    let demands = (0..<1000).map {
      TenantDemand(tenant: Array("t\($0)".utf8), wanted: 900_000, share: 500_000)
    }
    var grant = ledger.answer(
      ShareReport(router: [1], standard: 500_000, demands: demands), now: 1, lease: 100)
    #expect(grant.shares.tenants.count == ShareLimits.tenants)
    grant = ledger.answer(
      ShareReport(router: [2], standard: 500_000, demands: demands.reversed()), now: 2, lease: 100)
    #expect(grant.shares.tenants.count == ShareLimits.tenants)
    #expect(grant.shares.tenants[demands[0].tenant] != nil)
  }

  @Test(
    "Whatever is wanted and lost, and whoever is away for a while: the sum of what is held is within the limit",
    arguments: 1...60 as ClosedRange<UInt64>)
  func invariants(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let running = Int.random(in: 1...7, using: &random)
    var pool = SharedPool(running: running, named: Int.random(in: 0...7, using: &random))
    pool.random = random
    pool.isTerse = seed.isMultiple(of: 3)
    // Until all are known, and go by what they were told.
    for _ in 0..<2 { pool.round() }
    for step in 0..<200 {
      if pool.chance(0.2) {
        let router = pool.pick()
        pool.wanted[router] = [0, 0.02, 0.3, 0.6, 2, 40].randomElement(using: &pool.random)
      }
      pool.isAway = step.isMultiple(of: 2) ? [] : pool.isAway.union([pool.pick()])
      pool.loss = step % 40 < 20 ? 0.3 : 0
      pool.round()
      #expect(pool.sum <= Self.whole, "step \(step)")
    }
    pool.isAway = []
    pool.loss = 0
    for _ in 0..<6 { pool.round() }
    let wanted = pool.wanted.values.reduce(0, +)
    #expect(pool.sum <= Self.whole)
    for (router, wanted) in pool.wanted {
      let fair = min(wanted * Double(Self.whole), 0.9 * Double(pool.equal))
      #expect(Double(pool.share(router)) >= fair, "router \(router) starves: \(pool.shares)")
    }
    let used = pool.wanted.reduce(0.0) {
      $0 + min($1.value, Double(pool.share($1.key)) / Double(Self.whole))
    }
    #expect(used >= 0.85 * min(1, wanted), "\(pool.wanted): \(pool.shares)")
  }
}
