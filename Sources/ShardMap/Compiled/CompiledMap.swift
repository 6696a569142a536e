/// A compiled shard map, mapped into memory and shared by whoever looks tenants up.
///
/// It is immutable, so any number of threads use it without a lock. Indices are valid for the map
/// that gave them; using one with another map gives a wrong record or traps, and never reads
/// outside the file.
public final class CompiledMap: Sendable {
  /// The first bytes of every compiled file.
  public static let magic: [UInt8] = withUnsafeBytes(of: MapFormat.magic.littleEndian) { Array($0) }

  /// What the map says about itself.
  public let header: MapHeader

  let file: MappedFile
  let bytes: MapBytes
  let sections: SectionStarts

  /// Maps a file and checks all of it but the tenants: header, sizes, checksum and references of
  /// the catalog.
  ///
  /// What it reads is the catalog only, so it takes milliseconds for ten million tenants.
  /// ``verify()`` checks the rest; a look-up in a file that was not verified may find nothing or,
  /// if a record is damaged, a wrong shard of the same map, but never reads outside the file.
  ///
  /// - Throws: ``MapFileError`` when the file can't be mapped or isn't a sound map.
  public static func open(path: String) throws(MapFileError) -> CompiledMap {
    try CompiledMap(file: MappedFile(path: path))
  }

  private init(file: MappedFile) throws(MapFileError) {
    let bytes = file.bytes
    let header: MapHeader
    do throws(MapDamage) {
      header = try MapHeader(bytes, fileBytes: bytes.count)
      guard bytes.hash(header.layout.catalog, seed: 0) == header.catalogChecksum else {
        throw .checksum(.catalog)
      }
      try CatalogCheck(bytes: bytes, header: header).run()
    } catch {
      throw .damaged(path: file.path, error)
    }
    self.file = file
    self.bytes = bytes
    self.header = header
    sections = SectionStarts(header.layout)
  }

  /// Checks the whole file against its checksums, reading it piece by piece beside the mapping.
  ///
  /// A file that was patched is read as wholly as any other: that its predecessor was sound says
  /// nothing about the bytes that were copied.
  ///
  /// - Complexity: reads every byte once, about a second for each four gigabytes in the page cache.
  /// - Throws: ``MapFileError`` naming the part that is damaged.
  public func verify() throws(MapFileError) {
    let layout = header.layout
    guard try file.checksum(layout.catalog) == header.catalogChecksum else {
      throw .damaged(path: file.path, .checksum(.catalog))
    }
    let table = try file.read(layout[.tenantChecksums])
    guard Checksum.of(table) == header.tenantsChecksum else {
      throw .damaged(path: file.path, .checksum(.tenants))
    }
    let expected = table.span.bytes
    var block = 0
    try file.readPieces(of: layout.tenants, bytes: MapFormat.blockBytes) { piece in
      defer { block += 1 }
      return Checksum.of(piece)
        == expected.loadLittleEndian(at: block * MapFormat.checksumBytes, as: UInt64.self)
    }
  }

  /// Whether everything but the tenants is as in another map, at the same places: an index of the
  /// one then means the same in the other. A patch leaves it so.
  ///
  /// - Complexity: compares the bytes of the catalogs, about ten microseconds for a thousand shards.
  public func hasSameCatalog(as other: CompiledMap) -> Bool {
    let (range, otherRange) = (header.layout.catalog, other.header.layout.catalog)
    guard header.counts.hasSameCatalog(as: other.header.counts), range == otherRange,
      header.catalogChecksum == other.header.catalogChecksum
    else { return false }
    return bytes.isEqual(to: other.bytes, in: range)
  }

  /// The path that the map was opened by.
  public var path: String { file.path }
}

/// Starts of the tables, unpacked once so that a look-up computes nothing.
struct SectionStarts: Sendable {
  let regions: Int
  let zones: Int
  let instances: Int
  let shards: Int
  let replicas: Int
  let policies: Int
  let pools: Int
  let poolRouters: Int
  let poolAddresses: Int
  let catalogStrings: Int
  let tags: Int
  let tenants: Int
  let tenantStrings: Range<Int>
  let slotCount: Int

  init(_ layout: MapLayout) {
    regions = layout[.regions].lowerBound
    zones = layout[.zones].lowerBound
    instances = layout[.instances].lowerBound
    shards = layout[.shards].lowerBound
    replicas = layout[.replicas].lowerBound
    policies = layout[.policies].lowerBound
    pools = layout[.pools].lowerBound
    poolRouters = layout[.poolRouters].lowerBound
    poolAddresses = layout[.poolAddresses].lowerBound
    catalogStrings = layout[.catalogStrings].lowerBound
    tags = layout[.tags].lowerBound
    tenants = layout[.tenants].lowerBound
    tenantStrings = layout[.tenantStrings]
    slotCount = layout.slots
  }
}
