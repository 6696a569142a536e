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
    case .policy: self = .policy(try Policy(&fields))
    case .pool: self = .pool(try Self.pool(&fields))
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
    let mode: ServiceMode = try fields.named("mode")
    let cause = try fields.stringIfPresent("modeCause")
    let end = try fields.timeIfPresent("modeUntil")
    let primary = try fields.string("primary")
    return Shard(
      id: fields.key.id, epoch: epoch, mode: mode, modeUntil: end, modeCause: cause,
      primary: primary,
      replicas: try fields.strings("replicas"))
  }

  private static func pool(_ fields: inout RecordFields) throws(ExchangeError) -> Pool {
    let addresses = try fields.stringsIfPresent("addresses") ?? []
    let dedicated = try fields.bool("dedicated")
    let foreign: ForeignTenants = try fields.namedIfPresent("foreign") ?? .refuse
    let routers = try fields.stringsIfPresent("routers") ?? []
    return Pool(
      id: fields.key.id, dedicated: dedicated, foreign: foreign, routers: routers,
      routersPerTenant: try fields.numberIfPresent("routersPerTenant") ?? 0, addresses: addresses)
  }

  private static func tenant(_ fields: inout RecordFields) throws(ExchangeError) -> Tenant {
    let database = try fields.string("database")
    let generation = try fields.unsigned("generation")
    let mode: ServiceMode = try fields.namedIfPresent("mode") ?? .normal
    let end = try fields.timeIfPresent("modeUntil")
    let policy = try fields.string("policy")
    let pool = try fields.string("pool")
    let shard = try fields.string("shard")
    return Tenant(
      id: fields.key.id, generation: generation, shard: shard, database: database, pool: pool,
      policy: policy, state: try fields.named("state"), mode: mode, modeUntil: end)
  }
}
