import ShardMap
import Testing

@testable import DataPlane

@Suite("Where a tenant is at home")
struct HomeTests {
  /// What is expected of a session.
  enum Expected: Equatable {
    case here
    /// Ports that it may be relayed to, in their order.
    case relayed([UInt16], areAlike: Bool = false)
    /// The pool that the refusal names; nil where the own one is gone.
    case foreign(String)
    case nowhere(String)
    case astray(String)
    case gone
  }

  private static let map = PoolsMap(
    pools: [
      .init(id: "shared", foreign: .relay, ports: [6001, 6002]),
      .init(id: "premium", dedicated: true, routers: ["p1", "p2"], ports: [6101, 6102]),
      .init(id: "quarantine", foreign: .serve, ports: [6201]),
      .init(id: "strict", foreign: .refuse, ports: [6301]),
      .init(id: "hidden", dedicated: true, foreign: .relay),
      .init(id: "locked", dedicated: true, foreign: .serve, ports: [6401]),
    ],
    tenants: [])

  /// The router's pool, the tenant's, whether another router has relayed the session, and what becomes of it.
  private static let cases: [(own: String?, tenants: String, isRelayed: Bool, Expected)] = [
    // A router for everybody.
    (nil, "premium", false, .here),
    (nil, "premium", true, .here),
    // At home, whoever brings it.
    ("shared", "shared", false, .here),
    ("premium", "premium", false, .here),
    ("premium", "premium", true, .here),
    // Relayed by the rule of the router's own pool.
    ("shared", "premium", false, .relayed([6101, 6102], areAlike: true)),
    ("shared", "quarantine", false, .relayed([6201])),
    ("hidden", "shared", false, .relayed([6001, 6002])),
    ("shared", "hidden", false, .nowhere("hidden")),
    // Refused by it.
    ("premium", "shared", false, .foreign("shared")),
    ("strict", "premium", false, .foreign("premium")),
    // Never relayed twice.
    ("shared", "premium", true, .astray("premium")),
    ("premium", "shared", true, .astray("shared")),
    ("strict", "shared", true, .astray("shared")),
    // Quarantine takes what others relay, and nothing else of theirs.
    ("quarantine", "shared", true, .here),
    ("quarantine", "shared", false, .foreign("shared")),
    // A dedicated pool is for its own tenants whatever its rule is.
    ("locked", "shared", true, .astray("shared")),
    // A pool that the map doesn't have serves nobody.
    ("gone", "shared", false, .gone),
    ("gone", "shared", true, .gone),
  ]

  @Test("is decided by its pool, the router's pool and that one's rule", arguments: cases)
  func rules(own: String?, tenants: String, isRelayed: Bool, expected: Expected) throws {
    let map = try Self.map.compiled()
    let home = Self.home("acme", tenants, isRelayed, own.map { HomeSettings(pool: $0) }, map)
    #expect(home == expected)
  }

  // MARK: Some routers of a pool

  private static let names = ["r1", "r2", "r3", "r4", "r5"]

  private static func sharded(
    _ foreign: ForeignTenants = .relay, ports: [UInt16] = [7001, 7002, 7003, 7004, 7005]
  ) throws -> CompiledMap {
    try PoolsMap(
      pools: [
        .init(
          id: "shared", foreign: foreign, routers: names, routersPerTenant: 2, ports: ports),
        .init(id: "premium", dedicated: true, foreign: .relay, ports: [6101]),
      ], tenants: []
    ).compiled()
  }

