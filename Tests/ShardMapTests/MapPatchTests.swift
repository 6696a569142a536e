import Files
import RandomNumbers
import Testing

@testable import ShardMap

@Suite("Patching a compiled map")
struct MapPatchTests {
  private let root = MapRoot(bytes: (0..<32).map { UInt8($0) }) ?? .none

  /// Hundreds of patches in a row, compared with a dictionary after each; a map that asks for it is
  /// compiled as a whole, and patched on. The mix of changes grows and shrinks in turn.
  @Test(
    "leads to what a dictionary holds, and to what compiling as a whole gives",
    arguments: [(1, 12), (2, 60), (3, 60), (4, 300), (5, 300), (6, 800)] as [(UInt64, Int)])
  func longSequences(seed: UInt64, ids: Int) throws {
    let folder = try FreshFolder("shardmap-test")
    var model = TenantModel(seed: seed, ids: ids)
    try model.builder(mapVersion: 1).publish(to: folder.map)
    var reasons = Set<String>()
    var patched = 0
    for version in 2..<152 as Range<UInt64> {
      let map = try CompiledMap.open(path: folder.map)
      var patch = MapPatch(mapVersion: version, issuedAt: Int64(version), root: root)
      let changes = 1 + Int(model.random.next() % UInt64(max(2, ids / 10)))
      for _ in 0..<changes { model.change(&patch, growth: version / 25 % 2 == 0 ? 7 : 3) }
      do {
        try map.publish(patch, to: folder.map, durability: .deferred)
        patched += 1
      } catch {
        guard case .needsRecompile(let reason) = error else { throw error }
        reasons.insert("\(reason)".filter { $0.isLetter })
        try model.builder(mapVersion: version, root: root).publish(
          to: folder.map, durability: .deferred)
      }
      let result = try CompiledMap.open(path: folder.map)
      try result.verify()
      #expect(result.header.mapVersion == version)
      #expect(result.header.root == root)
      model.check(result)
    }
    #expect(patched > 50)
    #expect(ids < 60 || !reasons.isEmpty, "the table never got full: the test is too tame")
    #expect(folder.names == ["map.swmap"])

    let compiled = try TemporaryFile(model.builder(mapVersion: 152).bytes())
    model.check(try CompiledMap.open(path: compiled.path))
  }

  @Test("takes tenants as long as there is room, and then says which room is missing")
  func full() throws {
    let folder = try FreshFolder("shardmap-test")
    try SampleMap.builder(tenants: 1_000).publish(to: folder.map)
    var added = 0
    while true {
      let map = try CompiledMap.open(path: folder.map)
      var patch = MapPatch(mapVersion: 7, issuedAt: 0)
      patch.upsertTenant(
        id: "more-\(added)", shard: "s1", policy: "standard", pool: "own", generation: 1)
      do {
        try map.publish(patch, to: folder.map)
      } catch {
        #expect(
          error
            == .needsRecompile(.tableFull(tenants: 1_001 + added, homes: map.counts.homes)))
        break
      }
      added += 1
    }
    #expect(added > 80)
    let map = try CompiledMap.open(path: folder.map)
    try map.verify()
    #expect(map.counts.tenants == 1_000 + added)
    for number in 0..<added { #expect(map.tenant(id: "more-\(number)") != nil) }
    for number in 0..<1_000 { #expect(map.tenant(id: SampleMap.tenantID(number)) != nil) }
  }

  @Test("uses the room of long names again, as far as it can")
  func stringRoom() throws {
    let folder = try FreshFolder("shardmap-test")
    try SampleMap.builder(tenants: 10).publish(to: folder.map)
    // The same tenant a thousand times: its names take their own place again.
    for version in 8..<1_008 as Range<UInt64> {
      var patch = MapPatch(mapVersion: version, issuedAt: 0)
      let database = String(repeating: "d", count: 50 + Int(version % 10))
      patch.upsertTenant(
        id: "long", database: database, shard: "s1", policy: "standard", pool: "own",
        generation: version)
      let map = try CompiledMap.open(path: folder.map)
      try map.publish(patch, to: folder.map, durability: .deferred)
      let tenant = TenantModel.tenant("long", in: try CompiledMap.open(path: folder.map))
      #expect(tenant?.database == database)
    }
    // New ones until nothing is left.
    var patch = MapPatch(mapVersion: 2_000, issuedAt: 0)
    for number in 0..<10 {
      patch.upsertTenant(
        id: "long-\(number)", database: String(repeating: "d", count: 63), shard: "s1",
        policy: "standard", pool: "own", generation: 1)
    }
    let map = try CompiledMap.open(path: folder.map)
    #expect {
      try map.publish(patch, to: folder.map)
    } throws: { error in
      if case .needsRecompile(.noStringRoom(needed: 69, _))? = error as? MapPatchError {
        true
      } else {
        false
      }
    }
    #expect(try CompiledMap.open(path: folder.map).header.mapVersion == 1_007)
  }

