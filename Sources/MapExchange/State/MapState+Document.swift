public import MapDocument

extension MapState {
  /// The records of a document.
  ///
  /// What a document has twice is there once, and nothing is validated: that is
  /// ``MapDocument/MapDocument/validate(against:)``.
  public init(_ document: MapDocument) {
    self.init(
      mapVersion: document.mapVersion,
      issuedAtMilliseconds: document.issuedAt.millisecondsSince1970,
      records: document.resources.map { MapRecord($0) })
  }

  /// The map as people write it, everything in the order of the ids.
  ///
  /// - Throws: ``ExchangeError/malformed(line:reason:)`` when a record lacks a field, or
  ///   ``ExchangeError/invalidMap(_:)`` when a zone's region isn't there.
  public func document() throws(ExchangeError) -> MapDocument {
    var document = MapDocument(
      mapVersion: mapVersion,
      issuedAt: IssueTime(millisecondsSince1970: issuedAtMilliseconds),
      topology: Topology(regions: [], instances: []), shards: [], policies: [], pools: [],
      tenants: [])
    for record in records { try document.add(try record.resource()) }
    return document
  }
}

extension MapDocument {
  /// What the document describes, resource by resource: what is referred to before what refers to it,
  /// and else in the document's own order.
  public var resources: [MapResource] {
    var resources: [MapResource] = topology.regions.map { .region(id: $0.id) }
    for region in topology.regions {
      resources += region.zones.map { .zone(id: $0, region: region.id) }
    }
    resources += topology.instances.map { .instance($0) }
    resources += shards.map { .shard($0) }
    resources += pools.map { .pool($0) }
    resources += policies.map { .policy($0) }
    resources += tenants.map { .tenant($0) }
    return resources
  }

  fileprivate mutating func add(_ resource: MapResource) throws(ExchangeError) {
    switch resource {
    case .region(let id): topology.regions.append(Region(id: id, zones: []))
    case .zone(let id, let region):
      guard let place = topology.regions.firstIndex(where: { $0.id == region }) else {
        throw .invalidMap("zone/\(id) lies in region \"\(region)\", which isn't there")
      }
      topology.regions[place].zones.append(id)
    case .instance(let instance): topology.instances.append(instance)
    case .shard(let shard): shards.append(shard)
    case .policy(let policy): policies.append(policy)
    case .pool(let pool): pools.append(pool)
    case .tenant(let tenant): tenants.append(tenant)
    }
  }
}
