internal import MapDocument
internal import MapExchange
internal import ShardMap

/// Puts compiled maps in their place, each by one rename.
struct MapPublisher {
  let path: String
  let files: any SyncFiles

  /// The map at the path, if it is sound to its last byte.
  func current() throws(MapFileError) -> CompiledMap {
    let map = try CompiledMap.open(path: path)
    try map.verify()
    return map
  }

  /// Publishes a map that was compiled anew.
  func publish(_ builder: MapBuilder) throws(MapBuildError) {
    try builder.publish(to: path, files: files)
  }

  /// The patch that a delta amounts to, or nil when the map has to be compiled anew: something else
  /// than tenants has changed, or a tenant refers to what the map doesn't have.
  func patch(_ delta: MapDelta, of map: CompiledMap) throws(ExchangeError) -> MapPatch? {
    guard delta.removes.allSatisfy({ $0.kind == .tenant }),
      delta.upserts.allSatisfy({ $0.key.kind == .tenant })
    else { return nil }
    let seal = delta.seal
    var patch = MapPatch(
      mapVersion: seal.mapVersion, issuedAt: seal.issuedAtMilliseconds, root: seal.root)
    var known = KnownNames(map)
    for record in delta.upserts {
      guard case .tenant(let tenant) = try record.resource() else { return nil }
      guard known.has(tenant) else { return nil }
      patch.upsertTenant(
        id: tenant.id, database: tenant.database, shard: tenant.shard, policy: tenant.policy,
        pool: tenant.pool, generation: tenant.generation, state: tenant.state,
        mode: tenant.mode, modeUntilMilliseconds: tenant.modeUntil.modeEndMilliseconds)
    }
    for key in delta.removes { patch.removeTenant(id: key.id) }
    return patch
  }

  /// Publishes a patch of the map that is there.
  ///
  /// It is not waited for until it is on the disk: what it was made from is, and a map that a loss of
  /// power has damaged is found out at the next start and published again.
  func publish(_ patch: MapPatch, of map: CompiledMap) throws(MapPatchError) {
    try map.publish(patch, to: path, durability: .deferred, files: files)
  }

  /// Waits until the map is on the disk.
  func synchronize() throws(MapFileError) { try synchronizeMap(at: path, files: files) }
}

/// Whether a map has what tenants refer to; each name is searched for once.
private struct KnownNames {
  private let map: CompiledMap
  private var known: Set<String> = []

  init(_ map: CompiledMap) { self.map = map }

  mutating func has(_ tenant: Tenant) -> Bool {
    isKnown("shard/" + tenant.shard) { map in map.shard(id: tenant.shard) != nil }
      && isKnown("policy/" + tenant.policy) { map in map.policy(id: tenant.policy) != nil }
      && isKnown("pool/" + tenant.pool) { map in map.pool(id: tenant.pool) != nil }
  }

  private mutating func isKnown(_ name: String, _ search: (CompiledMap) -> Bool) -> Bool {
    if known.contains(name) { return true }
    guard search(map) else { return false }
    known.insert(name)
    return true
  }
}
