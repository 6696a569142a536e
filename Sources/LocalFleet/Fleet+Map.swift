internal import Foundation
public import MapDocument
internal import ShardMap

extension Fleet {
  /// The compiled map, which routers read.
  public var mapPath: String { sidecar?.mapPath ?? folder["map.swmap"] }

  /// The document the map was compiled from, as JSON.
  public var mapDocumentPath: String { folder["map.json"] }

  /// The map of the fleet as it was started, version 1: the primaries in one zone, the replicas in
  /// another, and what ``FleetOptions/changeMap`` makes of it.
  public var mapDocument: MapDocument {
    var document = MapDocument(
      mapVersion: 1, issuedAt: IssueTime(millisecondsSince1970: startedAt),
      topology: Topology(
        regions: [Region(id: FleetZone.region, zones: [FleetZone.primaries, FleetZone.replicas])],
        instances: servers.map { server in
          Instance(
            id: server.instance,
            zone: server.role == .primary ? FleetZone.primaries : FleetZone.replicas,
            address: "127.0.0.1:\(server.port)")
        }),
      shards: shards.map { shard in
        Shard(
          id: shard.id, epoch: 1, primary: shard.primary.instance,
          replicas: shard.replicas.map(\.instance))
      },
      policies: [
        Policy(
          id: "standard", tier: .strong,
          primaryReadBudgetPercent: options.primaryReadBudgetPercent)
      ],
      pools: [Pool(id: "shared", dedicated: false)],
      tenants: tenants.map { tenant in
        Tenant(
          id: tenant.id, generation: 1, shard: tenant.shard, database: tenant.database,
          pool: "shared", policy: "standard")
      })
    options.changeMap?(&document)
    return document
  }

  /// Compiles a document and puts it in the place of the current map, which routers then notice.
  ///
  /// For fleets without a control plane: with one, the sidecar publishes what that says.
  /// - Throws: `FleetError.map` when the document is not valid, `.folder`.
  public func publish(_ document: MapDocument) throws(FleetError) {
    try folder.write(String(decoding: document.encoded(), as: UTF8.self), to: "map.json")
    do {
      try MapCompiler.write(document, to: mapPath)
    } catch {
      throw .map(reason: "\(error)")
    }
  }

  /// The document that was published last; for fleets without a control plane.
  ///
  /// - Throws: `FleetError.folder`, `.map`.
  public func publishedMap() throws(FleetError) -> MapDocument {
    guard let bytes = FileManager.default.contents(atPath: mapDocumentPath) else {
      throw .folder(path: mapDocumentPath, reason: "can't be read")
    }
    do { return try MapDocument.decode(Array(bytes)) } catch { throw .map(reason: "\(error)") }
  }

  /// Publishes that document again with some changes, one version later.
  ///
  /// - Throws: `FleetError.map` when the changed document is not valid, `.folder`.
  public func republish(_ change: (inout MapDocument) -> Void) throws(FleetError) {
    var document = try publishedMap()
    document.mapVersion += 1
    change(&document)
    try publish(document)
  }
}
