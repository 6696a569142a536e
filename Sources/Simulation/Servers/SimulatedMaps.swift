public import MapDocument
public import ShardMap

/// The maps of the simulated fleet: three versions, in which a tenant moves and a shard fails over. Made once, used by all runs.
public struct SimulatedMaps: Sendable {
  /// The versions as documents, oldest first.
  public let documents: [MapDocument]
  /// The same, compiled.
  public let compiled: [CompiledMap]

  /// Tenants whose policy is `strong`.
  static let strongTenants = ["acme", "bolt", "mover"]
  /// Tenants whose policy is `eventual`.
  static let eventualTenants = ["cedar", "dune"]
  /// A tenant that the first map doesn't have.
  static let lateTenant = "late"
  /// A tenant that may not connect.
  static let suspendedTenant = "gone"
  /// A tenant whose shard is paused.
  static let pausedTenant = "waits"
  /// When all versions were issued, and the simulated wall clock begins.
  static let issuedAtMilliseconds: Int64 = 1_795_000_000_000
  /// The zone the simulated router is in.
  static let zone = "zone-a"

  /// The database of a tenant: never its name, so that a database that was not rewritten shows.
  static func database(of tenant: String) -> String { "db_\(tenant)" }

  /// Compiles the maps, by way of files that are gone afterwards.
  public init() throws { try self.init(mode: .normal) }

  /// The same, with a mode that the second version has a shard in and the third no more.
  init(mode: ServiceMode) throws {
    let documents = (1...3).map { Self.document(version: $0, mode: mode) }
    self.documents = documents
    compiled = try documents.map { document in
      let disk = HostFolder()
      return try withExtendedLifetime(disk) {
        try MapCompiler.write(document, to: disk.map)
        return try CompiledMap.open(path: disk.map)
      }
    }
  }

  private static func document(version: Int, mode: ServiceMode) -> MapDocument {
    let instances = ["s1-a", "s1-b", "s1-c", "s2-a", "s2-b", "s3-a"]
    let hasMoved = version >= 2
    let hasFailedOver = version >= 3
    return MapDocument(
      mapVersion: UInt64(version), issuedAt: IssueTime(millisecondsSince1970: issuedAtMilliseconds),
      topology: Topology(
        regions: [Region(id: "here", zones: ["zone-a", "zone-b"])],
        instances: instances.enumerated().map { place, id in
          Instance(
            id: id, zone: place.isMultiple(of: 2) ? "zone-a" : "zone-b",
            address: "10.0.0.\(place + 1):5432")
        }),
      shards: [
        Shard(
          id: "s1", epoch: hasFailedOver ? 2 : 1, primary: hasFailedOver ? "s1-b" : "s1-a",
          replicas: hasFailedOver ? ["s1-a", "s1-c"] : ["s1-b", "s1-c"]),
        Shard(
          id: "s2", epoch: 1, mode: version == 2 ? mode : .normal, primary: "s2-a",
          replicas: ["s2-b"]),
        Shard(id: "s3", epoch: 1, mode: .paused, primary: "s3-a", replicas: []),
      ],
      policies: [
        policy("strict", .strong), policy("loose", .eventual),
      ],
      pools: [Pool(id: "shared", dedicated: false)],
      tenants: [
        tenant("acme", "s1", "strict"), tenant("bolt", "s2", "strict"),
        tenant("mover", hasMoved ? "s2" : "s1", "strict", generation: hasMoved ? 2 : 1),
        tenant("cedar", "s1", "loose"), tenant("dune", "s2", "loose"),
        hasMoved ? tenant(lateTenant, "s2", "strict") : nil,
        tenant(suspendedTenant, "s1", "strict", state: .suspended),
        tenant(pausedTenant, "s3", "strict"),
      ].compactMap(\.self))
  }

  /// What bounded reads are widened to where the mode is relaxed.
  static let relaxedBoundMilliseconds: UInt32 = 200

  /// A policy by which primaries may take all reads: a run is too short for a budget.
  private static func policy(_ id: String, _ tier: Consistency) -> Policy {
    Policy(
      id: id, tier: tier, freshness: rules, primaryReadBudgetPercent: 100,
      degradation: DegradationRules(relaxedBoundMilliseconds: relaxedBoundMilliseconds))
  }

  /// Permissions expire while a run lasts.
  private static var rules: FreshnessRules {
    var rules = FreshnessRules.standard
    rules[.permissions] = FreshnessBound(
      ttlMilliseconds: 100, maxStaleMilliseconds: SimulatedFreshness.permissionsMilliseconds)
    return rules
  }

  private static func tenant(
    _ id: String, _ shard: String, _ policy: String, generation: UInt64 = 1,
    state: TenantState = .active
  ) -> Tenant {
    Tenant(
      id: id, generation: generation, shard: shard, database: database(of: id), pool: "shared",
      policy: policy, state: state)
  }

  /// Tenants that a version has elsewhere than the one before it.
  func movedTenants(by version: Int) -> [String] {
    documents[version].tenants.filter { tenant in
      let before = documents[version - 1]
      guard let old = before.tenants.first(where: { $0.id == tenant.id }) else { return false }
      func epoch(_ document: MapDocument) -> UInt64? {
        document.shards.first { $0.id == tenant.shard }?.epoch
      }
      return old.generation != tenant.generation || epoch(before) != epoch(documents[version])
    }.map(\.id)
  }
}
