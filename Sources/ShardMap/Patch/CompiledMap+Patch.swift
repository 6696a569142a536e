extension CompiledMap {
  /// Publishes this map with a patch applied, in the place of the file at `path`.
  ///
  /// The changed 64 KiB blocks are worked out in memory; then this map's file is copied, the blocks
  /// and their checksums are written into the copy, its header is written anew, and it is renamed
  /// over `path`. This map stays as it is.
  ///
  /// Nothing is written before the whole patch is known to fit, and nobody sees the copy before it
  /// is whole: after a failure or a kill at any step, `path` names the old map or the new one. With
  /// ``MapDurability/beforeUse`` that holds for a power failure, too; see
  /// ``MapDurability/deferred`` for what holds otherwise. The bytes that aren't changed keep the
  /// checksums they had, so damage in this map is never passed on as sound: a reader that verifies
  /// refuses the file.
  ///
  /// - Complexity: a copy of the file, which a file system that shares extents does in no time, and
  ///   a checksum for each block that is changed. Opening and verifying it is the reader's.
  /// - Throws: ``MapPatchError/needsRecompile(_:)`` when the patch can't be laid into the file.
  public func publish(
    _ patch: MapPatch, to path: String, durability: MapDurability = .beforeUse,
    files: any MapFiles = POSIXMapFiles()
  ) throws(MapPatchError) {
    guard patch.mapVersion >= header.mapVersion else {
      throw .older(patch: patch.mapVersion, map: header.mapVersion)
    }
    let table = try applied(patch)
    let checksums = table.bytes.checksumTable()
    var header = header
    header.mapVersion = patch.mapVersion
    header.issuedAt = patch.issuedAt
    header.root = patch.root
    header.counts = table.counts
    header.longestProbe = table.longestProbe
    header.tenantsChecksum = Checksum.of(checksums)
    do throws(MapFileError) {
      let copy = try MapReplacement(of: path, files: files)
      try copy.copy(
        header.layout.fileBytes, of: OpenMapFile(path: self.path, descriptor: file.descriptor))
      for (block, bytes) in table.bytes.blocks.sorted(by: { $0.key < $1.key }) {
        try copy.write(bytes, at: header.layout.block(block).lowerBound)
      }
      try copy.write(checksums, at: header.layout[.tenantChecksums].lowerBound)
      try copy.write(header.encoded(), at: 0)
      try copy.finish(durability)
    } catch {
      throw .file(error)
    }
  }

  private func applied(_ patch: MapPatch) throws(MapPatchError) -> TenantTable {
    var table = try TenantTable(self)
    var catalog = CatalogNames(self, expecting: patch.count)
    for change in patch.changes {
      switch change {
      case .remove(let id):
        try table.remove(id: id)
      case .upsert(let tenant):
        for name in [tenant.id, tenant.database ?? tenant.id]
        where !(1...MapLimits.identifierBytes).contains(name.utf8.count) {
          throw .badName(name)
        }
        let end = tenant.mode.untilMilliseconds
        guard end == 0 || MapLimits.modeEndMilliseconds.contains(end) else {
          throw .badModeEnd(tenant: tenant.id)
        }
        let record = TenantImage(
          id: tenant.id, database: tenant.database,
          shard: try catalog.shard(of: tenant), policy: try catalog.policy(of: tenant),
          pool: try catalog.pool(of: tenant), generation: tenant.generation, state: tenant.state,
          mode: tenant.mode)
        try table.upsert(record, id: tenant.id, database: tenant.database)
      }
    }
    return table
  }
}

/// Finds what the tenants of a patch refer to. Names are asked for again and again, and a search is
/// linear, so what was found is kept.
private struct CatalogNames {
  private let map: CompiledMap
  private var shards: [String: ShardIndex] = [:]
  private var policies: [String: PolicyIndex] = [:]
  private var pools: [String: PoolIndex] = [:]

  /// From here on, reading the names of all shards once is cheaper than searching for each.
  private static let manyChanges = 16

  init(_ map: CompiledMap, expecting changes: Int) {
    self.map = map
    guard changes >= Self.manyChanges else { return }
    for place in 0..<map.counts.shards {
      let index = ShardIndex(UInt32(place))
      shards[map.text(map.shard(index).id)] = index
    }
  }

  mutating func shard(of tenant: PatchedTenant) throws(MapPatchError) -> ShardIndex {
    try Self.found(tenant.shard, "shard", of: tenant, &shards) { [map] in map.shard(id: $0) }
  }

  mutating func policy(of tenant: PatchedTenant) throws(MapPatchError) -> PolicyIndex {
    try Self.found(tenant.policy, "policy", of: tenant, &policies) { [map] in map.policy(id: $0) }
  }

  mutating func pool(of tenant: PatchedTenant) throws(MapPatchError) -> PoolIndex {
    try Self.found(tenant.pool, "pool", of: tenant, &pools) { [map] in map.pool(id: $0) }
  }

  private static func found<Index>(
    _ id: String, _ kind: String, of tenant: PatchedTenant, _ known: inout [String: Index],
    _ search: (String) -> Index?
  ) throws(MapPatchError) -> Index {
    if let index = known[id] { return index }
    guard let index = search(id) else {
      throw .needsRecompile(.unknownReference(tenant: tenant.id, kind: kind, id: id))
    }
    known[id] = index
    return index
  }
}
