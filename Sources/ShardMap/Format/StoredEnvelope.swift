// The parts of a policy's record that have a type of their own, written and read.

extension ByteWriter {
  /// Appends an envelope as a policy's record has it.
  mutating func append(_ envelope: Envelope) {
    append(envelope.transactionsPerSecond ?? 0)
    append(envelope.transactionBurst)
    append(envelope.clientConnections ?? 0)
    append(envelope.connectionAttemptsPerSecond ?? 0)
    append(envelope.serverConnections ?? 0)
    append(envelope.maxDelayMilliseconds)
    append(envelope.bytesInPerSecond ?? 0)
    append(envelope.bytesOutPerSecond ?? 0)
    append(envelope.weight)
    append(envelope.priority.rawValue)
  }

  /// Appends rules for hot tenants as a policy's record has them.
  mutating func append(_ rules: HotTenantRules?) {
    typealias Field = MapFormat.HotTenant
    guard let rules else { return append(repeatElement(0, count: Field.byteCount)) }
    append(
      Field.present | (rules.requestsMove ? Field.requestsMove : 0)
        | (rules.quarantinePool == nil ? 0 : Field.quarantines))
    append(rules.shardTimePercent ?? 0)
    append(rules.tightenPercent)
    append(UInt8(0))
    append(rules.p95Milliseconds ?? 0)
    append(rules.sustainedMilliseconds)
    append(rules.coolDownMilliseconds)
    append(rules.quarantinePool?.rawValue ?? 0)
  }
}

extension MapBytes {
  /// The envelope of a policy's record, or nil when its priority is none.
  func envelope(ofPolicyAt record: Int) -> Envelope? {
    typealias Field = MapFormat.Envelope
    let start = record + MapFormat.Policy.envelope
    guard let priority = WorkPriority(rawValue: load(at: start + Field.priority, as: UInt8.self))
    else { return nil }
    return Envelope(
      transactionsPerSecond: limit(at: start + Field.transactionsPerSecond),
      transactionBurst: load(at: start + Field.burst, as: UInt32.self),
      clientConnections: limit(at: start + Field.clientConnections),
      connectionAttemptsPerSecond: limit(at: start + Field.connectionAttemptsPerSecond),
      serverConnections: limit(at: start + Field.serverConnections),
      bytesInPerSecond: limit(at: start + Field.bytesIn),
      bytesOutPerSecond: limit(at: start + Field.bytesOut),
      maxDelayMilliseconds: load(at: start + Field.maxDelay, as: UInt32.self),
      weight: load(at: start + Field.weight, as: UInt16.self), priority: priority)
  }

  /// How far a policy's record lets service be degraded, or nil when it names no mode.
  func degradation(ofPolicyAt record: Int) -> DegradationRules? {
    let deepest = load(at: record + MapFormat.Policy.deepest, as: UInt8.self)
    return ServiceMode(rawValue: deepest).map {
      DegradationRules(
        deepest: $0,
        relaxedBoundMilliseconds: load(
          at: record + MapFormat.Policy.relaxedBound, as: UInt32.self))
    }
  }

  /// The rules for hot tenants of a policy's record; nil for none.
  func hotTenant(ofPolicyAt record: Int) -> HotTenantRules? {
    typealias Field = MapFormat.HotTenant
    let start = record + MapFormat.Policy.hotTenant
    let flags = load(at: start + Field.flags, as: UInt8.self)
    guard flags & Field.present != 0 else { return nil }
    return HotTenantRules(
      shardTimePercent: limit(at: start + Field.shardTimePercent),
      p95Milliseconds: limit(at: start + Field.p95),
      sustainedMilliseconds: load(at: start + Field.sustained, as: UInt32.self),
      coolDownMilliseconds: load(at: start + Field.coolDown, as: UInt32.self),
      tightenPercent: load(at: start + Field.tightenPercent, as: UInt8.self),
      quarantinePool: flags & Field.quarantines == 0
        ? nil : PoolIndex(load(at: start + Field.quarantinePool, as: UInt16.self)),
      requestsMove: flags & Field.requestsMove != 0)
  }

  private func limit<Value: FixedWidthInteger & BitwiseCopyable>(at offset: Int) -> Value? {
    let value = load(at: offset, as: Value.self)
    return value == 0 ? nil : value
  }
}
