internal import MapDocument
internal import MapExchange

/// The rules of the fleet: whether a change may be made, and what then is a fact.
public enum Fleet {
  /// Whose word counts for epochs and generations.
  public enum Counters: Sendable {
    /// They are kept here, and a client's value has to agree.
    case kept
    /// A new resource keeps the value it comes with: a map that was in force elsewhere moves in.
    case adopted
  }

  /// What a change does to the fleet: an event, or nil when everything is as it should be already.
  ///
  /// - Throws: ``Refusal``, or what the view throws.
  /// - Complexity: a handful of look-ups, whatever the size of the fleet.
  public static func decide(
    _ change: Change, in fleet: some FleetView, counters: Counters = .kept
  ) throws -> ResourceEvent? {
    let stored = try fleet.stored(change.key)
    let current = stored.flatMap { $0.isLive ? $0 : nil }
    try check(change, current)
    switch change.intent {
    case .delete:
      guard let current else { throw Refusal.notFound(change.key) }
      let referrers = try fleet.referrers(of: change.key).filter { $0.value > 0 }
      guard referrers.isEmpty else { throw Refusal.inUse(change.key, by: referrers) }
      return ResourceEvent(
        kind: .deleted, resource: current.resource, before: current.resource,
        version: current.version + 1)
    case .patch(let patch):
      guard let current else { throw Refusal.notFound(change.key) }
      let body = current.resource.fields.merging(patch)
      return try write(body, change.key, over: stored, in: fleet, counters)
    case .put(let body):
      return try write(body, change.key, over: stored, in: fleet, counters)
    }
  }

  private static func check(_ change: Change, _ current: StoredResource?) throws(Refusal) {
    switch change.condition {
    case .none: break
    case .absent:
      if let current { throw .exists(change.key, version: current.version) }
    case .present:
      if current == nil { throw .conflict(change.key, expected: nil, current: nil) }
    case .version(let expected):
      guard current?.version == expected else {
        throw .conflict(change.key, expected: expected, current: current?.version)
      }
    case .stated:
      if let current { throw .conditionRequired(change.key, version: current.version) }
    }
  }

  private static func write(
    _ body: JSONValue, _ key: ResourceKey, over stored: StoredResource?,
    in fleet: some FleetView, _ counters: Counters
  ) throws -> ResourceEvent? {
    let draft = try Draft(body, for: key)
    let current = stored.flatMap { $0.isLive ? $0 : nil }
    if let version = draft.version, version != current?.version ?? 1 {
      throw Refusal.serverManaged(
        key, field: "version", given: version, expected: UInt64(current?.version ?? 1))
    }
    let resource = try counted(draft, key, after: stored, counters)
    if let current, current.resource == resource { return nil }
    try checkReferences(of: resource, key, in: fleet)
    try checkClaims(of: resource, key, in: fleet)
    if current == nil, try fleet.count(of: key.kind) >= key.kind.limit {
      throw Refusal.limitReached(key.kind, limit: key.kind.limit)
    }
    return ResourceEvent(
      kind: current == nil ? .created : .updated, resource: resource,
      before: current?.resource, version: (stored?.version ?? 0) + 1)
  }

  /// The resource with its epoch or generation.
  ///
  /// The counter grows when, and only when, its cause changes. It goes on from a deleted resource
  /// of the same id, because whoever slept through the deletion compares the two.
  private static func counted(
    _ draft: Draft, _ key: ResourceKey, after stored: StoredResource?, _ counters: Counters
  ) throws(Refusal) -> MapResource {
    guard let name = key.kind.counterName else { return draft.resource }
    let before = stored?.resource.counter
    let isMoved = stored.map { $0.resource.counterCause != draft.resource.counterCause } ?? false
    var expected = (before ?? 1) + (isMoved ? 1 : 0)
    if let given = draft.counter {
      if counters == .adopted, stored == nil {
        expected = UInt64(given)
      } else if given != expected, UInt64(given) != before {
        throw .serverManaged(key, field: name, given: given, expected: expected)
      }
    }
    return draft.resource.counting(expected)
  }

  private static func checkReferences(
    of resource: MapResource, _ key: ResourceKey, in fleet: some FleetView
  ) throws {
    for reference in resource.references {
      guard try fleet.stored(reference.target)?.isLive == true else {
        throw Refusal.unknownReference(key, field: reference.field, reference.target)
      }
    }
  }

  private static func checkClaims(
    of resource: MapResource, _ key: ResourceKey, in fleet: some FleetView
  ) throws {
    for claim in resource.claims {
      if let holder = try fleet.holder(of: claim), holder != key {
        throw Refusal.taken(key, claim, by: holder)
      }
    }
  }
}

extension MapResource {
  /// The epoch or generation, if the kind has one.
  var counter: UInt64? {
    switch self {
    case .shard(let shard): shard.epoch
    case .tenant(let tenant): tenant.generation
    case .region, .zone, .instance, .policy, .pool: nil
    }
  }

  /// What makes the counter grow.
  var counterCause: String? {
    switch self {
    case .shard(let shard): shard.primary
    case .tenant(let tenant): tenant.shard
    case .region, .zone, .instance, .policy, .pool: nil
    }
  }

  /// The resource with another epoch or generation.
  func counting(_ counter: UInt64) -> MapResource {
    switch self {
    case .shard(var shard):
      shard.epoch = counter
      return .shard(shard)
    case .tenant(var tenant):
      tenant.generation = counter
      return .tenant(tenant)
    case .region, .zone, .instance, .policy, .pool: return self
    }
  }
}
