/// Collects a map record by record and lays it out as a compiled file.
///
/// What is referred to is added before what refers to it. Tenants may come from a stream: each
/// takes its record (64 bytes) and no object, and
/// 36 bytes more while the file is laid out. The same content in any order of tenants gives the
/// same bytes.
public struct MapBuilder: Sendable {
  /// Commit order of the control plane.
  public let mapVersion: UInt64
  /// When the document was issued, in milliseconds since 1970.
  public let issuedAt: Int64
  /// Digest of everything the map says; it is stored and not checked.
  public let root: MapRoot

  var counts = MapCounts()
  var tenants = TenantStage()
  private var regions = ByteWriter()
  private var zones = ByteWriter()
  private var instances = ByteWriter()
  private var shards = ByteWriter()
  private var replicas = ByteWriter()
  var policies = ByteWriter()
  var pools = ByteWriter()
  var poolRouters = ByteWriter()
  var poolAddresses = ByteWriter()
  private var strings = ByteWriter()

  /// An empty map. Without a `root` it says that nobody computed one.
  public init(mapVersion: UInt64, issuedAt: Int64, root: MapRoot = .none) {
    self.mapVersion = mapVersion
    self.issuedAt = issuedAt
    self.root = root
  }

  /// Adds a region.
  public mutating func addRegion(id: String) throws(MapBuildError) -> RegionIndex {
    let start = regions.bytes.count
    try appendName(id, to: \.regions)
    regions.pad(to: start + MapFormat.Region.byteCount)
    return RegionIndex(try next(\.regions, "regions", MapLimits.regions))
  }

  /// Adds a zone of a region.
  public mutating func addZone(id: String, region: RegionIndex) throws(MapBuildError) -> ZoneIndex {
    guard region.rawValue < counts.regions else { throw .danglingIndex("zone \(id)") }
    let start = zones.bytes.count
    try appendName(id, to: \.zones)
    zones.pad(to: start + MapFormat.Zone.region)
    zones.append(region.rawValue)
    return ZoneIndex(try next(\.zones, "zones", MapLimits.zones))
  }

  /// Adds an instance in a zone.
  public mutating func addInstance(
    id: String, zone: ZoneIndex, address: SocketAddress
  ) throws(MapBuildError) -> InstanceIndex {
    guard zone.rawValue < counts.zones else { throw .danglingIndex("instance \(id)") }
    let start = instances.bytes.count
    try appendName(id, to: \.instances)
    instances.append(address.family.rawValue)
    instances.append(address.port)
    instances.append(zone.rawValue)
    instances.pad(to: start + MapFormat.Instance.addressHigh)
    instances.append(address.high)
    instances.append(address.low)
    return InstanceIndex(try next(\.instances, "instances", MapLimits.instances))
  }

  /// Adds a shard with its primary and its replicas in order of preference. Its mode ends at a moment
  /// in milliseconds since 1970, or at 0 not by itself.
  public mutating func addShard(
    id: String, epoch: UInt64, mode: ServiceMode = .normal, modeUntilMilliseconds: UInt64 = 0,
    modeCause: String? = nil, primary: InstanceIndex, replicas members: [InstanceIndex] = []
  ) throws(MapBuildError) -> ShardIndex {
    guard members.count <= MapLimits.replicasPerShard else {
      throw .overLimit(
        "replicas of shard \(id)", members.count, limit: MapLimits.replicasPerShard)
    }
    guard ([primary] + members).allSatisfy({ $0.rawValue < counts.instances }) else {
      throw .danglingIndex("shard \(id)")
    }
    try Self.checkModeEnd(modeUntilMilliseconds, of: "shard \(id)")
    guard (modeCause?.utf8.count ?? 0) <= MapLimits.modeCauseBytes else {
      throw .badField(of: "shard \(id)", "modeCause")
    }
    try appendName(id, to: \.shards)
    shards.append(mode.rawValue)
    shards.append(UInt16(members.count))
    shards.append(epoch)
    shards.append(primary.rawValue)
    shards.append(UInt32(counts.replicas))
    shards.append(modeUntilMilliseconds)
    appendText(modeCause ?? "", to: \.shards)
    shards.pad(to: (counts.shards + 1) * MapFormat.Shard.byteCount)
    for member in members { replicas.append(member.rawValue) }
    counts.replicas += members.count
    return ShardIndex(try next(\.shards, "shards", MapLimits.shards))
  }

