import RandomNumbers
import Testing

@testable import ShardMap

/// What a map's tenants should be: a dictionary, a patch that makes it so, and a comparison.
struct TenantModel {
  struct Tenant: Equatable {
    var database: String
    var shard: String
    var policy: String
    var pool: String
    var generation: UInt64
    var state: TenantState
    var mode: TimedMode
  }

  static let catalog = (
    shards: ["s1", "s2"], policies: ["standard", "relaxed"], pools: ["shared", "own"]
  )

  private(set) var tenants: [String: Tenant] = [:]
  var random: SplitMix64
  /// Ids that may come: few enough that they come again.
  let universe: [String]

  init(seed: UInt64, ids: Int) {
    random = SplitMix64(seed: seed)
    var universe: [String] = []
    for number in 0..<ids {
      let length = Int(random.next() % UInt64(MapLimits.identifierBytes)) + 1
      let text = "\(number)-" + String(repeating: "x", count: length)
      universe.append(String(text.prefix(max(length, "\(number)-".count))))
    }
    self.universe = universe
  }

  /// Draws a change, applies it here and adds it to the patch. `growth` of eight changes add.
  mutating func change(_ patch: inout MapPatch, growth: UInt64) {
    if random.next() % 8 >= growth, let id = tenants.keys.sorted().randomElement(using: &random) {
      tenants[id] = nil
      patch.removeTenant(id: id)
      return
    }
    let id = universe[Int(random.next() % UInt64(universe.count))]
    let tenant = Tenant(
      database: drawDatabase(for: id),
      shard: Self.catalog.shards.randomElement(using: &random)!,
      policy: Self.catalog.policies.randomElement(using: &random)!,
      pool: Self.catalog.pools.randomElement(using: &random)!, generation: random.next(),
      state: random.next() % 4 == 0 ? .suspended : .active, mode: drawMode())
    tenants[id] = tenant
    patch.upsertTenant(
      id: id, database: tenant.database, shard: tenant.shard, policy: tenant.policy,
      pool: tenant.pool, generation: tenant.generation, state: tenant.state,
      mode: tenant.mode.mode, modeUntilMilliseconds: tenant.mode.untilMilliseconds)
  }

  private mutating func drawMode() -> TimedMode {
    guard random.next() % 4 == 0 else { return .normal }
    let mode = ServiceMode.allCases.filter { $0 != .normal }.randomElement(using: &random)!
    return TimedMode(mode, untilMilliseconds: random.next() % (1 << 32) * 1000)
  }

  private mutating func drawDatabase(for id: String) -> String {
    switch random.next() % 3 {
    case 0: id
    case 1: "d"
    default:
      String(repeating: "d", count: Int(random.next() % UInt64(MapLimits.identifierBytes)) + 1)
    }
  }

  /// The model compiled as a whole.
  func builder(mapVersion: UInt64, root: MapRoot = .none) throws -> MapBuilder {
    var builder = try SampleMap.builder(tenants: 0, mapVersion: mapVersion, root: root)
    for (id, tenant) in tenants {
      try builder.addTenant(
        id: id, database: tenant.database,
        shard: ShardIndex(UInt32(Self.catalog.shards.firstIndex(of: tenant.shard)!)),
        policy: PolicyIndex(UInt16(Self.catalog.policies.firstIndex(of: tenant.policy)!)),
        pool: PoolIndex(UInt16(Self.catalog.pools.firstIndex(of: tenant.pool)!)),
        generation: tenant.generation, state: tenant.state, mode: tenant.mode.mode,
        modeUntilMilliseconds: tenant.mode.untilMilliseconds)
    }
    return builder
  }

  /// Compares every look-up and the list of a map with the model.
  func check(_ map: CompiledMap, sourceLocation: SourceLocation = #_sourceLocation) {
    for id in universe {
      #expect(
        Self.tenant(id, in: map) == tenants[id], "\(id)", sourceLocation: sourceLocation)
    }
    let listed = map.tenants.map { map.text(map.tenant($0).id) }
    #expect(listed.sorted() == tenants.keys.sorted(), sourceLocation: sourceLocation)
    #expect(map.counts.tenants == tenants.count, sourceLocation: sourceLocation)
    Self.checkOrder(of: map, sourceLocation: sourceLocation)
  }

  static func tenant(_ id: String, in map: CompiledMap) -> Tenant? {
    guard let index = map.tenant(id: id) else { return nil }
    let tenant = map.tenant(index)
    guard map.text(tenant.id) == id else { return nil }
    return Tenant(
      database: map.text(tenant.database), shard: map.text(map.shard(tenant.shard).id),
      policy: map.text(map.policy(tenant.policy).id), pool: map.text(map.pool(tenant.pool).id),
      generation: tenant.generation, state: tenant.state, mode: tenant.mode)
  }

  /// Each tenant stands where compiling with this seed and size would have put it.
  private static func checkOrder(of map: CompiledMap, sourceLocation: SourceLocation) {
    var free = 0
    var last: (hash: UInt64, id: [UInt8])?
    for index in map.tenants {
      let id = Array(map.text(map.tenant(index).id).utf8)
      let hash = TenantHash(id: id.span.bytes, seed: map.header.hashSeed)
      let home = hash.home(of: map.counts.homes)
      let slot = Int(index.rawValue)
      #expect(slot == max(free, home), sourceLocation: sourceLocation)
      #expect(slot - home <= map.header.longestProbe, sourceLocation: sourceLocation)
      if let last {
        #expect(
          last.hash < hash.value
            || last.hash == hash.value && last.id.lexicographicallyPrecedes(id),
          sourceLocation: sourceLocation)
      }
      last = (hash.value, id)
      free = slot + 1
    }
  }
}
