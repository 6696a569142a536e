internal import MapDocument
internal import ShardMap

// The fields in the order of their names; what is newer than the format only where it says something.

extension Policy {
  /// Writes the fields of the policy's record.
  func write(_ json: inout JSONWriter) {
    json.field("boundedFallback", boundedFallback.name)
    if degradation != .standard { degradation.write(&json) }
    if envelope != .unlimited { envelope.write(&json) }
    freshness.write(&json)
    hotTenant?.write(&json)
    json.field("id", id)
    json.field("kind", ResourceKind.policy.rawValue)
    if let label { json.field("label", label) }
    if let pooling { json.field("pooling", pooling.name) }
    if primaryReadBudgetPercent != Policy.standardReadBudgetPercent {
      json.field("primaryReadBudgetPercent", primaryReadBudgetPercent)
    }
    if let readTier { json.field("readTier", readTier.name) }
    json.field("tier", tier.name)
  }
}

extension FreshnessRules {
  fileprivate func write(_ json: inout JSONWriter) {
    json.name("freshness")
    json.beginObject()
    Self.write("envelope", self[.envelope], &json)
    Self.write("permissions", self[.permissions], &json)
    Self.write("routing", self[.routing], &json)
    json.endObject()
  }

  private static func write(
    _ name: StaticString, _ bound: FreshnessBound, _ json: inout JSONWriter
  ) {
    json.name(name)
    json.beginObject()
    json.field("maxStale", Age.text(of: bound))
    json.age("ttl", bound.ttlMilliseconds)
    json.endObject()
  }
}

extension DegradationRules {
  fileprivate func write(_ json: inout JSONWriter) {
    let standard = DegradationRules.standard
    json.name("degradation")
    json.beginObject()
    if deepest != standard.deepest { json.field("deepest", deepest.name) }
    json.age(
      "relaxedBound", relaxedBoundMilliseconds, unless: standard.relaxedBoundMilliseconds)
    json.endObject()
  }
}

extension Envelope {
  fileprivate func write(_ json: inout JSONWriter) {
    let standard = Envelope.unlimited
    json.name("envelope")
    json.beginObject()
    if transactionBurst != standard.transactionBurst { json.field("burst", transactionBurst) }
    json.number("bytesInPerSecond", bytesInPerSecond)
    json.number("bytesOutPerSecond", bytesOutPerSecond)
    json.number("clientConnections", clientConnections)
    json.number("connectionAttemptsPerSecond", connectionAttemptsPerSecond)
    json.age("maxDelay", maxDelayMilliseconds, unless: standard.maxDelayMilliseconds)
    if priority != standard.priority { json.field("priority", priority.name) }
    json.number("serverConnections", serverConnections)
    json.number("transactionsPerSecond", transactionsPerSecond)
    if weight != standard.weight { json.field("weight", weight) }
    json.endObject()
  }
}

extension HotTenantTerms {
  fileprivate func write(_ json: inout JSONWriter) {
    let standard = HotTenantRules()
    json.name("hotTenant")
    json.beginObject()
    json.age("coolDown", rules.coolDownMilliseconds, unless: standard.coolDownMilliseconds)
    if let p95 = rules.p95Milliseconds { json.age("p95", p95) }
    if let quarantinePool { json.field("quarantinePool", quarantinePool) }
    if rules.requestsMove != standard.requestsMove {
      json.field("requestsMove", rules.requestsMove)
    }
    json.number("shardTimePercent", rules.shardTimePercent)
    json.age("sustained", rules.sustainedMilliseconds, unless: standard.sustainedMilliseconds)
    if rules.tightenPercent != standard.tightenPercent {
      json.field("tightenPercent", rules.tightenPercent)
    }
    json.endObject()
  }
}

extension JSONWriter {
  /// A field for a number that is there.
  fileprivate mutating func number(_ name: StaticString, _ value: (some FixedWidthInteger)?) {
    if let value { field(name, value) }
  }

  /// A field for an age that isn't the one that nobody need write.
  fileprivate mutating func age(
    _ name: StaticString, _ milliseconds: UInt32, unless standard: UInt32? = nil
  ) {
    if milliseconds != standard { field(name, Age.text(milliseconds: milliseconds)) }
  }
}
