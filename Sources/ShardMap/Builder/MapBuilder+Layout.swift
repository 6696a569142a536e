extension MapBuilder {
  /// The compiled file's bytes.
  ///
  /// - Throws: ``MapBuildError`` when two tenants have one id, or no seed keeps them near their
  ///   homes.
  public func bytes() throws(MapBuildError) -> [UInt8] {
    var body: [UInt8] = []
    let header = try layOut { (piece) throws(MapBuildError) in body.append(contentsOf: piece) }
    return header + body
  }

  /// Lays the map out. `write` gets all that stands behind the header, piece by piece in order; the
  /// header's bytes come back last, because they hold the checksums.
  func layOut(
    _ write: ([UInt8]) throws(MapBuildError) -> Void
  ) throws(MapBuildError) -> [UInt8] {
    let plan = try TenantPlan(tenants)
    var counts = counts
    counts.homes = plan.homes
    if let over = counts.overLimit {
      throw .overLimit(over.name, over.value, limit: over.limit)
    }
    let layout = MapLayout(counts, longestProbe: plan.longestProbe)
    let catalog = catalogBytes(layout)
    try write(catalog)

    let checksum = Checksum()
    try TenantWriter(tenants: tenants, plan: plan, layout: layout).run {
      (piece) throws(MapBuildError) in
      piece.withUnsafeBytes { checksum.update($0) }
      try write(piece)
    }
    return MapHeader(
      formatVersion: MapFormat.version, mapVersion: mapVersion, issuedAt: issuedAt,
      hashSeed: plan.seed, longestProbe: plan.longestProbe, counts: counts, layout: layout,
      catalogChecksum: Checksum.of(catalog), tenantsChecksum: checksum.value
    ).encoded()
  }
}

/// Writes tags, records and long names in the order of the slots.
struct TenantWriter {
  let tenants: TenantStage
  let plan: TenantPlan
  let layout: MapLayout

  /// What is handed on at a time, so that a map of ten million tenants isn't built twice in memory.
  private static let pieceBytes = 1 << 20

  typealias Sink = ([UInt8]) throws(MapBuildError) -> Void

  func run(_ write: Sink) throws(MapBuildError) {
    try write(tags())
    try writeRecords(write)
    try write(outsideNames())
  }

  private func tags() -> [UInt8] {
    var tags = [UInt8](repeating: 0, count: layout[.tenants].lowerBound - layout[.tags].lowerBound)
    for entry in plan.entries { tags[Int(entry.slot)] = entry.hash.tag }
    return tags
  }

  private func writeRecords(_ write: Sink) throws(MapBuildError) {
    typealias Field = MapFormat.Tenant
    var piece: [UInt8] = []
    piece.reserveCapacity(Self.pieceBytes + Field.byteCount)
    var slot = 0
    var outsideStart = 0
    for entry in plan.entries {
      while slot < entry.slot {
        piece.append(contentsOf: repeatElement(0, count: Field.byteCount))
        slot += 1
      }
      let start = Int(entry.row) * Field.byteCount
      let here = piece.count
      piece.append(contentsOf: tenants.records[start..<start + Field.byteCount])
      if let names = tenants.outsideNames(of: Int(entry.row)) {
        for byte in 0..<4 {
          piece[here + Field.stringOffset + byte] = UInt8(
            truncatingIfNeeded: outsideStart >> (8 * byte))
        }
        outsideStart += names.count
      }
      slot += 1
      if piece.count >= Self.pieceBytes {
        try write(piece)
        piece.removeAll(keepingCapacity: true)
      }
    }
    let rest = (layout.slots - slot) * Field.byteCount
    piece.append(contentsOf: repeatElement(0, count: rest))
    try write(piece)
  }

  private func outsideNames() -> [UInt8] {
    var names: [UInt8] = []
    names.reserveCapacity(tenants.outside.count)
    for entry in plan.entries {
      if let more = tenants.outsideNames(of: Int(entry.row)) { names.append(contentsOf: more) }
    }
    return names
  }
}