  @Test("leaves no name of a removed tenant in the file")
  func removedNames() throws {
    let folder = try FreshFolder("shardmap-test")
    try SampleMap.builder(tenants: 30).publish(to: folder.map)
    var patch = MapPatch(mapVersion: 8, issuedAt: 0)
    patch.removeTenant(id: SampleMap.tenantID(12))
    try CompiledMap.open(path: folder.map).publish(patch, to: folder.map)
    let map = try CompiledMap.open(path: folder.map)
    try map.verify()
    #expect(map.counts.tenants == 29)
    let bytes = try map.file.read(0..<map.header.layout.fileBytes)
    for name in [SampleMap.tenantID(12), SampleMap.longDatabase(12)] {
      #expect(!String(decoding: bytes, as: UTF8.self).contains(name))
    }
  }

  @Test("of several changes to one tenant takes the last")
  func order() throws {
    let folder = try FreshFolder("shardmap-test")
    try SampleMap.builder(tenants: 3).publish(to: folder.map)
    var patch = MapPatch(mapVersion: 8, issuedAt: 0)
    patch.upsertTenant(
      id: "a", shard: "s1", policy: "standard", pool: "own", generation: 1)
    patch.removeTenant(id: "a")
    patch.removeTenant(id: SampleMap.tenantID(1))
    patch.upsertTenant(
      id: SampleMap.tenantID(1), shard: "s1", policy: "standard", pool: "own", generation: 5)
    try CompiledMap.open(path: folder.map).publish(patch, to: folder.map)
    let map = try CompiledMap.open(path: folder.map)
    #expect(map.tenant(id: "a") == nil)
    #expect(TenantModel.tenant(SampleMap.tenantID(1), in: map)?.generation == 5)
    #expect(map.counts.tenants == 3)
  }

  @Test("leaves everything but the tenants at its place, and a reader can tell")
  func catalog() throws {
    let folder = try FreshFolder("shardmap-test")
    try SampleMap.builder(tenants: 30).publish(to: folder.map)
    let before = try CompiledMap.open(path: folder.map)
    var patch = MapPatch(mapVersion: 8, issuedAt: 0)
    patch.removeTenant(id: SampleMap.tenantID(12))
    try before.publish(patch, to: folder.map)
    let after = try CompiledMap.open(path: folder.map)
    #expect(after.hasSameCatalog(as: before))
    try SampleMap.builder(tenants: 500).publish(to: folder.map)
    #expect(try CompiledMap.open(path: folder.map).hasSameCatalog(as: before))

    for change in [
      { (map: inout MapBuilder) in _ = try map.addPool(id: "more", dedicated: true) },
      { (map: inout MapBuilder) in _ = try map.addRegion(id: "more") },
    ] {
      var builder = try SampleMap.builder(tenants: 30)
      try change(&builder)
      try builder.publish(to: folder.map)
      #expect(try !CompiledMap.open(path: folder.map).hasSameCatalog(as: before))
    }
    // One byte, and the sizes are the same.
    var builder = MapBuilder(mapVersion: 1, issuedAt: 0)
    _ = try builder.addRegion(id: "near")
    let near = try TemporaryFile(builder.bytes())
    builder = MapBuilder(mapVersion: 1, issuedAt: 0)
    _ = try builder.addRegion(id: "near")
    let same = try TemporaryFile(builder.bytes())
    builder = MapBuilder(mapVersion: 1, issuedAt: 0)
    _ = try builder.addRegion(id: "neat")
    let other = try TemporaryFile(builder.bytes())
    let map = try CompiledMap.open(path: near.path)
    #expect(map.hasSameCatalog(as: try CompiledMap.open(path: same.path)))
    #expect(try !map.hasSameCatalog(as: CompiledMap.open(path: other.path)))
  }

