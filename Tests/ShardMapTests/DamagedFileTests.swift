import RandomNumbers
import Testing

@testable import ShardMap

@Suite("A damaged map file")
struct DamagedFileTests {
  /// How the map came about that is damaged.
  enum Origin: CaseIterable {
    case compiled, patched
  }

  private func bytes(_ origin: Origin, tenants: Int) throws -> [UInt8] {
    let file = try TemporaryFile(SampleMap.bytes(tenants: tenants))
    if origin == .patched {
      try CompiledMap.open(path: file.path).publish(
        somePatch(tenants: tenants), to: file.path, durability: .deferred)
    }
    return try file.read()
  }

  /// Removes tenants, changes some so that their names move out of their records or back, and adds
  /// some.
  private func somePatch(tenants: Int) -> MapPatch {
    var patch = MapPatch(mapVersion: 8, issuedAt: 0)
    for number in stride(from: 0, to: tenants, by: 10) {
      patch.removeTenant(id: SampleMap.tenantID(number))
      for (id, database) in [
        (SampleMap.tenantID(number + 1), SampleMap.longDatabase(number)),
        (SampleMap.tenantID(number + 3), "short"), ("new-\(number)", "short"),
      ] where number + 3 < tenants {
        patch.upsertTenant(
          id: id, database: database, shard: "s2", policy: "standard", pool: "own", generation: 2)
      }
    }
    return patch
  }

  /// Opens bytes as a file and reads everything that a reader can reach. Whatever the bytes are,
  /// this ends: with an error, or after answers from inside the file.
  private func readAll(_ bytes: [UInt8], tenants: Int) throws -> CompiledMap {
    let file = try TemporaryFile(bytes)
    let map = try CompiledMap.open(path: file.path)
    for number in 0..<tenants {
      if let index = map.tenant(id: SampleMap.tenantID(number)) { readTenant(index, in: map) }
    }
    for index in map.tenants { readTenant(index, in: map) }
    for place in 0..<map.counts.shards {
      let shard = map.shard(ShardIndex(UInt32(place)))
      _ = map.text(shard.id)
      for instance in [shard.primary] + map.replicas(of: shard) {
        let record = map.instance(instance)
        _ = map.text(record.id) + record.address.description
        let zone = map.zone(record.zone)
        _ = map.text(zone.id) + map.text(map.region(zone.region).id)
      }
    }
    return map
  }

  private func readTenant(_ index: TenantIndex, in map: CompiledMap) {
    let tenant = map.tenant(index)
    _ = map.text(tenant.id) + map.text(tenant.database)
    _ = map.shard(tenant.shard)
    _ = map.text(map.policy(tenant.policy).id) + map.text(map.pool(tenant.pool).id)
  }

  /// Gives changed bytes the checksums they should have: what a faulty compiler could write.
  private func resealed(_ bytes: [UInt8], _ layout: MapLayout) -> [UInt8] {
    typealias Field = MapFormat.Header
    var bytes = bytes
    func put(_ value: UInt64, at offset: Int) {
      for byte in 0..<8 { bytes[offset + byte] = UInt8(truncatingIfNeeded: value >> (8 * byte)) }
    }
    put(Checksum.of(Array(bytes[layout.catalog])), at: Field.catalogChecksum)
    for block in 0..<layout.blockCount {
      put(
        Checksum.of(Array(bytes[layout.block(block)])),
        at: layout[.tenantChecksums].lowerBound + block * MapFormat.checksumBytes)
    }
    put(Checksum.of(Array(bytes[layout[.tenantChecksums]])), at: Field.tenantsChecksum)
    put(Checksum.of(Array(bytes[..<Field.checksum])), at: Field.checksum)
    return bytes
  }

  private func layout(of bytes: [UInt8]) throws -> MapLayout {
    let file = try TemporaryFile(bytes)
    return try CompiledMap.open(path: file.path).header.layout
  }