  @Test("of a pool with two routers for each tenant are those two, and the others relay to them")
  func shuffleShard() throws {
    let map = try Self.sharded()
    for number in 0..<50 {
      let tenant = "tenant-\(number)"
      let homes = Self.names.map {
        Self.home(tenant, "shared", false, HomeSettings(pool: "shared", router: $0), map)
      }
      let own = Self.names.indices.filter { homes[$0] == .here }
      #expect(own.count == 2)
      for place in Self.names.indices where !own.contains(place) {
        guard case .relayed(let ports, areAlike: true) = homes[place] else {
          Issue.record("\(tenant) at \(Self.names[place]): \(homes[place])")
          continue
        }
        #expect(Set(ports) == Set(own.map { UInt16(7001 + $0) }))
      }
      // A router of another pool relays to the same two.
      let afar = Self.home(tenant, "shared", false, HomeSettings(pool: "premium"), map)
      guard case .relayed(let ports, areAlike: true) = afar else {
        Issue.record("\(tenant) from afar: \(afar)")
        continue
      }
      #expect(Set(ports) == Set(own.map { UInt16(7001 + $0) }))
    }
  }

  @Test("a session that was relayed to the wrong router of its own pool goes no further")
  func relayedWithinPool() throws {
    let map = try Self.sharded()
    let homes = Self.names.map {
      Self.home("acme", "shared", true, HomeSettings(pool: "shared", router: $0), map)
    }
    #expect(homes.filter { $0 == .here }.count == 2)
    #expect(homes.filter { $0 == .astray("shared") }.count == 3)
  }

  @Test("a pool that refuses foreign tenants refuses those on its other routers, too")
  func refusedWithinPool() throws {
    let map = try Self.sharded(.refuse)
    let homes = Self.names.map {
      Self.home("acme", "shared", false, HomeSettings(pool: "shared", router: $0), map)
    }
    #expect(homes.filter { $0 == .foreign("shared") }.count == 3)
  }

  @Test(
    "without an address for each router nobody can tell where to relay to",
    arguments: [[], [7001], [7001, 7002, 7003, 7004]] as [[UInt16]])
  func tooFewAddresses(ports: [UInt16]) throws {
    let map = try Self.sharded(ports: ports)
    #expect(
      Self.home("acme", "shared", false, HomeSettings(pool: "premium"), map) == .nowhere("shared"))
  }

  @Test("a router that the pool doesn't name is nobody's home", arguments: [nil, "r9"])
  func unnamedRouter(router: String?) throws {
    let map = try Self.sharded()
    let settings = HomeSettings(pool: "shared", router: router)
    for number in 0..<20 {
      let home = Self.home("tenant-\(number)", "shared", false, settings, map)
      guard case .relayed(let ports, _) = home else {
        Issue.record("\(home)")
        continue
      }
      #expect(ports.count == 2)
    }
  }

  // MARK: The check at start

  @Test("a router whose pool or name the map doesn't have is told so before it serves")
  func check() throws {
    let map = try Self.sharded()
    #expect(throws: HomeFault.unknownPool("gold")) {
      try HomeSettings(pool: "gold", router: "r1").check(against: map)
    }
    #expect(throws: HomeFault.noRouterName(pool: "shared", routers: Self.names)) {
      try HomeSettings(pool: "shared").check(against: map)
    }
    #expect(throws: HomeFault.unknownRouter("r9", pool: "shared", routers: Self.names)) {
      try HomeSettings(pool: "shared", router: "r9").check(against: map)
    }
    try HomeSettings(pool: "shared", router: "r3").check(against: map)
    try HomeSettings(pool: "premium").check(against: map)
  }

  private static func home(
    _ tenant: String, _ pool: String, _ isRelayed: Bool, _ settings: HomeSettings?,
    _ map: CompiledMap
  ) -> Expected {
    let home = Home(
      of: tenant.utf8Span.span.bytes, in: map.pool(id: pool)!, isRelayed: isRelayed,
      at: settings.map { HomePool($0, in: map) }, map: map)
    func name(_ pool: PoolIndex) -> String { map.text(map.pool(pool).id) }
    return switch home {
    case .here: .here
    case .elsewhere(let elsewhere):
      .relayed(elsewhere.addresses.map(\.port), areAlike: elsewhere.areAlike)
    case .refused(.poolIsGone): .gone
    case .refused(.foreign(let pool)): .foreign(name(pool))
    case .refused(.nowhere(let pool)): .nowhere(name(pool))
    case .refused(.astray(let pool)): .astray(name(pool))
    }
  }
}
