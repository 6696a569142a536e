/// Tenants as they come, in records that are final but for the place of names that don't fit.
struct TenantStage: Sendable {
  private(set) var records: [TenantImage] = []
  /// Names that don't fit their records; a record says where its own begin.
  private(set) var outside: [UInt8] = []
  /// Wraps around; it depends on which ids there are, and not on their order.
  private(set) var idSum: UInt64 = 0

  var count: Int { records.count }

  mutating func reserve(_ count: Int) {
    records.reserveCapacity(count)
  }

  mutating func add(_ record: TenantImage, id: String, database: String?) {
    var record = record
    if record.namesAreOutside {
      record.stringOffset = outside.count
      outside.append(contentsOf: id.utf8)
      if let database { outside.append(contentsOf: database.utf8) }
    }
    records.append(record)
    idSum &+= TenantHash(id: id.utf8Span.span.bytes, seed: 0).value
  }

  /// The hash of a tenant's id.
  func hash(of row: Int, seed: UInt64) -> TenantHash {
    let record = records[row]
    guard record.namesAreOutside else {
      let start = MapFormat.Tenant.strings
      return TenantHash(
        id: record.bytes.span.bytes.extracting(start..<start + record.idCount), seed: seed)
    }
    let start = record.stringOffset
    return TenantHash(
      id: outside.span.bytes.extracting(start..<start + record.idCount), seed: seed)
  }

  /// The bytes of a tenant's id.
  func id(of row: Int) -> [UInt8] {
    let record = records[row]
    if record.namesAreOutside {
      return Array(outside[record.stringOffset..<record.stringOffset + record.idCount])
    }
    return record.inlineID
  }

  /// The names that lie outside a tenant's record, or nil.
  func outsideNames(of row: Int) -> ArraySlice<UInt8>? {
    let record = records[row]
    guard record.namesAreOutside else { return nil }
    return outside[record.stringOffset..<record.stringOffset + record.nameCount]
  }
}
