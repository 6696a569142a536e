import Glibc
import ShardMap

/// Publishes versions until it is killed: patches and full compiles in turn.
struct Publisher {
  let folder: PublishingFolder
  let tenants: Int

  /// The tenant whose generation is the map's version: a reader knows what it must find.
  static let counter = "counter"

  /// The root of a version, from its number.
  static func root(of version: UInt64) -> MapRoot {
    MapRoot(bytes: (0..<32).map { UInt8(truncatingIfNeeded: version >> (8 * ($0 % 8))) }) ?? .none
  }

  /// Publishes the first version.
  func publishFirst() throws {
    try builder(version: 1).publish(to: folder.map)
  }

  /// Never returns; ends when the parent has.
  func runForEver() throws -> Never {
    let parent = getppid()
    let page = try StepPage(path: folder.steps)
    let files = ReportingMapFiles(page: page)
    var map = try CompiledMap.open(path: folder.map)
    page.begin()
    while getppid() == parent {
      let version = map.header.mapVersion + 1
      if version.isMultiple(of: 2) {
        try map.publish(patch(of: map, version: version), to: folder.map, files: files)
      } else {
        try builder(version: version).publish(to: folder.map, files: files)
      }
      map = try CompiledMap.open(path: folder.map)
    }
    exit(0)
  }

  private func patch(of map: CompiledMap, version: UInt64) -> MapPatch {
    var patch = MapPatch(
      mapVersion: version, issuedAt: Int64(version), root: Self.root(of: version))
    upsert(Self.counter, generation: version, in: &patch)
    // Tenants come and go, so that others move.
    var removed = Set<String>()
    for number in 0..<8 {
      let id = "tenant-\((Int(version) * 31 + number * 977) % tenants)"
      if map.tenant(id: id) != nil, removed.insert(id).inserted { patch.removeTenant(id: id) }
      upsert("guest-\(version % 100)-\(number)", generation: 1, in: &patch)
    }
    return patch
  }

  private func upsert(_ id: String, generation: UInt64, in patch: inout MapPatch) {
    patch.upsertTenant(
      id: id, database: id + "-database-whose-name-is-long", shard: "s1", policy: "standard",
      pool: "shared", generation: generation)
  }

  private func builder(version: UInt64) throws -> MapBuilder {
    var map = MapBuilder(
      mapVersion: version, issuedAt: Int64(version), root: Self.root(of: version))
    let region = try map.addRegion(id: "region")
    let zone = try map.addZone(id: "zone", region: region)
    let instance = try map.addInstance(
      id: "i1", zone: zone, address: SocketAddress(ipv4: 0x7f00_0001, port: 5432))
    let shard = try map.addShard(id: "s1", epoch: 1, primary: instance)
    let policy = try map.addPolicy(id: "standard", tier: .strong)
    let pool = try map.addPool(id: "shared", dedicated: false)
    map.reserveTenants(tenants + 1)
    try map.addTenant(
      id: Self.counter, shard: shard, policy: policy, pool: pool, generation: version)
    for number in 0..<tenants {
      try map.addTenant(
        id: "tenant-\(number)", shard: shard, policy: policy, pool: pool, generation: 1)
    }
    return map
  }
}