  @Test("says why it can't be done, and leaves the file as it was")
  func refusals() throws {
    let folder = try FreshFolder("shardmap-test")
    try SampleMap.builder(tenants: 3).publish(to: folder.map)
    let map = try CompiledMap.open(path: folder.map)
    func refusal(
      _ version: UInt64 = 8, _ change: (inout MapPatch) -> Void
    ) throws -> MapPatchError {
      var patch = MapPatch(mapVersion: version, issuedAt: 0)
      change(&patch)
      return try #require(throws: MapPatchError.self) { try map.publish(patch, to: folder.map) }
    }
    func upsert(
      _ id: String = "a", database: String? = nil, shard: String = "s1",
      policy: String = "standard", pool: String = "own"
    ) -> (inout MapPatch) -> Void {
      { patch in
        patch.upsertTenant(
          id: id, database: database, shard: shard, policy: policy, pool: pool, generation: 1)
      }
    }
    let long = String(repeating: "a", count: 64)
    #expect(try refusal(6) { _ in } == .older(patch: 6, map: 7))
    #expect(try refusal { $0.removeTenant(id: "a") } == .needsRecompile(.unknownTenant("a")))
    #expect(try refusal(8, upsert("")) == .badName(""))
    #expect(try refusal(8, upsert(long)) == .badName(long))
    #expect(try refusal(8, upsert(database: long)) == .badName(long))
    let references = [
      ("shard", upsert(shard: "x")), ("policy", upsert(policy: "x")), ("pool", upsert(pool: "x")),
    ]
    for (kind, change) in references {
      #expect(
        try refusal(8, change)
          == .needsRecompile(.unknownReference(tenant: "a", kind: kind, id: "x")))
    }
    #expect(try CompiledMap.open(path: folder.map).header.mapVersion == 7)
    #expect(folder.names == ["map.swmap"])
  }

  @Test("never gives damage a checksum that says it is sound", arguments: [1, 2, 3])
  func damage(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let bytes = try SampleMap.bytes(tenants: 5_000)
    let whole = try TemporaryFile(bytes)
    let tenants = try CompiledMap.open(path: whole.path).header.layout.tenants
    var (refused, passedOn) = (0, 0)
    for round in 0..<60 {
      var changed = bytes
      changed[tenants.lowerBound + Int(random.next() % UInt64(tenants.count))] ^= 1
      let file = try TemporaryFile(changed)
      var patch = MapPatch(mapVersion: 8, issuedAt: 0)
      patch.upsertTenant(
        id: SampleMap.tenantID(round), shard: "s1", policy: "standard", pool: "own", generation: 1)
      do {
        try CompiledMap.open(path: file.path).publish(patch, to: file.path)
        #expect(throws: MapFileError.self) { try CompiledMap.open(path: file.path).verify() }
        passedOn += 1
      } catch is MapPatchError {
        refused += 1
      }
    }
    #expect(refused > 0)
    #expect(passedOn > 0)
  }
}
