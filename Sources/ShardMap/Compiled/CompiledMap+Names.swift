extension CompiledMap {
  /// The bytes of a string, in place: no copy.
  ///
  /// - Precondition: the reference came from this map.
  @_lifetime(borrow self)
  public func string(_ reference: StringReference) -> RawSpan {
    let slice = bytes.slice(reference.offset..<reference.offset + reference.count)
    // The mapping lives as long as this map does: see `MappedFile`.
    return _overrideLifetime(RawSpan(_unsafeBytes: slice), borrowing: self)
  }

  /// A string copied out, for messages and tools. Bytes that aren't UTF-8 are replaced.
  public func text(_ reference: StringReference) -> String {
    let slice = bytes.slice(reference.offset..<reference.offset + reference.count)
    return String(decoding: slice, as: UTF8.self)
  }

  /// The shard with this id, or nil. Linear: for start-up and tools.
  public func shard(id: RawSpan) -> ShardIndex? {
    first(of: counts.shards, named: id) { shard(ShardIndex($0)).id }
  }

  /// The instance with this id, or nil. Linear: for start-up and tools.
  public func instance(id: RawSpan) -> InstanceIndex? {
    first(of: counts.instances, named: id) { instance(InstanceIndex($0)).id }
  }

  /// The zone with this id, or nil. Linear: for start-up and tools.
  public func zone(id: RawSpan) -> ZoneIndex? {
    first(of: counts.zones, named: id) { zone(ZoneIndex($0)).id }
  }

  /// The region with this id, or nil. Linear: for start-up and tools.
  public func region(id: RawSpan) -> RegionIndex? {
    first(of: counts.regions, named: id) { region(RegionIndex($0)).id }
  }

  /// The policy with this id, or nil. Linear: for start-up and tools.
  public func policy(id: RawSpan) -> PolicyIndex? {
    first(of: counts.policies, named: id) { policy(PolicyIndex($0)).id }
  }

  /// The pool with this id, or nil. Linear: for start-up and tools.
  public func pool(id: RawSpan) -> PoolIndex? {
    first(of: counts.pools, named: id) { pool(PoolIndex($0)).id }
  }

  /// The tenant with this id, or nil; for text at hand.
  public func tenant(id: String) -> TenantIndex? {
    tenant(id: id.utf8Span.span.bytes)
  }

  /// The shard with this id, or nil; for text at hand.
  public func shard(id: String) -> ShardIndex? {
    shard(id: id.utf8Span.span.bytes)
  }

  /// The instance with this id, or nil; for text at hand.
  public func instance(id: String) -> InstanceIndex? {
    instance(id: id.utf8Span.span.bytes)
  }

  /// The zone with this id, or nil; for text at hand.
  public func zone(id: String) -> ZoneIndex? {
    zone(id: id.utf8Span.span.bytes)
  }

  /// The region with this id, or nil; for text at hand.
  public func region(id: String) -> RegionIndex? {
    region(id: id.utf8Span.span.bytes)
  }

  /// The policy with this id, or nil; for text at hand.
  public func policy(id: String) -> PolicyIndex? {
    policy(id: id.utf8Span.span.bytes)
  }

  /// The pool with this id, or nil; for text at hand.
  public func pool(id: String) -> PoolIndex? {
    pool(id: id.utf8Span.span.bytes)
  }

  private func first<Index: MapIndex>(
    of count: Int, named id: RawSpan, _ name: (Index.RawValue) -> StringReference
  ) -> Index? {
    for position in 0..<count {
      let raw = Index.RawValue(truncatingIfNeeded: position)
      let reference = name(raw)
      if reference.count == id.byteCount, bytes.matches(id, at: reference.offset) {
        return Index(raw)
      }
    }
    return nil
  }
}
