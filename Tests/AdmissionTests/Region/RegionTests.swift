import Admission
import Routing
import Testing

/// The envelope over a whole region: routers, their workers, and the control plane's shares.
@Suite struct RegionTests {
  @Test(
    "all up: a tenant with demand gets its limit within 10 %, one inside of it what it wants",
    arguments: 0..<4)
  func allUp(_ seed: Int) {
    var region = Region(
      seed: UInt64(seed), routers: 2 + seed % 3, workers: 1 + seed % 4, tenants: 10)
    for second in 0..<30 {
      // From time to time a tenant's load is another one, elsewhere.
      if second % 3 == 0 { region.moveLoad(of: second / 3 % region.tenants.count) }
      region.runSecond()
      for tenant in region.tenants.indices where region.hasSettled(tenant) {
        expectShare(of: tenant, in: region)
      }
    }
    expectEnvelopes(region)
  }

  @Test(
    "cut off: nobody gets more than the limit and a slice for each, and shares move again after it",
    arguments: 0..<4)
  func cutOff(_ seed: Int) {
    var region = Region(
      seed: UInt64(seed), routers: 2 + seed % 3, workers: 1 + seed % 2, tenants: 6)
    for second in 0..<38 {
      switch second {
      case 6: region.setConnected(false, router: 0)
      case 8, 18: for tenant in region.tenants.indices { region.moveLoad(of: tenant) }
      case 12: region.setConnected(true, router: 0)
      case 16: for router in region.routers.indices { region.setConnected(false, router: router) }
      case 23: for router in region.routers.indices { region.setConnected(true, router: router) }
      default: break
      }
      region.runSecond()
      for tenant in region.tenants.indices {
        let (terms, count) = (region.tenants[tenant], region.counts[tenant])
        let slices = region.allWorkers * (1 + terms.burst / 8)
        if second >= 3 {
          #expect(count.admittedInSecond <= terms.rate + terms.burst + slices)
        }
        if second >= 32 { expectShare(of: tenant, in: region) }
      }
    }
    expectEnvelopes(region)
  }

  @Test(
    "a router that begins anew takes an equal part, and the region is within its limits soon",
    arguments: 0..<4)
  func restart(_ seed: Int) {
    var region = Region(seed: UInt64(seed), routers: 3, workers: 2, tenants: 6)
    for second in 0..<22 {
      if second == 10 { region.restart(router: seed % 3) }
      region.runSecond()
      guard (8..<10).contains(second) || second >= 18 else { continue }
      for tenant in region.tenants.indices { expectShare(of: tenant, in: region) }
    }
    expectEnvelopes(region)
  }

  @Test(
    "clients that wait for their tenant's rate: shares follow them in three reports, and it has its rate",
    arguments: 0..<8)
  func waitingClients(_ seed: Int) {
    let count = 2 + seed % 3
    var region = Region(seed: UInt64(seed), routers: count, workers: 1 + seed % 2, tenants: 4)
    let tenant = seed % 4
    region.setClients(of: tenant, to: Array(repeating: 0, count: count))
    for _ in 0..<5 { region.runSecond() }
    for busy in [[0], [0, 1], [1], Array(0..<count)] {
      region.setClients(of: tenant, to: (0..<count).map { busy.contains($0) ? 16 : 0 })
      for second in 1...9 {
        region.runSecond()
        let shares = region.shares(of: tenant)
        #expect(shares.reduce(0, +) <= 1_000_000)
        // A second until a load is measured, one until that is sent, and three reports of each router.
        guard second > 5 else { continue }
        let (terms, counts) = (region.tenants[tenant], region.counts[tenant])
        let seen: Comment = "\(second) s of \(busy): \(region.describe(tenant))"
        #expect(busy.allSatisfy { shares[$0] >= 900_000 / busy.count }, seen)
        #expect(abs(counts.admittedInSecond - terms.rate) <= 0.1 * terms.rate, seen)
      }
    }
  }

  /// Expects that a tenant whose load hasn't moved for a while got what it wanted, or what it may.
  private func expectShare(of tenant: Int, in region: Region) {
    let (terms, count) = (region.tenants[tenant], region.counts[tenant])
    #expect(count.admittedInSecond <= 1.1 * terms.rate, "\(region.describe(tenant))")
    if count.offeredInSecond >= 1.2 * terms.rate {
      #expect(count.admittedInSecond >= 0.9 * terms.rate, "\(region.describe(tenant))")
    }
    if count.offeredInSecond <= 0.6 * terms.rate {
      #expect(
        count.admittedInSecond >= 0.85 * count.offeredInSecond, "\(region.describe(tenant))")
    }
  }

  /// Over no window has a tenant had more than its rate and one burst for each worker.
  private func expectEnvelopes(_ region: Region) {
    for (tenant, count) in zip(region.tenants, region.counts) {
      #expect(
        count.mostExcess <= tenant.burst * region.allWorkers,
        "at \(count.mostExcessAt) ms")
    }
  }
}