  /// Adds a tenant. `database` is the id when it is nil.
  ///
  /// Its mode ends at a moment in milliseconds since 1970, rounded up to a second, or at 0 not by
  /// itself. A second tenant of the same id is found when the map is laid out.
  public mutating func addTenant(
    id: String, database: String? = nil, shard: ShardIndex, policy: PolicyIndex, pool: PoolIndex,
    generation: UInt64, state: TenantState = .active, mode: ServiceMode = .normal,
    modeUntilMilliseconds: UInt64 = 0
  ) throws(MapBuildError) {
    guard shard.rawValue < counts.shards, policy.rawValue < counts.policies,
      pool.rawValue < counts.pools
    else { throw .danglingIndex("tenant \(id)") }
    try Self.check(id)
    if let database { try Self.check(database) }
    try Self.checkModeEnd(modeUntilMilliseconds, of: "tenant \(id)")
    guard counts.tenants < MapLimits.tenants else {
      throw .overLimit("tenants", counts.tenants + 1, limit: MapLimits.tenants)
    }
    counts.tenants += 1
    let database = database == id ? nil : database
    tenants.add(
      TenantImage(
        id: id, database: database, shard: shard, policy: policy, pool: pool,
        generation: generation, state: state,
        mode: TimedMode(mode, untilMilliseconds: modeUntilMilliseconds)),
      id: id, database: database)
    guard tenants.outside.count <= MapLimits.tenantStringBytes else {
      throw .overLimit(
        "bytes of long tenant names", tenants.outside.count, limit: MapLimits.tenantStringBytes)
    }
  }

  /// Makes room for so many tenants at once, so that it isn't made and copied in steps.
  public mutating func reserveTenants(_ count: Int) {
    tenants.reserve(min(count, MapLimits.tenants))
  }

  static func check(_ name: String) throws(MapBuildError) {
    guard (1...MapLimits.identifierBytes).contains(name.utf8.count) else { throw .badName(name) }
  }

  static func checkModeEnd(
    _ milliseconds: UInt64, of resource: String
  ) throws(MapBuildError) {
    guard milliseconds == 0 || MapLimits.modeEndMilliseconds.contains(milliseconds) else {
      throw .badField(of: resource, "modeUntil")
    }
  }

  /// The first five bytes of a record: where its id lies.
  mutating func appendName(
    _ id: String, to table: WritableKeyPath<MapBuilder, ByteWriter>
  ) throws(MapBuildError) {
    try Self.check(id)
    appendText(id, to: table)
  }

  /// Five bytes: where a text of at most 255 bytes lies.
  mutating func appendText(
    _ text: String, to table: WritableKeyPath<MapBuilder, ByteWriter>
  ) {
    self[keyPath: table].append(UInt32(strings.bytes.count))
    self[keyPath: table].append(UInt8(text.utf8.count))
    strings.append(text.utf8)
    counts.catalogStringBytes = strings.bytes.count
  }

  /// Counts one more and gives its index.
  mutating func next<Raw: FixedWidthInteger>(
    _ count: WritableKeyPath<MapCounts, Int>, _ name: String, _ limit: Int
  ) throws(MapBuildError) -> Raw {
    let index = counts[keyPath: count]
    guard index < limit else { throw .overLimit(name, index + 1, limit: limit) }
    counts[keyPath: count] = index + 1
    return Raw(index)
  }

  /// The catalog's bytes, each section on its place, from the end of the header on.
  func catalogBytes(_ layout: MapLayout) -> [UInt8] {
    var out = ByteWriter()
    let sections: [(MapLayout.Section, ByteWriter)] = [
      (.regions, regions), (.zones, zones), (.instances, instances), (.shards, shards),
      (.replicas, replicas), (.policies, policies), (.pools, pools), (.poolRouters, poolRouters),
      (.poolAddresses, poolAddresses), (.catalogStrings, strings),
    ]
    for (section, content) in sections {
      out.pad(to: layout[section].lowerBound - layout.catalog.lowerBound)
      out.append(content.bytes)
    }
    out.pad(to: layout.catalog.count)
    return out.bytes
  }
}
