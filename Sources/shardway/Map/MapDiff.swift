import MapDocument
import ShardMap

/// A resource with the fields that a comparison shows. Equal resources have equal fields.
protocol ComparableResource: Equatable {
  var id: String { get }
  /// Names and values, in the order of the document.
  var fields: [(name: String, value: String)] { get }
}

/// The resources that one map has and the other doesn't, or has otherwise.
struct MapDiff {
  struct Entry: Equatable {
    /// Kind and id, as in `tenant/acme`.
    let key: String
    /// Every field of an added or a removed resource; what differs of a changed one.
    let fields: [Field]
  }

  struct Field: Equatable {
    let name: String
    /// Nil when the resource is new.
    let old: String?
    /// Nil when the resource is gone.
    let new: String?
  }

  /// By kind, and then by id.
  private(set) var added: [Entry] = []
  private(set) var removed: [Entry] = []
  private(set) var changed: [Entry] = []

  var isEmpty: Bool { added.isEmpty && removed.isEmpty && changed.isEmpty }

  /// - Complexity: linear in the size of both; only what differs is spelled out.
  init(from old: MapDocument, to new: MapDocument) {
    compare(
      "region", old.topology.regions.map(RegionName.init), new.topology.regions.map(RegionName.init)
    )
    compare("zone", ZoneName.all(of: old), ZoneName.all(of: new))
    compare("instance", old.topology.instances, new.topology.instances)
    compare("shard", old.shards, new.shards)
    compare("policy", old.policies, new.policies)
    compare("pool", old.pools, new.pools)
    compare("tenant", old.tenants, new.tenants)
  }

  private mutating func compare<Resource: ComparableResource>(
    _ kind: String, _ old: [Resource], _ new: [Resource]
  ) {
    var unseen = Dictionary(new.map { ($0.id, $0) }) { first, _ in first }
    var found = (added: [Entry](), removed: [Entry](), changed: [Entry]())
    for before in old {
      let key = "\(kind)/\(before.id)"
      guard let after = unseen.removeValue(forKey: before.id) else {
        found.removed.append(
          Entry(
            key: key, fields: before.fields.map { Field(name: $0.name, old: $0.value, new: nil) }))
        continue
      }
      let fields = before == after ? [] : Self.differences(before, after)
      if !fields.isEmpty { found.changed.append(Entry(key: key, fields: fields)) }
    }
    for after in unseen.values {
      found.added.append(
        Entry(
          key: "\(kind)/\(after.id)",
          fields: after.fields.map { Field(name: $0.name, old: nil, new: $0.value) }))
    }
    added += found.added.sorted { $0.key < $1.key }
    removed += found.removed.sorted { $0.key < $1.key }
    changed += found.changed.sorted { $0.key < $1.key }
  }

  private static func differences<Resource: ComparableResource>(
    _ before: Resource, _ after: Resource
  ) -> [Field] {
    zip(before.fields, after.fields).compactMap { old, new in
      old.value == new.value ? nil : Field(name: old.name, old: old.value, new: new.value)
    }
  }
}

/// A region without its zones, which are compared by themselves.
private struct RegionName: ComparableResource {
  let id: String
  var fields: [(name: String, value: String)] { [] }

  init(_ region: Region) {
    id = region.id
  }
}

private struct ZoneName: ComparableResource {
  let id: String
  let region: String
  var fields: [(name: String, value: String)] { [("region", region)] }

  static func all(of document: MapDocument) -> [ZoneName] {
    document.topology.regions.flatMap { region in
      region.zones.map { ZoneName(id: $0, region: region.id) }
    }
  }
}

extension Instance: ComparableResource {
  var fields: [(name: String, value: String)] {
    // One address may be written in several ways.
    [("zone", zone), ("address", SocketAddress(address)?.description ?? address)]
  }
}

extension Shard: ComparableResource {
  var fields: [(name: String, value: String)] {
    [
      ("epoch", "\(epoch)"), ("mode", mode.name), ("modeUntil", modeUntil?.description ?? ""),
      ("modeCause", modeCause ?? ""), ("primary", primary),
      ("replicas", replicas.joined(separator: ", ")),
    ]
  }
}

extension Policy: ComparableResource {
  var fields: [(name: String, value: String)] {
    [
      ("tier", tier.name), ("readTier", readTier?.name ?? "as tier"),
      ("pooling", pooling?.name ?? "as the listener"), ("boundedFallback", boundedFallback.name),
      ("primaryReadBudgetPercent", "\(primaryReadBudgetPercent)"),
    ]
      + FreshnessClass.allCases.flatMap { dataClass in
        let bound = freshness[dataClass]
        return [
          ("freshness.\(dataClass.name).ttl", Age.text(milliseconds: bound.ttlMilliseconds)),
          ("freshness.\(dataClass.name).maxStale", Age.text(of: bound)),
        ]
      }
      + termFields.map { ($0.name, $0.value ?? "") }
  }
}

extension Pool: ComparableResource {
  var fields: [(name: String, value: String)] {
    [
      ("dedicated", "\(dedicated)"), ("foreign", foreign.name),
      ("routers", routers.joined(separator: ", ")),
      ("routersPerTenant", routersPerTenant == 0 ? "all" : "\(routersPerTenant)"),
      (
        "addresses",
        // One address may be written in several ways.
        addresses.map { SocketAddress($0)?.description ?? $0 }.joined(separator: ", ")
      ),
    ]
  }
}

extension Tenant: ComparableResource {
  var fields: [(name: String, value: String)] {
    [
      ("generation", "\(generation)"), ("shard", shard), ("database", database), ("pool", pool),
      ("policy", policy), ("state", state.name), ("mode", mode.name),
      ("modeUntil", modeUntil?.description ?? ""),
    ]
  }
}
