import MapDocument
import MapExchange
import ShardMap

/// Keys of the tests: always the same, so that a failing seed fails again.
enum Keys {
  static let first = SigningKey(seed: Array(repeating: 1, count: 32))!
  static let second = SigningKey(seed: Array(repeating: 2, count: 32))!
  static let stranger = SigningKey(seed: Array(repeating: 3, count: 32))!

  static let signer = SealSigner(privateKeys: [first])
  static let verifier = SealVerifier(trusted: [first.publicKey])
}

extension MapDocument {
  /// Two shards of a primary and a replica each, two tenants, everything in the order of the ids.
  static let sample = MapDocument(
    mapVersion: 7, issuedAt: IssueTime(millisecondsSince1970: 1_795_219_200_000),
    topology: Topology(
      regions: [
        Region(id: "far", zones: ["far-a"]), Region(id: "near", zones: ["near-a", "near-b"]),
      ],
      instances: [
        Instance(id: "s1-a", zone: "near-a", address: "127.0.0.1:5433"),
        Instance(id: "s1-b", zone: "near-b", address: "127.0.0.1:5434"),
        Instance(id: "s2-a", zone: "near-b", address: "[::1]:5433"),
        Instance(id: "s2-b", zone: "far-a", address: "[::1]:5434"),
      ]),
    shards: [
      Shard(id: "s1", epoch: 3, primary: "s1-a", replicas: ["s1-b"]),
      Shard(
        id: "s2", epoch: 5, mode: .paused, modeUntil: modeEnd, modeCause: "disk \"full\"",
        primary: "s2-a", replicas: ["s2-b"]),
    ],
    policies: [
      Policy(
        id: "relaxed", tier: .bounded(milliseconds: 5_000), readTier: .eventual,
        pooling: .transaction, boundedFallback: .refuse, primaryReadBudgetPercent: 5,
        envelope: Envelope(
          transactionsPerSecond: 500, transactionBurst: 100, clientConnections: 200,
          connectionAttemptsPerSecond: 50, serverConnections: 20, bytesInPerSecond: 10_000_000,
          bytesOutPerSecond: 5_000_000_000, maxDelayMilliseconds: 0, weight: 4, priority: .batch),
        degradation: DegradationRules(deepest: .relaxed, relaxedBoundMilliseconds: 30_000),
        hotTenant: HotTenantTerms(
          HotTenantRules(
            shardTimePercent: 50, p95Milliseconds: 200, sustainedMilliseconds: 3000,
            coolDownMilliseconds: 60_000, tightenPercent: 25, requestsMove: false),
          quarantinePool: "shared"), label: "gold"),
      Policy(id: "standard", tier: .strong, freshness: shortPermissions),
    ],
    pools: [
      Pool(id: "own", dedicated: true),
      Pool(
        id: "shared", dedicated: false, foreign: .serve, routers: ["r1", "r2"],
        routersPerTenant: 1, addresses: ["127.0.0.1:6432", "[::1]:6432"]),
    ],
    tenants: [
      Tenant(
        id: "acme", generation: 2, shard: "s1", database: "acme", pool: "shared",
        policy: "standard"),
      Tenant(
        id: "globex", generation: 4, shard: "s2", database: "globex \"db\"\\é", pool: "own",
        policy: "relaxed", state: .suspended, mode: .eventualOnly, modeUntil: modeEnd),
    ])

  static let modeEnd = IssueTime(millisecondsSince1970: 1_795_946_400_000)

  private static let shortPermissions: FreshnessRules = {
    var rules = FreshnessRules.standard
    rules[.permissions] = FreshnessBound(ttlMilliseconds: 10_000, maxStaleMilliseconds: 3_600_000)
    rules[.envelope].maxStaleMilliseconds = FreshnessBound.never
    return rules
  }()
}

enum Samples {
  /// A tenant of ``MapDocument/sample``'s first shard.
  static func tenant(_ number: Int, generation: UInt64 = 1) -> MapRecord {
    MapRecord(
      .tenant(
        Tenant(
          id: "tenant-\(number)", generation: generation, shard: "s1", database: "t\(number)",
          pool: "shared", policy: "standard")))
  }

  /// The sample and so many tenants more.
  static func state(tenants count: Int) -> MapState {
    var state = MapState(MapDocument.sample)
    state.change(
      to: 8, issuedAtMilliseconds: 1_795_219_201_000, upserts: (0..<count).map { tenant($0) })
    return state
  }

  /// A body of these lines.
  static func body(_ lines: [String]) -> [UInt8] {
    zstd(lines.flatMap { Array($0.utf8) + [UInt8(ascii: "\n")] })
  }

  /// The lines of a body.
  static func lines(of body: [UInt8]) throws -> [String] {
    String(decoding: try expanded(body), as: UTF8.self).split(separator: "\n").map(String.init)
  }
}
