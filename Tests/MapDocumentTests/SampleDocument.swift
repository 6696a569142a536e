import MapDocument
import ShardMap

extension MapDocument {
  /// Two shards of a primary and a replica each, two tenants.
  static let sample = MapDocument(
    mapVersion: 7, issuedAt: IssueTime(millisecondsSince1970: 1_795_219_200_000),
    topology: Topology(
      regions: [
        Region(id: "near", zones: ["near-a", "near-b"]), Region(id: "far", zones: ["far-a"]),
      ],
      instances: [
        Instance(id: "s1-a", zone: "near-a", address: "127.0.0.1:5433"),
        Instance(id: "s1-b", zone: "near-b", address: "127.0.0.1:5434"),
        Instance(id: "s2-a", zone: "near-b", address: "[::1]:5433"),
        Instance(id: "s2-b", zone: "far-a", address: "[::1]:5434"),
        Instance(id: "spare", zone: "far-a", address: "127.0.0.1:5440"),
      ]),
    shards: [
      Shard(id: "s1", epoch: 3, primary: "s1-a", replicas: ["s1-b"]),
      Shard(id: "s2", epoch: 5, mode: .paused, primary: "s2-a", replicas: ["s2-b"]),
    ],
    policies: [Policy(id: "standard", tier: .strong), Policy(id: "relaxed", tier: .eventual)],
    pools: [Pool(id: "shared", dedicated: false), Pool(id: "own", dedicated: true)],
    tenants: [
      Tenant(
        id: "acme", generation: 2, shard: "s1", database: "acme", pool: "shared",
        policy: "standard"),
      Tenant(
        id: "globex", generation: 4, shard: "s2", database: "globex_db", pool: "own",
        policy: "relaxed", state: .suspended),
    ])

  /// The sample after a change.
  static func sample(_ change: (inout MapDocument) -> Void) -> MapDocument {
    var document = sample
    change(&document)
    return document
  }

  /// The sample with everything that a document may say and need not.
  static let full = sample {
    $0.shards[1].modeUntil = modeEnd
    $0.shards[1].modeCause = "disk nearly full"
    $0.policies[1].envelope = Envelope(
      transactionsPerSecond: 500, transactionBurst: 100, clientConnections: 200,
      connectionAttemptsPerSecond: 50, serverConnections: 20, bytesInPerSecond: 10_000_000,
      bytesOutPerSecond: 50_000_000, maxDelayMilliseconds: 2000, weight: 4, priority: .batch)
    $0.policies[1].degradation = DegradationRules(
      deepest: .relaxed, relaxedBoundMilliseconds: 30_000)
    $0.policies[1].hotTenant = HotTenantTerms(
      HotTenantRules(
        shardTimePercent: 50, p95Milliseconds: 200, sustainedMilliseconds: 3000,
        coolDownMilliseconds: 60_000, tightenPercent: 25, requestsMove: false),
      quarantinePool: "own")
    $0.policies[1].label = "gold"
    $0.pools[0].routers = ["r1", "r2", "r3"]
    $0.pools[0].routersPerTenant = 2
    $0.pools[0].addresses = ["127.0.0.1:6432", "[::1]:6432"]
    $0.pools[0].foreign = .relay
    $0.pools[1].foreign = .serve
    $0.tenants[1].mode = .readOnly
    $0.tenants[1].modeUntil = modeEnd
  }

  /// 2026-11-29T10:00:00Z.
  static let modeEnd = IssueTime(millisecondsSince1970: 1_795_946_400_000)
}
