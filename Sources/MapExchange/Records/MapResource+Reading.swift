internal import MapDocument
internal import ShardMap

extension MapResource {
  /// Reads a record's fields and passes over those it doesn't know.
  init(_ record: MapRecord) throws(ExchangeError) {
    var fields = try RecordFields(record)
    switch record.key.kind {
    case .region: self = .region(id: record.key.id)
    case .zone: self = .zone(id: record.key.id, region: try fields.string("region"))
    case .instance: self = .instance(try Self.instance(&fields))
    case .shard: self = .shard(try Self.shard(&fields))
    case .policy: self = .policy(try Self.policy(&fields))
    case .pool:
      self = .pool(Pool(id: record.key.id, dedicated: try fields.bool("dedicated")))
    case .tenant: self = .tenant(try Self.tenant(&fields))
    }
  }

  // Each takes its fields in the order of their names.

  private static func instance(_ fields: inout RecordFields) throws(ExchangeError) -> Instance {
    let address = try fields.string("address")
    return Instance(id: fields.key.id, zone: try fields.string("zone"), address: address)
  }

  private static func shard(_ fields: inout RecordFields) throws(ExchangeError) -> Shard {
    let epoch = try fields.unsigned("epoch")
    let mode: ShardMode = try fields.named("mode")
    let primary = try fields.string("primary")
    return Shard(
      id: fields.key.id, epoch: epoch, mode: mode, primary: primary,
      replicas: try fields.strings("replicas"))
  }

  private static func policy(_ fields: inout RecordFields) throws(ExchangeError) -> Policy {
    let fallback: BoundedFallback = try fields.namedIfPresent("boundedFallback") ?? .primary
    let freshness = try FreshnessRules(&fields)
    let pooling: PoolMode? = try fields.namedIfPresent("pooling")
    let budget = try fields.unsignedIfPresent("primaryReadBudgetPercent")
    let readTier = try fields.tierIfPresent("readTier")
    return Policy(
      id: fields.key.id, tier: try fields.tier("tier"), readTier: readTier, pooling: pooling,
      freshness: freshness, boundedFallback: fallback,
      primaryReadBudgetPercent: budget.map { Int(clamping: $0) }
        ?? Policy.standardReadBudgetPercent)
  }

  private static func tenant(_ fields: inout RecordFields) throws(ExchangeError) -> Tenant {
    let database = try fields.string("database")
    let generation = try fields.unsigned("generation")
    let policy = try fields.string("policy")
    let pool = try fields.string("pool")
    let shard = try fields.string("shard")
    return Tenant(
      id: fields.key.id, generation: generation, shard: shard, database: database, pool: pool,
      policy: policy, state: try fields.named("state"))
  }
}

extension FreshnessRules {
  /// What isn't there is standard: a policy may leave its freshness out, or a class, or a part of
  /// its bound.
  fileprivate init(_ record: inout RecordFields) throws(ExchangeError) {
    self = .standard
    guard var classes = try record.objectIfPresent("freshness") else { return }
    for dataClass in [FreshnessClass.envelope, .permissions, .routing] {
      let path = "freshness.\(dataClass.name)"
      guard let value = classes.take(dataClass.name) else { continue }
      guard var bound = value.fields else { throw record.missing(path, "an object") }
      if let text = bound.take("maxStale") {
        self[dataClass].maxStaleMilliseconds =
          text.string == Age.never ? FreshnessBound.never : try record.age(text, path + ".maxStale")
      }
      if let text = bound.take("ttl") {
        self[dataClass].ttlMilliseconds = try record.age(text, path + ".ttl")
      }
    }
  }
}
