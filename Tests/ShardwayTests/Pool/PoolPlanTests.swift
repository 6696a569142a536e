import Foundation
import MapDocument
import ShardMap
import Testing

@testable import shardway

@Suite("shardway pool plan")
struct PoolPlanTests {
  /// A pool of routers `r1`, `r2` and so on, and its tenants; tenant `other` is of another pool.
  private static func document(
    tenants: Int, routers: Int, perTenant: Int
  ) -> MapDocument {
    let ids = (0..<tenants).map { ("t\($0)", "shared") } + [("other", "own")]
    return MapDocument(
      mapVersion: 1, issuedAt: IssueTime(millisecondsSince1970: 0),
      topology: Topology(regions: [], instances: []), shards: [], policies: [],
      pools: [
        Pool(
          id: "shared", dedicated: false, routers: (0..<routers).map { "r\($0 + 1)" },
          routersPerTenant: perTenant), Pool(id: "own", dedicated: true),
      ],
      tenants: ids.map { id, pool in
        Tenant(id: id, generation: 1, shard: "s", database: id, pool: pool, policy: "p")
      })
  }

  @Test("counts what it deals out, and names what routers would find out for themselves")
  func plan() throws {
    let plan = try PoolPlan(
      "shared", of: Self.document(tenants: 1000, routers: 8, perTenant: 2), routers: nil,
      perTenant: nil)
    #expect(plan.tenants.count == 1000)
    #expect(plan.load.reduce(0, +) == 2000)
    #expect(abs(plan.overlap.shares.reduce(0, +) - 1) < 1e-9)
    // 28 pairs of routers: a thousand tenants give 36 to each on the average.
    #expect((36...70).contains(plan.worstLoss))
    let names = (1...8).map { Array("r\($0)".utf8) }
    let own = ShuffleShard.routers(
      of: "t7".utf8Span.span.bytes, among: names, count: 2)
    #expect(plan.routers(of: "t7") == own.map { "r\($0 + 1)" })
  }

  @Test("takes other numbers than the map's")
  func whatIf() throws {
    let document = Self.document(tenants: 100, routers: 8, perTenant: 2)
    let more = try PoolPlan("shared", of: document, routers: 12, perTenant: 3)
    #expect(more.routers.count == 12)
    #expect(more.load.reduce(0, +) == 300)
    let all = try PoolPlan("shared", of: document, routers: nil, perTenant: 0)
    #expect(all.perTenant == 8)
    #expect(all.load == [Int](repeating: 100, count: 8))
    #expect(all.overlap.shares.last == 1)
    #expect(all.worstShare == 1)
  }

  @Test("a pool without tenants, and one with one, have no pairs")
  func fewTenants() throws {
    for count in 0...1 {
      let plan = try PoolPlan(
        "shared", of: Self.document(tenants: count, routers: 4, perTenant: 2), routers: nil,
        perTenant: nil)
      #expect(plan.overlap.pairs == 0)
      #expect(plan.overlap.shares == [0, 0, 0])
      #expect(plan.worstLoss == count)
    }
  }

  @Test(
    "says what is missing",
    arguments: [
      ("nowhere", nil, nil, "no pool \"nowhere\""), ("own", nil, nil, "names no routers"),
      ("shared", 2, 3, "3 of 2 routers"),
    ] as [(String, Int?, Int?, String)])
  func refused(pool: String, routers: Int?, perTenant: Int?, reason: String) {
    let error = #expect(throws: PoolPlanError.self) {
      try PoolPlan(
        pool, of: Self.document(tenants: 2, routers: 4, perTenant: 2), routers: routers,
        perTenant: perTenant)
    }
    #expect(error?.description.contains(reason) == true)
  }

  @Test("counting by subsets and pair by pair come to the same", arguments: 1...4)
  func overlap(each: Int) {
    let names = (0..<9).map { Array("r\($0)".utf8) }
    let tenants = (0..<200).map { number in
      Set(
        ShuffleShard.routers(
          of: "t\(number)".utf8Span.span.bytes, among: names, count: each))
    }
    let one = PoolOverlap(subsetsOf: tenants, each: each)
    let other = PoolOverlap(comparing: tenants, each: each)
    #expect(one.pairs == other.pairs)
    for (left, right) in zip(one.shares, other.shares) { #expect(abs(left - right) < 1e-9) }
  }

  @Test("the shares by chance are all of them")
  func expected() {
    #expect(abs(PoolOverlap.expected(sharing: 2, each: 2, of: 8) - 1.0 / 28) < 1e-12)
    let all = (0...3).reduce(0) { $0 + PoolOverlap.expected(sharing: $1, each: 3, of: 10) }
    #expect(abs(all - 1) < 1e-12)
    #expect(PoolOverlap.expected(sharing: 0, each: 4, of: 4) == 0)
  }

  @Test("tells people the overlap, the load and a tenant's routers")
  func text() throws {
    let plan = try PoolPlan(
      "shared", of: Self.document(tenants: 4, routers: 2, perTenant: 0), routers: nil,
      perTenant: nil)
    let routers = plan.routers(of: "other").joined(separator: ", ")
    #expect(
      PoolPlanReport(plan, tenant: "other").text == """
        pool shared: 4 tenants, each on 2 of 2 routers
          pairs that share all their routers   100 %
          pairs that share none                0 %
          tenants a router                     4 to 4, 4 on the average
          the worst tenant takes down          4 of 4 tenants (100 %), itself among them

          routers in common  pairs of tenants  by chance
          0                  0 %               0 %
          1                  0 %               0 %
          2                  100 %             100 %

          router  tenants
          r1      4
          r2      4

        tenant other (not a tenant of this pool): \(routers)
        """)
  }

  @Test("tells programs the same")
  func json() throws {
    let plan = try PoolPlan(
      "shared", of: Self.document(tenants: 300, routers: 6, perTenant: 2), routers: nil,
      perTenant: nil)
    let report = PoolPlanReport(plan, tenant: "t1")
    let json = try JSONSerialization.jsonObject(with: JSONEncoder().encode(report))
    let object = try #require(json as? [String: Any])
    #expect(object["pool"] as? String == "shared")
    #expect(object["tenants"] as? Int == 300)
    #expect(object["perTenant"] as? Int == 2)
    // A number may lose its last digit on its way through JSON.
    for (name, share) in [
      ("shareAll", plan.overlap.shares[2]), ("shareNone", plan.overlap.shares[0]),
    ] {
      #expect(abs(try #require(object[name] as? Double) - share) < 1e-12)
    }
    #expect((object["worst"] as? [String: Any])?["tenants"] as? Int == plan.worstLoss)
    let load = try #require(object["load"] as? [String: Double])
    #expect(load["mean"] == 100)
    #expect(load["min"].map { Int($0) } == plan.load.min())
    let routers = try #require(object["routers"] as? [[String: Any]])
    #expect(routers.map { $0["name"] as? String } == ["r1", "r2", "r3", "r4", "r5", "r6"])
    let tenant = try #require(object["tenant"] as? [String: Any])
    #expect(tenant["isOfPool"] as? Bool == true)
    #expect(tenant["routers"] as? [String] == plan.routers(of: "t1"))
  }
}
