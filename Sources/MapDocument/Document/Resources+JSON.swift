internal import ShardMap

// Decoding is by hand where the compiler's own would accept a field it doesn't know, and drop it.

extension Topology: Codable {
  enum CodingKeys: String, CodingKey, CaseIterable {
    case regions, instances
  }

  /// Decodes the fields; a missing, misspelt or mistyped one is an error.
  public init(from decoder: any Decoder) throws {
    let fields = try decoder.fields(CodingKeys.self)
    self.init(
      regions: try fields.decode([Region].self, forKey: .regions),
      instances: try fields.decode([Instance].self, forKey: .instances))
  }

  /// Encodes every field, defaults included.
  public func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: CodingKeys.self)
    try fields.encode(regions, forKey: .regions)
    try fields.encode(instances, forKey: .instances)
  }
}

extension Region: Codable {
  enum CodingKeys: String, CodingKey, CaseIterable {
    case id, zones
  }

  /// Decodes the fields; a missing, misspelt or mistyped one is an error.
  public init(from decoder: any Decoder) throws {
    let fields = try decoder.fields(CodingKeys.self)
    self.init(
      id: try fields.decode(String.self, forKey: .id),
      zones: try fields.decode([String].self, forKey: .zones))
  }

  /// Encodes every field, defaults included.
  public func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: CodingKeys.self)
    try fields.encode(id, forKey: .id)
    try fields.encode(zones, forKey: .zones)
  }
}

extension Instance: Codable {
  enum CodingKeys: String, CodingKey, CaseIterable {
    case id, zone, address
  }

  /// Decodes the fields; a missing, misspelt or mistyped one is an error.
  public init(from decoder: any Decoder) throws {
    let fields = try decoder.fields(CodingKeys.self)
    self.init(
      id: try fields.decode(String.self, forKey: .id),
      zone: try fields.decode(String.self, forKey: .zone),
      address: try fields.decode(String.self, forKey: .address))
  }

  /// Encodes every field, defaults included.
  public func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: CodingKeys.self)
    try fields.encode(id, forKey: .id)
    try fields.encode(zone, forKey: .zone)
    try fields.encode(address, forKey: .address)
  }
}

extension Shard: Codable {
  enum CodingKeys: String, CodingKey, CaseIterable {
    case id, epoch, mode, modeUntil, modeCause, primary, replicas
  }

  /// Decodes the fields; a missing, misspelt or mistyped one is an error.
  public init(from decoder: any Decoder) throws {
    let fields = try decoder.fields(CodingKeys.self)
    self.init(
      id: try fields.decode(String.self, forKey: .id),
      epoch: try fields.decodeCounter(forKey: .epoch),
      mode: try fields.decodeNamed(forKey: .mode) ?? .normal,
      modeUntil: try fields.decodeIfPresent(IssueTime.self, forKey: .modeUntil),
      modeCause: try fields.decodeIfPresent(String.self, forKey: .modeCause),
      primary: try fields.decode(String.self, forKey: .primary),
      replicas: try fields.decode([String].self, forKey: .replicas))
  }

  /// Encodes every field that has a value, defaults included.
  public func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: CodingKeys.self)
    try fields.encode(id, forKey: .id)
    try fields.encode(epoch, forKey: .epoch)
    try fields.encode(mode.name, forKey: .mode)
    try fields.encodeIfPresent(modeUntil, forKey: .modeUntil)
    try fields.encodeIfPresent(modeCause, forKey: .modeCause)
    try fields.encode(primary, forKey: .primary)
    try fields.encode(replicas, forKey: .replicas)
  }
}

extension Tenant: Codable {
  enum CodingKeys: String, CodingKey, CaseIterable {
    case id, generation, shard, database, pool, policy, state, mode, modeUntil
  }

  /// Decodes the fields; a missing, misspelt or mistyped one is an error.
  public init(from decoder: any Decoder) throws {
    let fields = try decoder.fields(CodingKeys.self)
    self.init(
      id: try fields.decode(String.self, forKey: .id),
      generation: try fields.decodeCounter(forKey: .generation),
      shard: try fields.decode(String.self, forKey: .shard),
      database: try fields.decode(String.self, forKey: .database),
      pool: try fields.decode(String.self, forKey: .pool),
      policy: try fields.decode(String.self, forKey: .policy),
      state: try fields.decodeNamed(forKey: .state) ?? .active,
      mode: try fields.decodeNamed(forKey: .mode) ?? .normal,
      modeUntil: try fields.decodeIfPresent(IssueTime.self, forKey: .modeUntil))
  }

  /// Encodes every field; a mode only where there is one.
  public func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: CodingKeys.self)
    try fields.encode(id, forKey: .id)
    try fields.encode(generation, forKey: .generation)
    try fields.encode(shard, forKey: .shard)
    try fields.encode(database, forKey: .database)
    try fields.encode(pool, forKey: .pool)
    try fields.encode(policy, forKey: .policy)
    try fields.encode(state.name, forKey: .state)
    if mode != .normal { try fields.encode(mode.name, forKey: .mode) }
    try fields.encodeIfPresent(modeUntil, forKey: .modeUntil)
  }
}

extension IssueTime: Codable {
  /// Decodes the fields; a missing, misspelt or mistyped one is an error.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let time = IssueTime(text) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "\"\(text)\" is not a time like 2026-11-21T00:00:00Z")
    }
    self = time
  }

  /// Encodes every field, defaults included.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
