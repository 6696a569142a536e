/// The tenant table of a map while a patch is applied. Nothing here touches a file.
///
/// It keeps what the compiler laid out: tenants stand in the order of their hashes, each on the
/// first slot at or behind its home that those before it leave free. So a patched table is slot for
/// slot the one that compiling with the same seed and size gives. A tenant that comes shifts those
/// behind it up to the next free slot; one that goes lets those behind it move back.
struct TenantTable {
  private typealias Field = MapFormat.Tenant

  private(set) var bytes: PatchedBytes
  private(set) var counts: MapCounts
  private(set) var longestProbe: Int
  private let seed: UInt64
  private let layout: MapLayout

  /// A table is compiled again when this many eighths of its homes are taken: from there on probes
  /// grow quickly.
  private static let fullestEighths = 7

  init(_ map: CompiledMap) throws(MapPatchError) {
    bytes = try PatchedBytes(map)
    counts = map.header.counts
    longestProbe = map.header.longestProbe
    seed = map.header.hashSeed
    layout = map.header.layout
  }

  /// Puts a record in; `names` are the id and the database behind it when they don't fit it.
  mutating func upsert(
    _ record: TenantImage, id: String, database: String?
  ) throws(MapPatchError) {
    let bytes = Array(id.utf8)
    let hash = TenantHash(id: bytes.span.bytes, seed: seed)
    switch find(bytes, hash) {
    case .slot(let slot):
      let record = try placeNames(
        of: record, id: id, database: database, before: self.record(inSlot: slot))
      try self.bytes.write(record, at: offset(of: slot))
    case .insertion(let slot):
      guard (counts.tenants + 1) * 8 <= counts.homes * Self.fullestEighths,
        counts.tenants < MapLimits.tenants
      else {
        throw .needsRecompile(.tableFull(tenants: counts.tenants + 1, homes: counts.homes))
      }
      let record = try placeNames(of: record, id: id, database: database, before: nil)
      try insert(record, hash, id: id, at: slot)
      counts.tenants += 1
    case .nowhere:
      throw .needsRecompile(.noSlot(tenant: id))
    }
  }

  /// Takes a tenant out.
  mutating func remove(id: String) throws(MapPatchError) {
    let bytes = Array(id.utf8)
    guard case .slot(let slot) = find(bytes, TenantHash(id: bytes.span.bytes, seed: seed)) else {
      throw .needsRecompile(.unknownTenant(id))
    }
    guard counts.tenants > 0 else {
      throw .needsRecompile(.damaged(.checksum(.header)))
    }
    try clearNames(of: record(inSlot: slot))
    var free = slot
    // Whoever isn't at home moves one slot towards it.
    while free + 1 < layout.slots, tag(inSlot: free + 1) != 0, home(ofSlot: free + 1) <= free {
      try write(record(inSlot: free + 1), tag: tag(inSlot: free + 1), toSlot: free)
      free += 1
    }
    try write(.empty, tag: 0, toSlot: free)
    counts.tenants -= 1
  }

  private enum Place {
    /// The tenant stands here.
    case slot(Int)
    /// It isn't there, and its order puts it here.
    case insertion(Int)
    /// It isn't there, and there is no slot left.
    case nowhere
  }

  private func find(_ id: [UInt8], _ hash: TenantHash) -> Place {
    for slot in hash.home(of: counts.homes)..<layout.slots {
      guard tag(inSlot: slot) != 0 else { return .insertion(slot) }
      let other = self.id(ofSlot: slot)
      if other == id { return .slot(slot) }
      let value = TenantHash(id: other.span.bytes, seed: seed).value
      if value > hash.value || value == hash.value && id.lexicographicallyPrecedes(other) {
        return .insertion(slot)
      }
    }
    return .nowhere
  }

  private mutating func insert(
    _ record: TenantImage, _ hash: TenantHash, id: String, at slot: Int
  ) throws(MapPatchError) {
    guard let free = (slot..<layout.slots).first(where: { tag(inSlot: $0) == 0 }) else {
      throw .needsRecompile(.noSlot(tenant: id))
    }
    var longest = max(longestProbe, slot - hash.home(of: counts.homes))
    for moved in slot..<free { longest = max(longest, moved + 1 - home(ofSlot: moved)) }
    guard longest <= counts.tailSlots else { throw .needsRecompile(.noSlot(tenant: id)) }
    longestProbe = longest
    for target in stride(from: free, to: slot, by: -1) {
      try write(self.record(inSlot: target - 1), tag: tag(inSlot: target - 1), toSlot: target)
    }
    try write(record, tag: hash.tag, toSlot: slot)
  }

  // MARK: Slots

  private func offset(of slot: Int) -> Int {
    layout[.tenants].lowerBound + slot * Field.byteCount
  }

  private func tag(inSlot slot: Int) -> UInt8 {
    bytes.byte(at: layout[.tags].lowerBound + slot)
  }

  private func record(inSlot slot: Int) -> TenantImage {
    bytes.record(at: offset(of: slot))
  }

  private func home(ofSlot slot: Int) -> Int {
    TenantHash(id: id(ofSlot: slot).span.bytes, seed: seed).home(of: counts.homes)
  }

  private mutating func write(
    _ record: TenantImage, tag: UInt8, toSlot slot: Int
  ) throws(MapPatchError) {
    try bytes.write(record, at: offset(of: slot))
    try bytes.write(tag, at: layout[.tags].lowerBound + slot)
  }

  // MARK: Names

  /// Whatever a damaged record says, only what lies inside its section is read.
  private func id(ofSlot slot: Int) -> [UInt8] {
    let record = record(inSlot: slot)
    guard record.namesAreOutside else { return record.inlineID }
    return bytes.bytes(room(from: record.stringOffset, count: record.idCount))
  }

  private func room(from start: Int, count: Int) -> Range<Int> {
    (layout[.tenantStrings].lowerBound + start..<layout[.tenantStrings].lowerBound + start + count)
      .clamped(to: layout[.tenantStrings])
  }

  /// Gives names that don't fit a record their place: that of the record before when they fit
  /// there, else behind all others.
  private mutating func placeNames(
    of record: TenantImage, id: String, database: String?, before: TenantImage?
  ) throws(MapPatchError) -> TenantImage {
    if let before { try clearNames(of: before) }
    guard record.namesAreOutside else { return record }
    var record = record
    if let before, before.namesAreOutside, before.nameCount >= record.nameCount,
      before.stringOffset + before.nameCount <= counts.usedTenantStringBytes
    {
      record.stringOffset = before.stringOffset
    } else {
      let free = counts.tenantStringBytes - counts.usedTenantStringBytes
      guard record.nameCount <= free else {
        throw .needsRecompile(.noStringRoom(needed: record.nameCount, free: free))
      }
      record.stringOffset = counts.usedTenantStringBytes
      counts.usedTenantStringBytes += record.nameCount
    }
    let names = Array(id.utf8) + Array((database ?? "").utf8)
    try bytes.write(names, at: layout[.tenantStrings].lowerBound + record.stringOffset)
    return record
  }

  /// Wipes names that are outside, and takes their room back when nothing stands behind them.
  private mutating func clearNames(of record: TenantImage) throws(MapPatchError) {
    guard record.namesAreOutside else { return }
    let range = room(from: record.stringOffset, count: record.nameCount)
    try bytes.write([UInt8](repeating: 0, count: range.count), at: range.lowerBound)
    if record.stringOffset + record.nameCount == counts.usedTenantStringBytes {
      counts.usedTenantStringBytes = record.stringOffset
    }
  }
}