  @Test(
    "is refused when it is cut at or beside any edge of a section, or is too long",
    arguments: Origin.allCases)
  func truncated(origin: Origin) throws {
    let bytes = try bytes(origin, tenants: 100)
    let layout = try layout(of: bytes)
    var lengths = Set(0...MapFormat.Header.byteCount)
    for section in MapLayout.Section.allCases {
      let range = layout[section]
      for edge in [range.lowerBound, range.upperBound] { lengths.formUnion(edge - 1...edge + 1) }
    }
    lengths.remove(bytes.count)
    lengths.remove(-1)
    for length in lengths.sorted() {
      let cut = Array((bytes + [0]).prefix(length))
      #expect(throws: MapFileError.self, "cut to \(length) bytes") {
        try readAll(cut, tenants: 1)
      }
    }
  }

  @Test(
    "is caught by verifying, and safe to read before that, whichever byte is changed",
    arguments: Origin.allCases)
  func everyByte(origin: Origin) throws {
    var random = SplitMix64(seed: 7)
    let bytes = try bytes(origin, tenants: 20)
    for place in bytes.indices {
      var changed = bytes
      changed[place] ^= UInt8(1 + random.next() % 255)
      #expect(throws: MapFileError.self, "byte \(place)") {
        try readAll(changed, tenants: 20).verify()
      }
    }
  }

  @Test(
    "is caught by verifying when several bytes are changed", arguments: Origin.allCases, [1, 2, 3])
  func severalBytes(origin: Origin, seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let bytes = try bytes(origin, tenants: 200)
    for _ in 0..<500 {
      var changed = bytes
      for _ in 0...random.next() % 8 {
        changed[Int(random.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: random.next())
      }
      guard changed != bytes else { continue }
      #expect(throws: MapFileError.self) { try readAll(changed, tenants: 200).verify() }
    }
  }

  @Test(
    "is refused or safe to read and to patch when its checksums are right",
    arguments: Origin.allCases, [1, 2, 3])
  func rightChecksums(origin: Origin, seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let bytes = try bytes(origin, tenants: 60)
    let layout = try layout(of: bytes)
    let (header, catalog) = (0..<MapFormat.Header.byteCount, layout.catalog)
    let target = try TemporaryFile()
    var (refused, read, patched) = (0, 0, 0)
    for round in 0..<1_000 {
      var changed = bytes
      // The parts with the fewest bytes decide most, so all three get the same share.
      let range = [header, catalog, layout.tenants][round % 3]
      for _ in 0...random.next() % 4 {
        let place = range.lowerBound + Int(random.next() % UInt64(range.count))
        changed[place] = UInt8(truncatingIfNeeded: random.next())
      }
      do {
        let map = try readAll(resealed(changed, layout), tenants: 60)
        read += 1
        guard round % 4 == 0 else { continue }
        try map.publish(
          patchOfWhatIsThere(in: map, random.next()), to: target.path, durability: .deferred)
        patched += 1
        _ = try readAll(target.read(), tenants: 60)
      } catch is MapFileError {
        refused += 1
      } catch is MapPatchError {
        // It said so, and that is all that is asked of it.
      }
    }
    #expect(patched > 0)
    #expect(refused > 0)
    #expect(read > 0)
  }

  /// Removes, changes and adds tenants of a map that may be nonsense.
  private func patchOfWhatIsThere(in map: CompiledMap, _ seed: UInt64) -> MapPatch {
    var random = SplitMix64(seed: seed)
    var patch = MapPatch(mapVersion: .max, issuedAt: 0)
    for index in map.tenants where random.next() % 4 == 0 {
      let id = map.text(map.tenant(index).id)
      guard map.tenant(id: id) != nil else { continue }
      if random.next() % 2 == 0 {
        patch.removeTenant(id: id)
      } else {
        patch.upsertTenant(
          id: id, database: SampleMap.longDatabase(1), shard: "s2", policy: "standard",
          pool: "own", generation: 2)
      }
    }
    patch.upsertTenant(
      id: "new", database: SampleMap.longDatabase(2), shard: "s2", policy: "standard", pool: "own",
      generation: 2)
    return patch
  }

  @Test("that points out of a table is refused by the name of the record")
  func badRecord() throws {
    var bytes = try SampleMap.bytes(tenants: 1)
    let layout = try layout(of: bytes)
    bytes[layout[.shards].lowerBound + MapFormat.Shard.byteCount + MapFormat.Shard.primary] = 99
    let file = try TemporaryFile(resealed(bytes, layout))
    #expect(
      throws: MapFileError.damaged(
        path: file.path, .badRecord(.shards, index: 1, field: "primary"))
    ) {
      try CompiledMap.open(path: file.path)
    }
  }

  /// A byte of the second policy's record, what is put there, and the field that is named.
  @Test(
    "that gives a policy a value without meaning is refused by the name of the field",
    arguments: [
      (MapFormat.Policy.tier, 4, "tier"), (MapFormat.Policy.tier, 255, "tier"),
      (MapFormat.Policy.tier, 3, "tier"), (MapFormat.Policy.tierBound, 1, "tier"),
      (MapFormat.Policy.readTier, 4, "readTier"), (MapFormat.Policy.readTier, 3, "readTier"),
      (MapFormat.Policy.readTierBound, 1, "readTier"),
      (MapFormat.Policy.readTierBound + 3, 255, "readTier"),
      (MapFormat.Policy.pooling, 2, "pooling"),
      (MapFormat.Policy.boundedFallback, 2, "boundedFallback"),
      (MapFormat.Policy.primaryReadBudget, 101, "primaryReadBudgetPercent"),
      (MapFormat.Policy.freshness, 1, "freshness"),
      (MapFormat.Policy.envelope + MapFormat.Envelope.priority, 3, "priority"),
      (MapFormat.Policy.envelope + MapFormat.Envelope.burst, 0, "burst"),
      (MapFormat.Policy.envelope + MapFormat.Envelope.weight, 0, "weight"),
      (MapFormat.Policy.envelope + MapFormat.Envelope.maxDelay + 3, 1, "maxDelay"),
      (MapFormat.Policy.envelope + MapFormat.Envelope.bytesIn + 7, 1, "bytesInPerSecond"),
      (MapFormat.Policy.deepest, 5, "deepest"),
      (MapFormat.Policy.relaxedBound + 3, 255, "relaxedBound"),
      (MapFormat.Policy.hotTenant + MapFormat.HotTenant.p95, 1, "hotTenant"),
      (MapFormat.Policy.hotTenant, 8, "hotTenant"),
      (MapFormat.Policy.hotTenant, 9, "hotTenant"),
      (MapFormat.Policy.hotTenant, MapFormat.HotTenant.present, "sustained"),
      (MapFormat.Policy.label + MapFormat.Name.count, 64, "label"),
      (MapFormat.Policy.label + MapFormat.Name.offset + 3, 255, "label"),
    ] as [(Int, UInt8, String)])
  func badPolicy(place: Int, value: UInt8, field: String) throws {
    var bytes = try SampleMap.bytes(tenants: 1)
    let layout = try layout(of: bytes)
    let record = layout[.policies].lowerBound + MapFormat.Policy.byteCount
    bytes[record + place] = value
    // 30,000 ms with another low byte is sound; without the next one, too, it is not.
    if place == MapFormat.Policy.freshness { bytes[record + place + 1] = 0 }
    let file = try TemporaryFile(resealed(bytes, layout))
    #expect(
      throws: MapFileError.damaged(path: file.path, .badRecord(.policies, index: 1, field: field))
    ) {
      try CompiledMap.open(path: file.path)
    }
  }

  /// A byte of the first record of a section, what is put there, and the field that is named.
  @Test(
    "that gives a shard or a pool a value without meaning is refused by the name of the field",
    arguments: [
      (.shards, MapFormat.Shard.mode, 5, "mode"),
      (.shards, MapFormat.Shard.modeEnd, 1, "modeUntil"),
      (.shards, MapFormat.Shard.modeEnd + 7, 1, "modeUntil"),
      (.shards, MapFormat.Shard.cause + MapFormat.Name.count, 201, "modeCause"),
      (.shards, MapFormat.Shard.cause + 3, 255, "modeCause"),
      (.pools, MapFormat.Pool.flags, 2, "flags"), (.pools, MapFormat.Pool.foreign, 3, "foreign"),
      (.pools, MapFormat.Pool.routersPerTenant, 3, "routersPerTenant"),
      (.pools, MapFormat.Pool.routerCount, 4, "routers"),
      (.pools, MapFormat.Pool.firstRouter, 2, "routers"),
      (.pools, MapFormat.Pool.addressCount, 2, "addresses"),
      (.pools, MapFormat.Pool.firstAddress + 3, 1, "addresses"),
      (.poolRouters, MapFormat.Name.count, 0, "id"), (.poolRouters, 3, 255, "id"),
      (.poolAddresses, MapFormat.PoolAddress.family, 5, "address"),
      (.poolAddresses, MapFormat.PoolAddress.port, 0, "address"),
    ] as [(MapLayout.Section, Int, UInt8, String)])
  func badRecordOfTerms(
    section: MapLayout.Section, place: Int, value: UInt8, field: String
  ) throws {
    var builder = MapBuilder(mapVersion: 1, issuedAt: 0)
    let region = try builder.addRegion(id: "r")
    let zone = try builder.addZone(id: "z", region: region)
    let instance = try builder.addInstance(
      id: "i", zone: zone, address: SocketAddress(ipv4: 1, port: 1))
    _ = try builder.addShard(id: "s", epoch: 1, mode: .paused, modeCause: "why", primary: instance)
    _ = try builder.addPool(
      id: "p", dedicated: false, routers: ["r1", "r2"], routersPerTenant: 2,
      addresses: [SocketAddress(ipv4: 1, port: 1)])
    var bytes = try builder.bytes()
    let layout = try layout(of: bytes)
    bytes[layout[section].lowerBound + place] = value
    let file = try TemporaryFile(resealed(bytes, layout))
    #expect(
      throws: MapFileError.damaged(path: file.path, .badRecord(section, index: 0, field: field))
    ) {
      try CompiledMap.open(path: file.path)
    }
  }

  @Test("takes a tenant's mode that nobody knows for paused")
  func unknownTenantMode() throws {
    var bytes = try SampleMap.bytes(tenants: 1)
    let layout = try layout(of: bytes)
    for slot in 0..<layout.slots {
      let record = layout[.tenants].lowerBound + slot * MapFormat.Tenant.byteCount
      bytes[record + MapFormat.Tenant.flags] |= MapFormat.Tenant.modeMask
    }
    let map = try readAll(resealed(bytes, layout), tenants: 1)
    let tenant = try #require(map.tenant(id: SampleMap.tenantID(0)))
    #expect(map.placement(of: tenant).mode == TimedMode(.paused))
  }

  @Test("a policy's record gives back what was stored, and nothing else is a tier")
  func storedTiers() {
    var known = 0
    for kind in UInt8.min ... .max {
      for bound in [0, 1, 86_400_000, 86_400_001, UInt32.max] {
        let stored = StoredTier(kind: kind, boundMilliseconds: bound)
        guard let tier = stored.tier else { continue }
        known += 1
        #expect(StoredTier(tier) == stored)
        #expect(tier.isValid)
      }
    }
    #expect(known == 5)
  }

  @Test("never makes a tenant of a record that points out of a table")
  func badTenant() throws {
    var bytes = try SampleMap.bytes(tenants: 1)
    let layout = try layout(of: bytes)
    for slot in 0..<layout.slots {
      let record = layout[.tenants].lowerBound + slot * MapFormat.Tenant.byteCount
      bytes[record + MapFormat.Tenant.shard] = 99
    }
    let map = try readAll(resealed(bytes, layout), tenants: 1)
    #expect(map.tenant(id: SampleMap.tenantID(0)) == nil)
  }

  @Test("is told from a file of another kind and one of another version")
  func otherFiles() throws {
    let bytes = try SampleMap.bytes(tenants: 1)
    let text = try TemporaryFile([UInt8](repeating: UInt8(ascii: "a"), count: 500))
    #expect(throws: MapFileError.damaged(path: text.path, .notAMap)) {
      try CompiledMap.open(path: text.path)
    }
    var newer = bytes
    newer[MapFormat.Header.version] = UInt8(MapFormat.version + 1)
    let file = try TemporaryFile(newer)
    #expect(
      throws: MapFileError.damaged(
        path: file.path,
        .unsupportedVersion(found: MapFormat.version + 1, supported: MapFormat.version))
    ) {
      try CompiledMap.open(path: file.path)
    }
  }

  @Test("that isn't there, or isn't a file, is named in the error", arguments: ["/nowhere/x", "/"])
  func noFile(path: String) throws {
    let error = try #require(throws: MapFileError.self) { try CompiledMap.open(path: path) }
    #expect(error.description.contains(path))
  }
}
