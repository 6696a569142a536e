import RouterAPI

@testable import shardway

/// What a router might tell: two shards, one of them in trouble.
enum TopSample {
  static let news = TopNews(
    fleet: fleet,
    shards: ShardsDocument(
      shards: [
        ShardsDocument.Shard(
          id: "s2", epoch: 7, mode: mode,
          instances: [primary("s2-a"), replica("s2-b", "ejected", nil)],
          sessions: 12, waiting: 3, requestsPerSecond: 900, p50Microseconds: 812,
          p99Microseconds: 21_400),
        ShardsDocument.Shard(
          id: "s1", epoch: 1, mode: nil,
          instances: [
            primary("s1-a"), replica("s1-b", "healthy", 120), replica("s1-c", "healthy", 45),
          ],
          sessions: 40, waiting: 0, requestsPerSecond: 12_345, p50Microseconds: 390,
          p99Microseconds: 2_100),
      ], total: 2),
    pools: PoolsDocument(
      pools: [
        PoolsDocument.Pool(
          database: "birch_data", user: "app", shard: "s2", instance: "s2-a",
          pooling: "transaction", clients: 9, waiting: 3, longestWaitMicroseconds: 41_000, inUse: 4)
      ], total: 1, isCut: false),
    tenants: TenantsDocument(
      tenants: [tenant("acme", 400, limit: 500), tenant("<script>\u{1B}[2J", 1, limit: nil)],
      distinct: 2, others: TenantsDocument.Others(transactionsPerSecond: 0, bytesPerSecond: 0),
      limits: []),
    modes: ModesDocument(modes: [ModesDocument.Entry(scope: "shard", name: "s2", mode: mode)]),
    workers: WorkersDocument(
      workers: [
        WorkersDocument.Worker(
          number: 0, label: nil, core: 1, sessions: 52, servers: 8, overload: "none",
          counters: ["connections_accepted": 1_000])
      ]))

  private static let mode = ModesDocument.Mode(
    mode: "read-only", cause: "no-primary", explanation: "writes are refused", why: nil,
    sinceMilliseconds: nil, untilMilliseconds: nil, exitRule: "ends when a primary answers")

  private static let fleet = {
    var totals = FleetDocument.Totals()
    totals.clients = 52
    totals.waiting = 3
    totals.serversInUse = 8
    totals.serversIdle = 2
    totals.transactionsPerSecond = 13_245
    totals.activeTenants = 2
    totals.p50Microseconds = 402
    totals.p99Microseconds = 9_100
    return FleetDocument(
      atMilliseconds: 0,
      router: FleetDocument.Router(
        id: "r1", region: "eu", zone: "eu-a", pool: "shared", lifecycle: "serving",
        version: "test", processID: 1, uptimeSeconds: 11_520, workers: 2),
      map: FleetDocument.Map(
        version: 42, appliedVersion: 42, issuedAtMilliseconds: 0, ageMilliseconds: 1_240,
        classes: [
          FleetDocument.DataClass(
            name: "routing", standing: "fresh", ttlMilliseconds: 30_000, maxStaleMilliseconds: nil),
          FleetDocument.DataClass(
            name: "permissions", standing: "near", ttlMilliseconds: 30_000,
            maxStaleMilliseconds: 60_000),
        ],
        counts: FleetDocument.Counts(regions: 1, zones: 2, instances: 5, shards: 2, tenants: 1_200)),
      controlPlane: FleetDocument.ControlPlane(state: "reachable"),
      probes: FleetDocument.Probes(
        instances: 5, sampled: 5, proven: 4, longestLagMilliseconds: 120), totals: totals)
  }()

  private static func primary(_ id: String) -> ShardsDocument.Instance {
    instance(id, "primary", "healthy", nil)
  }

  private static func replica(
    _ id: String, _ health: String, _ lag: UInt64?
  ) -> ShardsDocument.Instance {
    instance(id, "replica", health, lag)
  }

  private static func instance(
    _ id: String, _ role: String, _ health: String, _ lag: UInt64?
  ) -> ShardsDocument.Instance {
    ShardsDocument.Instance(
      id: id, role: role, region: "eu", zone: "eu-a", address: "127.0.0.1:5432", health: health,
      inFlight: 2, lagMilliseconds: lag, sampleAgeMilliseconds: 10, roundTripMicroseconds: 300)
  }

  private static func tenant(_ id: String, _ rate: Double, limit: UInt32?) -> TenantsDocument.Tenant
  {
    TenantsDocument.Tenant(
      id: id, shard: "s1", policy: "standard", state: "active", transactionsPerSecond: rate,
      bytesPerSecond: 52_000, busyServers: 0.5, shardShare: 0.25, p95Microseconds: 1_500,
      transactionLimit: limit, sessions: 4, waiting: 0, delayed: 0, delayedBy: nil, stage: "watched"
    )
  }
}
