internal import MapDocument
internal import ShardMap

// Each takes its fields in the order of their names. What isn't there is standard.

extension Policy {
  init(_ fields: inout RecordFields) throws(ExchangeError) {
    let fallback: BoundedFallback = try fields.namedIfPresent("boundedFallback") ?? .primary
    let degradation = try DegradationRules(inPolicy: &fields)
    let envelope = try Envelope(inPolicy: &fields)
    let freshness = try FreshnessRules(inPolicy: &fields)
    let hotTenant = try HotTenantTerms.read(inPolicy: &fields)
    let label = try fields.stringIfPresent("label")
    let pooling: PoolMode? = try fields.namedIfPresent("pooling")
    let budget = try fields.unsignedIfPresent("primaryReadBudgetPercent")
    let readTier = try fields.tierIfPresent("readTier")
    self.init(
      id: fields.key.id, tier: try fields.tier("tier"), readTier: readTier, pooling: pooling,
      freshness: freshness, boundedFallback: fallback,
      primaryReadBudgetPercent: budget.map { Int(clamping: $0) }
        ?? Policy.standardReadBudgetPercent,
      envelope: envelope, degradation: degradation, hotTenant: hotTenant, label: label)
  }
}

extension FreshnessRules {
  /// A policy may leave its freshness out, or a class, or a part of its bound.
  fileprivate init(inPolicy record: inout RecordFields) throws(ExchangeError) {
    self = .standard
    guard var classes = try record.objectIfPresent("freshness") else { return }
    for dataClass in [FreshnessClass.envelope, .permissions, .routing] {
      guard var bound = try classes.objectIfPresent(dataClass.name) else { continue }
      if let text = try bound.stringIfPresent("maxStale") {
        self[dataClass].maxStaleMilliseconds =
          text == Age.never ? FreshnessBound.never : try bound.age(text, "maxStale")
      }
      if let ttl = try bound.ageIfPresent("ttl") { self[dataClass].ttlMilliseconds = ttl }
    }
  }
}

extension DegradationRules {
  fileprivate init(inPolicy record: inout RecordFields) throws(ExchangeError) {
    self = .standard
    guard var fields = try record.objectIfPresent("degradation") else { return }
    deepest = try fields.namedIfPresent("deepest") ?? deepest
    relaxedBoundMilliseconds = try fields.ageIfPresent("relaxedBound") ?? relaxedBoundMilliseconds
  }
}

extension Envelope {
  fileprivate init(inPolicy record: inout RecordFields) throws(ExchangeError) {
    self = .unlimited
    guard var fields = try record.objectIfPresent("envelope") else { return }
    transactionBurst = try fields.numberIfPresent("burst") ?? transactionBurst
    bytesInPerSecond = try fields.numberIfPresent("bytesInPerSecond")
    bytesOutPerSecond = try fields.numberIfPresent("bytesOutPerSecond")
    clientConnections = try fields.numberIfPresent("clientConnections")
    connectionAttemptsPerSecond = try fields.numberIfPresent("connectionAttemptsPerSecond")
    maxDelayMilliseconds = try fields.ageIfPresent("maxDelay") ?? maxDelayMilliseconds
    priority = try fields.namedIfPresent("priority") ?? priority
    serverConnections = try fields.numberIfPresent("serverConnections")
    transactionsPerSecond = try fields.numberIfPresent("transactionsPerSecond")
    weight = try fields.numberIfPresent("weight") ?? weight
  }
}

extension HotTenantTerms {
  fileprivate static func read(
    inPolicy record: inout RecordFields
  ) throws(ExchangeError) -> HotTenantTerms? {
    guard var fields = try record.objectIfPresent("hotTenant") else { return nil }
    var rules = HotTenantRules()
    rules.coolDownMilliseconds = try fields.ageIfPresent("coolDown") ?? rules.coolDownMilliseconds
    rules.p95Milliseconds = try fields.ageIfPresent("p95")
    let pool = try fields.stringIfPresent("quarantinePool")
    rules.requestsMove = try fields.boolIfPresent("requestsMove") ?? rules.requestsMove
    rules.shardTimePercent = try fields.numberIfPresent("shardTimePercent")
    rules.sustainedMilliseconds =
      try fields.ageIfPresent("sustained") ?? rules.sustainedMilliseconds
    rules.tightenPercent = try fields.numberIfPresent("tightenPercent") ?? rules.tightenPercent
    return HotTenantTerms(rules, quarantinePool: pool)
  }
}
