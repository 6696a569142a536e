/// A map's tenants with changes on top: a block is copied when it is first written to.
///
/// A block is compared with its checksum before it is changed, so that damage never gets a checksum
/// that says it is sound.
struct PatchedBytes {
  private let bytes: MapBytes
  private let layout: MapLayout
  private let checksums: Range<Int>
  private(set) var blocks: [Int: [UInt8]] = [:]

  init(_ map: CompiledMap) throws(MapPatchError) {
    bytes = map.bytes
    layout = map.header.layout
    checksums = layout[.tenantChecksums]
    guard bytes.hash(checksums, seed: 0) == map.header.tenantsChecksum else {
      throw .needsRecompile(.damaged(.checksum(.tenants)))
    }
  }

  /// The byte at an offset of the file.
  func byte(at offset: Int) -> UInt8 {
    let (block, place) = place(of: offset)
    return blocks[block]?[place] ?? bytes.load(at: offset, as: UInt8.self)
  }

  /// The record that stands at an offset of the file.
  func record(at offset: Int) -> TenantImage {
    let (block, place) = place(of: offset)
    if let changed = blocks[block] {
      return TenantImage(
        changed.span.bytes.extracting(place..<place + MapFormat.Tenant.byteCount))
    }
    let slice = bytes.slice(offset..<offset + MapFormat.Tenant.byteCount)
    return TenantImage(RawSpan(_unsafeBytes: slice))
  }

  /// The bytes of a range of the file.
  func bytes(_ range: Range<Int>) -> [UInt8] {
    var found: [UInt8] = []
    var rest = range
    while !rest.isEmpty {
      let (block, place) = place(of: rest.lowerBound)
      let count = min(rest.count, MapFormat.blockBytes - place)
      if let changed = blocks[block] {
        found += changed[place..<place + count]
      } else {
        found += bytes.slice(rest.lowerBound..<rest.lowerBound + count)
      }
      rest = rest.dropFirst(count)
    }
    return found
  }

  mutating func write(_ byte: UInt8, at offset: Int) throws(MapPatchError) {
    let (block, place) = place(of: offset)
    try change(block) { $0[place] = byte }
  }

  mutating func write(_ record: TenantImage, at offset: Int) throws(MapPatchError) {
    let (block, place) = place(of: offset)
    try change(block) { changed in
      var span = changed.mutableSpan
      var raw = span.mutableBytes
      raw.storeBytes(of: record, toByteOffset: place, as: TenantImage.self)
    }
  }

  mutating func write(_ bytes: [UInt8], at offset: Int) throws(MapPatchError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let (block, place) = place(of: offset + rest.startIndex)
      let part = rest.prefix(MapFormat.blockBytes - place)
      try change(block) { $0.replaceSubrange(place..<place + part.count, with: part) }
      rest = rest.dropFirst(part.count)
    }
  }

  private mutating func change(
    _ block: Int, _ body: (inout [UInt8]) -> Void
  ) throws(MapPatchError) {
    if blocks[block] == nil { blocks[block] = try soundBlock(block) }
    body(&blocks[block]!)
  }

  private func soundBlock(_ block: Int) throws(MapPatchError) -> [UInt8] {
    let expected = bytes.load(
      at: checksums.lowerBound + block * MapFormat.checksumBytes, as: UInt64.self)
    let content = Array(bytes.slice(layout.block(block)))
    guard Checksum.of(content) == expected else {
      throw .needsRecompile(.damaged(.checksum(.tenants)))
    }
    return content
  }

  private func place(of offset: Int) -> (block: Int, place: Int) {
    let distance = offset - layout.tenants.lowerBound
    return (distance / MapFormat.blockBytes, distance % MapFormat.blockBytes)
  }

  /// The table of checksums with those of the changed blocks in it.
  func checksumTable() -> [UInt8] {
    var table = Array(bytes.slice(checksums))
    var span = table.mutableSpan
    var raw = span.mutableBytes
    for (block, content) in blocks {
      raw.storeLittleEndian(Checksum.of(content), at: block * MapFormat.checksumBytes)
    }
    return table
  }
}
