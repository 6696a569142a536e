/// What a compiled map says about itself.
public struct MapHeader: Sendable {
  /// Version of the file format.
  public let formatVersion: UInt32
  /// Commit order of the control plane.
  public internal(set) var mapVersion: UInt64
  /// When the document was issued, in milliseconds since 1970.
  public internal(set) var issuedAt: Int64
  /// Digest of everything the map says; `.none` when nobody computed one.
  public internal(set) var root: MapRoot
  /// Key of the tenant hash.
  public let hashSeed: UInt64
  /// Slots that the farthest tenant is away from its home.
  public internal(set) var longestProbe: Int
  /// How much of everything the map holds.
  public internal(set) var counts: MapCounts
  /// Where each section stands.
  public let layout: MapLayout

  let catalogChecksum: UInt64
  /// Of the checksums of blocks.
  var tenantsChecksum: UInt64
}

extension MapHeader {
  /// Reads and checks the first bytes of a file that is `fileBytes` long.
  ///
  /// - Throws: what is wrong with the first thing that is.
  init(_ bytes: borrowing MapBytes, fileBytes: Int) throws(MapDamage) {
    typealias Field = MapFormat.Header
    guard fileBytes >= Field.byteCount, bytes.count >= Field.byteCount else {
      throw .truncated(expected: Field.byteCount, found: fileBytes)
    }
    guard bytes.load(at: Field.magic, as: UInt64.self) == MapFormat.magic else {
      throw .notAMap
    }
    formatVersion = bytes.load(at: Field.version, as: UInt32.self)
    guard formatVersion == MapFormat.version else {
      throw .unsupportedVersion(found: formatVersion, supported: MapFormat.version)
    }
    guard
      bytes.hash(0..<Field.checksum, seed: 0) == bytes.load(at: Field.checksum, as: UInt64.self),
      bytes.slice(Field.reserved..<Field.checksum).allSatisfy({ $0 == 0 }),
      let root = MapRoot(
        bytes: bytes.slice(Field.root..<Field.root + MapRoot.byteCount))
    else { throw .checksum(.header) }
    self.root = root

    counts = try Self.counts(bytes)
    longestProbe = Int(bytes.load(at: Field.longestProbe, as: UInt32.self))
    guard longestProbe <= counts.tailSlots else {
      throw .overLimit("longestProbe", longestProbe, limit: counts.tailSlots)
    }
    layout = MapLayout(counts)
    let declared = bytes.load(at: Field.fileBytes, as: UInt64.self)
    guard declared == UInt64(layout.fileBytes), fileBytes == layout.fileBytes else {
      throw .truncated(expected: layout.fileBytes, found: fileBytes)
    }
    mapVersion = bytes.load(at: Field.mapVersion, as: UInt64.self)
    issuedAt = bytes.load(at: Field.issuedAt, as: Int64.self)
    hashSeed = bytes.load(at: Field.hashSeed, as: UInt64.self)
    catalogChecksum = bytes.load(at: Field.catalogChecksum, as: UInt64.self)
    tenantsChecksum = bytes.load(at: Field.tenantsChecksum, as: UInt64.self)
  }

  private static func counts(_ bytes: borrowing MapBytes) throws(MapDamage) -> MapCounts {
    typealias Field = MapFormat.Header
    var counts = MapCounts()
    counts.regions = Int(bytes.load(at: Field.regions, as: UInt32.self))
    counts.zones = Int(bytes.load(at: Field.zones, as: UInt32.self))
    counts.instances = Int(bytes.load(at: Field.instances, as: UInt32.self))
    counts.shards = Int(bytes.load(at: Field.shards, as: UInt32.self))
    counts.replicas = Int(bytes.load(at: Field.replicas, as: UInt32.self))
    counts.policies = Int(bytes.load(at: Field.policies, as: UInt32.self))
    counts.pools = Int(bytes.load(at: Field.pools, as: UInt32.self))
    counts.tenants = Int(bytes.load(at: Field.tenants, as: UInt32.self))
    counts.homes = Int(bytes.load(at: Field.homes, as: UInt32.self))
    counts.catalogStringBytes = Int(bytes.load(at: Field.catalogStringBytes, as: UInt32.self))
    counts.tenantStringBytes = Int(
      clamping: bytes.load(at: Field.tenantStringBytes, as: UInt64.self))
    counts.usedTenantStringBytes = Int(
      clamping: bytes.load(at: Field.usedTenantStringBytes, as: UInt64.self))
    counts.tailSlots = Int(bytes.load(at: Field.tailSlots, as: UInt32.self))
    counts.poolRouters = Int(bytes.load(at: Field.poolRouters, as: UInt32.self))
    counts.poolAddresses = Int(bytes.load(at: Field.poolAddresses, as: UInt32.self))
    if let over = counts.overLimit {
      throw .overLimit(over.name, over.value, limit: over.limit)
    }
    return counts
  }

  /// The header's bytes as they stand in a file.
  func encoded() -> [UInt8] {
    var out = ByteWriter()
    out.append(MapFormat.magic)
    out.append(formatVersion)
    out.append(UInt32(longestProbe))
    out.append(UInt64(layout.fileBytes))
    out.append(mapVersion)
    out.append(issuedAt)
    out.append(hashSeed)
    for count in [
      counts.regions, counts.zones, counts.instances, counts.shards, counts.replicas,
      counts.policies, counts.pools, counts.catalogStringBytes, counts.homes, counts.tenants,
    ] {
      out.append(UInt32(count))
    }
    out.append(UInt64(counts.tenantStringBytes))
    out.append(catalogChecksum)
    out.append(tenantsChecksum)
    out.append(root.bytes)
    out.append(UInt32(counts.tailSlots))
    out.append(UInt32(0))
    out.append(UInt64(counts.usedTenantStringBytes))
    out.append(UInt32(counts.poolRouters))
    out.append(UInt32(counts.poolAddresses))
    out.pad(to: MapFormat.Header.checksum)
    out.append(Checksum.of(out.bytes))
    return out.bytes
  }
}
