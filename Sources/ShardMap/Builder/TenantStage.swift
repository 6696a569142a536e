/// Tenants as they come, in records that are final but for the place of names that don't fit.
struct TenantStage: Sendable {
  /// One record behind the other, ``MapFormat/Tenant/byteCount`` each.
  private(set) var records: [UInt8] = []
  /// Names that don't fit their records; a record says where its own begin.
  private(set) var outside: [UInt8] = []
  /// Wraps around; it depends on which ids there are, and not on their order.
  private(set) var idSum: UInt64 = 0

  var count: Int { records.count / MapFormat.Tenant.byteCount }

  mutating func add(
    id: String, database: String?, shard: ShardIndex, policy: PolicyIndex, pool: PoolIndex,
    generation: UInt64, state: TenantState
  ) {
    typealias Field = MapFormat.Tenant
    let end = records.count + Field.byteCount
    let idCount = id.utf8.count
    let databaseCount = database?.utf8.count ?? 0
    let fits = idCount + databaseCount <= Field.inlineStringBytes
    records.appendLittleEndian(generation)
    records.appendLittleEndian(shard.rawValue)
    records.appendLittleEndian(policy.rawValue)
    records.appendLittleEndian(pool.rawValue)
    records.appendLittleEndian(fits ? 0 : UInt32(outside.count))
    records.append(UInt8(idCount))
    records.append(UInt8(databaseCount))
    records.append(
      (state == .suspended ? Field.suspended : 0) | (fits ? 0 : Field.stringsOutside))
    if fits {
      records.append(contentsOf: id.utf8)
      if let database { records.append(contentsOf: database.utf8) }
    } else {
      outside.append(contentsOf: id.utf8)
      if let database { outside.append(contentsOf: database.utf8) }
    }
    records.append(contentsOf: repeatElement(0, count: end - records.count))
    idSum &+= TenantHash(id: id.utf8Span.span.bytes, seed: 0).value
  }

  /// The hash of a tenant's id.
  func hash(of row: Int, seed: UInt64) -> TenantHash {
    let names = strings(of: row)
    return TenantHash(id: names.bytes.span.bytes.extracting(names.id), seed: seed)
  }

  /// The bytes of a tenant's id.
  func id(of row: Int) -> ArraySlice<UInt8> {
    let names = strings(of: row)
    return names.bytes[names.id]
  }

  /// The names that lie outside a tenant's record, or nil.
  func outsideNames(of row: Int) -> ArraySlice<UInt8>? {
    let start = row * MapFormat.Tenant.byteCount
    guard records[start + MapFormat.Tenant.flags] & MapFormat.Tenant.stringsOutside != 0 else {
      return nil
    }
    let id = strings(of: row).id
    return outside[
      id.lowerBound..<id.upperBound + Int(records[start + MapFormat.Tenant.databaseCount])]
  }

  /// Where a tenant's id lies: in its record, or in the bytes outside.
  private func strings(of row: Int) -> (bytes: [UInt8], id: Range<Int>) {
    typealias Field = MapFormat.Tenant
    let start = row * Field.byteCount
    let count = Int(records[start + Field.idCount])
    guard records[start + Field.flags] & Field.stringsOutside != 0 else {
      return (records, start + Field.strings..<start + Field.strings + count)
    }
    var offset = 0
    for byte in 0..<4 {
      offset |= Int(records[start + Field.stringOffset + byte]) << (8 * byte)
    }
    return (outside, offset..<offset + count)
  }
}
