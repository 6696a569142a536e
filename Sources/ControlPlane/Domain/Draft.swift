internal import MapDocument
public import MapExchange
internal import ShardMap

/// A resource as a client wrote it: decoded and checked in itself, not yet against the fleet.
struct Draft {
  /// The resource; an epoch or generation in it is a placeholder.
  let resource: MapResource
  /// The epoch or generation that the client gave.
  let counter: Int64?
  /// The version that the client gave.
  let version: Int64?

  /// Decodes the fields of a resource whose id is in its key.
  ///
  /// - Throws: ``Refusal/invalid(_:path:reason:)`` with the first field that can't be right.
  init(_ body: JSONValue, for key: ResourceKey) throws(Refusal) {
    guard var fields = body.fields else {
      throw .invalid(key, path: "", reason: "the body should be an object")
    }
    if let id = fields["id"], id != .string(key.id) {
      throw .invalid(key, path: "id", reason: "it should be \"\(key.id)\", or be left out")
    }
    fields["id"] = .string(key.id)
    version = try Self.takeNumber("version", of: &fields, key)
    if let name = key.kind.counterName {
      counter = try Self.takeNumber(name, of: &fields, key)
      fields[name] = 1
    } else {
      counter = nil
    }
    do {
      resource = try Self.decode(.object(fields), key.kind)
    } catch {
      throw Self.refusal(of: error, key)
    }
    try check(key)
  }

  private static func takeNumber(
    _ name: String, of fields: inout [String: JSONValue], _ key: ResourceKey
  ) throws(Refusal) -> Int64? {
    guard let value = fields.removeValue(forKey: name) else { return nil }
    guard let number = value.number, number > 0 else {
      throw .invalid(key, path: name, reason: "it should be a whole number, 1 or more")
    }
    return number
  }

  private static func decode(_ value: JSONValue, _ kind: ResourceKind) throws -> MapResource {
    let decoder = JSONValueDecoder(value)
    switch kind {
    case .region: return .region(id: try RegionFields(from: decoder).id)
    case .zone:
      let zone = try ZoneFields(from: decoder)
      return .zone(id: zone.id, region: zone.region)
    case .instance: return .instance(try Instance(from: decoder))
    case .shard: return .shard(try Shard(from: decoder))
    case .policy: return .policy(try Policy(from: decoder))
    case .pool: return .pool(try Pool(from: decoder))
    case .tenant: return .tenant(try Tenant(from: decoder))
    }
  }

  private static func refusal(of error: any Error, _ key: ResourceKey) -> Refusal {
    guard let error = error as? DecodingError else {
      return .invalid(key, path: "", reason: "\(error)")
    }
    switch error {
    case .keyNotFound(let field, let context):
      return .invalid(key, path: path(context.codingPath + [field]), reason: "the field is missing")
    case .valueNotFound(_, let context), .typeMismatch(_, let context):
      let wanted = context.debugDescription
      return .invalid(
        key, path: path(context.codingPath),
        reason: wanted.isEmpty ? "the value has the wrong type" : wanted)
    case .dataCorrupted(let context):
      return .invalid(key, path: path(context.codingPath), reason: context.debugDescription)
    @unknown default: return .invalid(key, path: "", reason: "\(error)")
    }
  }

  private static func path(_ keys: [any CodingKey]) -> String {
    keys.reduce("") { path, key in
      if let index = key.intValue { return "\(path)[\(index)]" }
      return path.isEmpty ? key.stringValue : "\(path).\(key.stringValue)"
    }
  }

  private func check(_ key: ResourceKey) throws(Refusal) {
    guard MapNames.isIdentifier(key.id) else {
      throw .invalid(
        key, path: "id",
        reason: MapNames.identifierHint)
    }
    if let finding = findings.first {
      throw .invalid(key, path: finding.path, reason: "\(finding.message); \(finding.hint)")
    }
    switch resource {
    case .region, .zone, .policy, .pool: break
    case .instance(let instance):
      guard SocketAddress(instance.address) != nil else {
        throw .invalid(
          key, path: "address",
          reason: "\"\(instance.address)\" is not an IP address with a port; write it like "
            + "192.0.2.7:5432 or [2001:db8::7]:5432")
      }
    case .shard(let shard): try check(shard, key)
    case .tenant(let tenant):
      guard MapNames.isDatabase(tenant.database) else {
        throw .invalid(
          key, path: "database",
          reason: "use 1 to \(MapLimits.identifierBytes) bytes without control characters")
      }
    }
  }

  /// What map documents, too, refuse in a resource.
  private var findings: [MapFinding] {
    switch resource {
    case .region, .zone, .instance: []
    case .shard(let shard): shard.findings(at: "")
    case .policy(let policy): policy.findings(at: "")
    case .pool(let pool): pool.findings(at: "")
    case .tenant(let tenant): tenant.findings(at: "")
    }
  }

  private func check(_ shard: Shard, _ key: ResourceKey) throws(Refusal) {
    guard shard.replicas.count <= MapLimits.replicasPerShard else {
      throw .invalid(
        key, path: "replicas", reason: "there may be \(MapLimits.replicasPerShard) at most")
    }
    var seen: Set<String> = [shard.primary]
    for (place, replica) in shard.replicas.enumerated() where !seen.insert(replica).inserted {
      throw .invalid(
        key, path: "replicas[\(place)]",
        reason: "\"\(replica)\" is there twice; each instance has one role")
    }
  }
}

extension ResourceKind {
  /// The field that the server counts, if the kind has one.
  public var counterName: String? {
    switch self {
    case .shard: "epoch"
    case .tenant: "generation"
    case .region, .zone, .instance, .policy, .pool: nil
    }
  }
}
