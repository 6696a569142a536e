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
    let counts = try counts(with: plan)
    let layout = MapLayout(counts)
    let catalog = catalogBytes(layout)
    try write(catalog)

    var checksums = BlockChecksums()
    try TenantWriter(tenants: tenants, plan: plan, layout: layout).run {
      (piece) throws(MapBuildError) in
      piece.withUnsafeBytes { checksums.update($0) }
      try write(piece)
    }
    let table = checksums.finish()
    try write(table)
    return MapHeader(
      formatVersion: MapFormat.version, mapVersion: mapVersion, issuedAt: issuedAt, root: root,
      hashSeed: plan.seed, longestProbe: plan.longestProbe, counts: counts, layout: layout,
      catalogChecksum: Checksum.of(catalog), tenantsChecksum: Checksum.of(table)
    ).encoded()
  }

  /// The counts of a file in which patches find room.
  private func counts(with plan: TenantPlan) throws(MapBuildError) -> MapCounts {
    var counts = counts
    counts.homes = plan.homes
    counts.tailSlots = plan.tailSlots
    counts.usedTenantStringBytes = tenants.outside.count
    counts.tenantStringBytes = min(
      tenants.outside.count + spareStringBytes, MapLimits.tenantStringBytes)
    if let over = counts.overLimit {
      throw .overLimit(over.name, over.value, limit: over.limit)
    }
    return counts
  }

  /// Room for the long names of tenants that come by patches: an eighth of what there is, and a byte
  /// a tenant, so that a fleet of short names can take some long ones.
  private var spareStringBytes: Int {
    tenants.outside.count / 8 + min(max(tenants.count, 512), 1 << 20)
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
      var record = tenants.records[Int(entry.row)]
      if record.namesAreOutside {
        record.stringOffset = outsideStart
        outsideStart += record.nameCount
      }
      withUnsafeBytes(of: record) { piece.append(contentsOf: $0) }
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

  /// The names, the room behind them, and what aligns the checksums.

  private func outsideNames() -> [UInt8] {
    var names: [UInt8] = []
    let room = layout.tenants.upperBound - layout[.tenantStrings].lowerBound
    names.reserveCapacity(room)
    for entry in plan.entries {
      if let more = tenants.outsideNames(of: Int(entry.row)) { names.append(contentsOf: more) }
    }
    names.append(contentsOf: repeatElement(0, count: room - names.count))
    return names
  }
}
