extension CompiledMap {
  /// The tenant with this id, or nil.
  ///
  /// - Complexity: one cache line of tags, one of the record; a second record in one of a hundred
  ///   look-ups. Allocates nothing. At most ``MapLimits/longestProbe`` tags are read, whatever the
  ///   id.
  public func tenant(id: RawSpan) -> TenantIndex? {
    let homes = header.counts.homes
    guard homes > 0, id.byteCount > 0, id.byteCount <= MapLimits.identifierBytes else { return nil }
    let hash = TenantHash(id: id, seed: header.hashSeed)
    let wanted = UInt64(hash.tag) &* ZeroBytes.ones
    let first = hash.home(of: homes)
    // Most tenants stand at their home or a line or two behind it. Asking for the record here
    // overlaps its way from memory, and that of its page's translation, with those of the tags.
    bytes.prefetch(at: sections.tenants + first * MapFormat.Tenant.byteCount)
    var slot = first
    // Eight tags a step. A tenant stands at most the longest probe behind its home, and never
    // behind an empty slot.
    while slot < sections.slotCount, slot - first <= header.longestProbe {
      let tags = bytes.load(at: sections.tags + slot, as: UInt64.self)
      let empty = ZeroBytes.mask(of: tags)
      // Only what stands before the first empty slot.
      var candidates = ZeroBytes.mask(of: tags ^ wanted) & ~empty & (empty &- 1)
      while candidates != 0 {
        let candidate = slot + candidates.trailingZeroBitCount / 8
        if isTenant(inSlot: candidate, id) { return TenantIndex(UInt32(candidate)) }
        candidates &= candidates &- 1
      }
      if empty != 0 { return nil }
      slot += 8
    }
    return nil
  }

  /// Whether a slot holds the tenant with this id, in a record that points nowhere else than into
  /// the tables.
  private func isTenant(inSlot slot: Int, _ id: RawSpan) -> Bool {
    guard slot < sections.slotCount else { return false }
    let record = sections.tenants + slot * MapFormat.Tenant.byteCount
    guard
      Int(bytes.load(at: record + MapFormat.Tenant.idCount, as: UInt8.self)) == id.byteCount,
      let names = tenantNames(at: record), bytes.matches(id, at: names.id.offset)
    else { return false }
    return referencesExist(at: record)
  }

  /// Tables are checked when a map is opened; tenants are too many, so each is checked when it is
  /// used.
  private func referencesExist(at record: Int) -> Bool {
    typealias Field = MapFormat.Tenant
    return bytes.load(at: record + Field.shard, as: UInt32.self) < header.counts.shards
      && bytes.load(at: record + Field.policy, as: UInt16.self) < header.counts.policies
      && bytes.load(at: record + Field.pool, as: UInt16.self) < header.counts.pools
  }

  /// Where the names of a record are, or nil when it is damaged and they aren't inside the file.
  func tenantNames(at record: Int) -> (id: StringReference, database: StringReference)? {
    typealias Field = MapFormat.Tenant
    let idCount = bytes.load(at: record + Field.idCount, as: UInt8.self)
    let databaseCount = bytes.load(at: record + Field.databaseCount, as: UInt8.self)
    let both = Int(idCount) + Int(databaseCount)
    let start: Int
    if bytes.load(at: record + Field.flags, as: UInt8.self) & Field.stringsOutside == 0 {
      guard both <= Field.inlineStringBytes else { return nil }
      start = record + Field.strings
    } else {
      start =
        sections.tenantStrings.lowerBound
        + Int(bytes.load(at: record + Field.stringOffset, as: UInt32.self))
      guard start + both <= sections.tenantStrings.upperBound else { return nil }
    }
    let id = StringReference(offset: start, count: idCount)
    guard databaseCount > 0 else { return (id, id) }
    return (id, StringReference(offset: start + Int(idCount), count: databaseCount))
  }

  /// The record of a tenant.
  ///
  /// - Precondition: the index came from this map.
  /// - Complexity: reads the line that the look-up has just read.
  public func tenant(_ index: TenantIndex) -> TenantRecord {
    typealias Field = MapFormat.Tenant
    let slot = Int(index.rawValue)
    precondition(slot < sections.slotCount, "a tenant index of another map")
    let record = sections.tenants + slot * Field.byteCount
    let nothing = StringReference(offset: 0, count: 0)
    let names = tenantNames(at: record) ?? (nothing, nothing)
    let flags = bytes.load(at: record + Field.flags, as: UInt8.self)
    return TenantRecord(
      id: names.id, database: names.database,
      shard: ShardIndex(bytes.load(at: record + Field.shard, as: UInt32.self)),
      policy: PolicyIndex(bytes.load(at: record + Field.policy, as: UInt16.self)),
      pool: PoolIndex(bytes.load(at: record + Field.pool, as: UInt16.self)),
      generation: bytes.load(at: record + Field.generation, as: UInt64.self),
      state: flags & Field.suspended == 0 ? .active : .suspended,
      mode: mode(at: record, flags))
  }

  /// What of a tenant's record a route needs: all but its names and its pool.
  ///
  /// - Precondition: the index came from this map.
  /// - Complexity: half of what ``tenant(_:)`` takes.
  public func placement(of index: TenantIndex) -> TenantPlacement {
    typealias Field = MapFormat.Tenant
    let slot = Int(index.rawValue)
    precondition(slot < sections.slotCount, "a tenant index of another map")
    let record = sections.tenants + slot * Field.byteCount
    let flags = bytes.load(at: record + Field.flags, as: UInt8.self)
    return TenantPlacement(
      shard: ShardIndex(bytes.load(at: record + Field.shard, as: UInt32.self)),
      policy: PolicyIndex(bytes.load(at: record + Field.policy, as: UInt16.self)),
      generation: bytes.load(at: record + Field.generation, as: UInt64.self),
      state: flags & Field.suspended == 0 ? .active : .suspended,
      mode: mode(at: record, flags))
  }

  /// The end is read only where there is a mode to end.
  private func mode(at record: Int, _ flags: UInt8) -> TimedMode {
    typealias Field = MapFormat.Tenant
    guard flags & Field.modeMask != 0 else { return .normal }
    return TenantImage.mode(
      flags: flags, endSeconds: bytes.load(at: record + Field.modeEnd, as: UInt32.self))
  }

  /// Every tenant in the order of the file, which is no order that means anything.
  ///
  /// - Complexity: reads the whole tenant table; for tools.
  public var tenants: some Sequence<TenantIndex> {
    (0..<sections.slotCount).lazy.compactMap { self.tenant(inSlot: $0) }
  }

  private func tenant(inSlot slot: Int) -> TenantIndex? {
    let record = sections.tenants + slot * MapFormat.Tenant.byteCount
    guard bytes.load(at: sections.tags + slot, as: UInt8.self) != 0,
      tenantNames(at: record) != nil, referencesExist(at: record)
    else { return nil }
    return TenantIndex(UInt32(slot))
  }
}

/// Zero bytes of a word, all eight in a few instructions.
enum ZeroBytes {
  static let ones: UInt64 = 0x0101_0101_0101_0101
  private static let low: UInt64 = 0x7f7f_7f7f_7f7f_7f7f

  /// The highest bit of each byte that is zero, and no other bit.
  static func mask(of word: UInt64) -> UInt64 {
    ~(((word & low) &+ low) | word | low)
  }
}
