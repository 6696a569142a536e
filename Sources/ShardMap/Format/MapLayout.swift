/// Where each section of a compiled file stands: computed from the counts, by the compiler and the
/// reader alike.
public struct MapLayout: Sendable {
  /// The sections in the order of the file.
  public enum Section: Int, CaseIterable, Sendable {
    case header, regions, zones, instances, shards, replicas, policies, pools, poolRouters,
      poolAddresses
    case catalogStrings
    case tags, tenants, tenantStrings, tenantChecksums
  }

  /// Ranges of bytes in the file, one a section.
  private let ranges: InlineArray<15, Range<Int>>

  /// Slots of the tenant table: the homes and the tail.
  let slots: Int

  /// The counts must be within ``MapLimits``, so that no sum overflows.
  init(_ counts: MapCounts) {
    let slots = counts.homes == 0 ? 0 : counts.homes + counts.tailSlots
    let sizes: InlineArray<15, Int> = [
      MapFormat.Header.byteCount,
      counts.regions * MapFormat.Region.byteCount,
      counts.zones * MapFormat.Zone.byteCount,
      counts.instances * MapFormat.Instance.byteCount,
      counts.shards * MapFormat.Shard.byteCount,
      counts.replicas * MapFormat.Replica.byteCount,
      counts.policies * MapFormat.Policy.byteCount,
      counts.pools * MapFormat.Pool.byteCount,
      counts.poolRouters * MapFormat.PoolRouter.byteCount,
      counts.poolAddresses * MapFormat.PoolAddress.byteCount,
      counts.catalogStringBytes,
      slots + MapFormat.tagPadding,
      slots * MapFormat.Tenant.byteCount,
      counts.tenantStringBytes,
      0,
    ]
    var ranges = InlineArray<15, Range<Int>>(repeating: 0..<0)
    var end = 0
    for section in sizes.indices {
      let start = (end + MapFormat.alignment - 1) / MapFormat.alignment * MapFormat.alignment
      end = start + sizes[section]
      if section == Section.tenantChecksums.rawValue {
        let tenants = ranges[Section.tags.rawValue].lowerBound..<start
        end += Self.blocks(of: tenants) * MapFormat.checksumBytes
      }
      ranges[section] = start..<end
    }
    self.ranges = ranges
    self.slots = slots
  }

  /// The bytes of a section in the file.
  public subscript(section: Section) -> Range<Int> { ranges[section.rawValue] }

  /// Length of the file in bytes.
  public var fileBytes: Int { self[.tenantChecksums].upperBound }

  /// Everything small, padding included: the bytes under the catalog checksum.
  var catalog: Range<Int> { self[.header].upperBound..<self[.tags].lowerBound }

  /// Everything large, padding included: the bytes under the checksums of blocks.
  var tenants: Range<Int> { self[.tags].lowerBound..<self[.tenantChecksums].lowerBound }

  /// Blocks of the tenants, the last one shorter.
  var blockCount: Int { Self.blocks(of: tenants) }

  /// The bytes of a block in the file.
  func block(_ index: Int) -> Range<Int> {
    let start = tenants.lowerBound + index * MapFormat.blockBytes
    return start..<min(start + MapFormat.blockBytes, tenants.upperBound)
  }

  private static func blocks(of tenants: Range<Int>) -> Int {
    (tenants.count + MapFormat.blockBytes - 1) / MapFormat.blockBytes
  }
}
