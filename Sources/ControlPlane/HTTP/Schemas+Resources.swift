internal import MapExchange
internal import ShardMap

// The fields of resources.

extension Schemas {
  static func fields(of kind: ResourceKind) -> [String: JSONValue] {
    switch kind {
    case .region: ["id": id]
    case .zone: ["id": id, "region": id]
    case .instance: ["id": id, "zone": id, "address": text]
    case .shard:
      [
        "id": id, "epoch": counter, "mode": names(ServiceMode.self), "modeUntil": time,
        "modeCause": [
          "type": "string", "minLength": 1,
          "maxLength": .integer(Int64(MapLimits.modeCauseBytes)),
        ], "primary": id,
        "replicas": list(id, atMost: MapLimits.replicasPerShard),
      ]
    case .policy:
      [
        "id": id, "tier": tier, "readTier": tier, "pooling": names(PoolMode.self),
        "boundedFallback": names(BoundedFallback.self), "freshness": freshness,
        "primaryReadBudgetPercent": ["type": "integer", "minimum": 0, "maximum": 100],
        "envelope": envelope, "degradation": degradation, "hotTenant": hotTenant, "label": id,
      ]
    case .pool:
      [
        "id": id, "dedicated": ["type": "boolean"], "foreign": names(ForeignTenants.self),
        "routers": list(id, atMost: MapLimits.routersPerPool),
        "routersPerTenant": number(0...MapLimits.routersPerPool),
        "addresses": list(text, atMost: MapLimits.addressesPerPool),
      ]
    case .tenant:
      [
        "id": id, "generation": counter, "shard": id, "database": text, "pool": id, "policy": id,
        "state": names(TenantState.self), "mode": names(ServiceMode.self), "modeUntil": time,
      ]
    }
  }

  static func required(of kind: ResourceKind) -> [String] {
    switch kind {
    case .region: []
    case .zone: ["region"]
    case .instance: ["zone", "address"]
    case .shard: ["primary", "replicas"]
    case .policy: ["tier"]
    case .pool: ["dedicated"]
    case .tenant: ["shard", "database", "pool", "policy"]
    }
  }

  private static var freshness: JSONValue {
    let bound: JSONValue = [
      "type": "object",
      "properties": [
        "ttl": age,
        "maxStale": ["type": "string", "pattern": "^([0-9]+(ms|s|m|h|d)|never)$"],
      ],
    ]
    let classes = FreshnessClass.allCases.map { ($0.name, bound) }
    return [
      "type": "object", "properties": .object(Dictionary(uniqueKeysWithValues: classes)),
    ]
  }

  private static var envelope: JSONValue {
    let count = number(MapLimits.envelopeCount)
    let bytes = number(MapLimits.envelopeBytes)
    return [
      "type": "object",
      "properties": [
        "transactionsPerSecond": count, "burst": count, "clientConnections": count,
        "connectionAttemptsPerSecond": count, "serverConnections": count,
        "bytesInPerSecond": bytes, "bytesOutPerSecond": bytes, "maxDelay": age,
        "weight": number(MapLimits.envelopeWeight), "priority": names(WorkPriority.self),
      ],
    ]
  }

  private static var degradation: JSONValue {
    let modes = ServiceMode.allCases.filter { $0 != .paused }
    return [
      "type": "object",
      "properties": [
        "deepest": ["type": "string", "enum": .array(modes.map { .string($0.name) })],
        "relaxedBound": age,
      ],
    ]
  }

  private static var hotTenant: JSONValue {
    [
      "type": "object",
      "properties": [
        "shardTimePercent": number(1...100), "p95": age, "sustained": age, "coolDown": age,
        "tightenPercent": number(1...100), "quarantinePool": id,
        "requestsMove": ["type": "boolean"],
      ],
    ]
  }

  private static let age: JSONValue = ["type": "string", "pattern": "^[0-9]+(ms|s|m|h|d)$"]

  private static func number(_ range: ClosedRange<some FixedWidthInteger>) -> JSONValue {
    [
      "type": "integer", "minimum": .integer(Int64(range.lowerBound)),
      "maximum": .integer(Int64(range.upperBound)),
    ]
  }

  private static func list(_ items: JSONValue, atMost limit: Int) -> JSONValue {
    ["type": "array", "items": items, "maxItems": .integer(Int64(limit))]
  }
}
