import MapDocument
import MapExchange
import ShardMap
import Testing

@Suite("A resource as a record")
struct ResourceRecordTests {
  @Test("comes back as it was", arguments: MapDocument.sample.resources)
  func roundTrip(resource: MapResource) throws {
    let record = MapRecord(resource)
    #expect(record.key == resource.key)
    #expect(try record.resource() == resource)
    let received = try MapRecord(canonical: record.bytes)
    #expect(received == record)
    #expect(received.leaf == record.leaf)
    #expect(ResourceKey(record.key.description) == record.key)
  }

  @Test("has these bytes")
  func bytes() {
    let texts = [
      #"{"id":"eu","kind":"region"}"#: MapResource.region(id: "eu"),
      #"{"id":"eu-a","kind":"zone","region":"eu"}"#: .zone(id: "eu-a", region: "eu"),
      #"{"address":"192.0.2.1:5432","id":"i","kind":"instance","zone":"eu-a"}"#:
        .instance(Instance(id: "i", zone: "eu-a", address: "192.0.2.1:5432")),
      #"{"epoch":3,"id":"s","kind":"shard","mode":"normal","primary":"i","replicas":["j","k"]}"#:
        .shard(Shard(id: "s", epoch: 3, primary: "i", replicas: ["j", "k"])),
      #"{"boundedFallback":"primary","freshness":{"envelope":{"maxStale":"12h","ttl":"30s"},"#
        + #""permissions":{"maxStale":"12h","ttl":"30s"},"routing":{"maxStale":"12h","ttl":"30s"}},"#
        + #""id":"standard","kind":"policy","tier":"strong"}"#:
        .policy(Policy(id: "standard", tier: .strong)),
      #"{"boundedFallback":"refuse","freshness":{"envelope":{"maxStale":"12h","ttl":"30s"},"#
        + #""permissions":{"maxStale":"12h","ttl":"30s"},"routing":{"maxStale":"12h","ttl":"30s"}},"#
        + #""id":"full","kind":"policy","pooling":"transaction","primaryReadBudgetPercent":5,"#
        + #""readTier":"bounded:1500ms","tier":"session"}"#:
        .policy(
          Policy(
            id: "full", tier: .session, readTier: .bounded(milliseconds: 1_500),
            pooling: .transaction, boundedFallback: .refuse, primaryReadBudgetPercent: 5)),
      #"{"dedicated":false,"id":"shared","kind":"pool"}"#:
        .pool(Pool(id: "shared", dedicated: false)),
      #"{"database":"acme","generation":18446744073709551615,"id":"acme","kind":"tenant","#
        + #""policy":"standard","pool":"shared","shard":"s1","state":"active"}"#:
        .tenant(
          Tenant(
            id: "acme", generation: .max, shard: "s1", database: "acme", pool: "shared",
            policy: "standard")),
    ]
    for (text, resource) in texts {
      #expect(String(decoding: MapRecord(resource).bytes, as: UTF8.self) == text)
    }
  }

  @Test("has these bytes with everything that may be left out")
  func fullBytes() throws {
    let state = MapState(MapDocument.sample)
    let texts = [
      "shard/s2": #"{"epoch":5,"id":"s2","kind":"shard","mode":"paused","#
        + #""modeCause":"disk \"full\"","modeUntil":"2026-11-29T10:00:00Z","primary":"s2-a","#
        + #""replicas":["s2-b"]}"#,
      "pool/shared": #"{"addresses":["127.0.0.1:6432","[::1]:6432"],"dedicated":false,"#
        + #""foreign":"serve","id":"shared","kind":"pool","routers":["r1","r2"],"#
        + #""routersPerTenant":1}"#,
      "tenant/globex": #"{"database":"globex \"db\"\\é","generation":4,"id":"globex","#
        + #""kind":"tenant","mode":"eventual-only","modeUntil":"2026-11-29T10:00:00Z","#
        + #""policy":"relaxed","pool":"own","shard":"s2","state":"suspended"}"#,
      "policy/relaxed": #"{"boundedFallback":"refuse","#
        + #""degradation":{"deepest":"relaxed","relaxedBound":"30s"},"#
        + #""envelope":{"burst":100,"bytesInPerSecond":10000000,"bytesOutPerSecond":5000000000,"#
        + #""clientConnections":200,"connectionAttemptsPerSecond":50,"maxDelay":"0ms","#
        + #""priority":"batch","serverConnections":20,"transactionsPerSecond":500,"weight":4},"#
        + #""freshness":{"envelope":{"maxStale":"12h","ttl":"30s"},"#
        + #""permissions":{"maxStale":"12h","ttl":"30s"},"routing":{"maxStale":"12h","ttl":"30s"}},"#
        + #""hotTenant":{"coolDown":"1m","p95":"200ms","quarantinePool":"shared","#
        + #""requestsMove":false,"shardTimePercent":50,"sustained":"3s","tightenPercent":25},"#
        + #""id":"relaxed","kind":"policy","label":"gold","pooling":"transaction","#
        + #""primaryReadBudgetPercent":5,"readTier":"eventual","tier":"bounded:5s"}"#,
    ]
    for (key, text) in texts {
      let record = try #require(ResourceKey(key).flatMap { state[$0] })
      #expect(String(decoding: record.bytes, as: UTF8.self) == text)
    }
  }

  @Test("keeps a field that nobody knows: in its bytes and its leaf, and not in the resource")
  func unknownField() throws {
    let plain = #"{"id":"eu-a","kind":"zone","region":"eu"}"#
    let richer = #"{"altitude":{"m":12},"id":"eu-a","kind":"zone","region":"eu","zz":[1]}"#
    let one = try MapRecord(canonical: Array(plain.utf8))
    let other = try MapRecord(canonical: Array(richer.utf8))
    #expect(try one.resource() == other.resource())
    #expect(one.leaf != other.leaf)
    #expect(other.bytes == Array(richer.utf8))
  }

  @Test(
    "is refused without a field, or with one of another type",
    arguments: [
      #"{"id":"z","kind":"zone"}"#, #"{"id":"z","kind":"zone","region":1}"#,
      #"{"id":"i","kind":"instance","zone":"z"}"#,
      #"{"address":"192.0.2.1:5432","id":"i","kind":"instance"}"#,
      #"{"id":"s","kind":"shard","mode":"normal","primary":"i","replicas":[]}"#,
      #"{"epoch":-1,"id":"s","kind":"shard","mode":"normal","primary":"i","replicas":[]}"#,
      #"{"epoch":1,"id":"s","kind":"shard","mode":"odd","primary":"i","replicas":[]}"#,
      #"{"epoch":1,"id":"s","kind":"shard","mode":"normal","primary":"i","replicas":[1]}"#,
      #"{"epoch":1,"id":"s","kind":"shard","mode":"normal","primary":"i","replicas":"i"}"#,
      #"{"id":"p","kind":"policy"}"#, #"{"id":"p","kind":"policy","tier":"odd"}"#,
      #"{"freshness":1,"id":"p","kind":"policy","tier":"strong"}"#,
      #"{"freshness":{"routing":1},"id":"p","kind":"policy","tier":"strong"}"#,
      #"{"freshness":{"routing":{"ttl":"1w"}},"id":"p","kind":"policy","tier":"strong"}"#,
      #"{"freshness":{"routing":{"ttl":"never"}},"id":"p","kind":"policy","tier":"strong"}"#,
      #"{"boundedFallback":"odd","id":"p","kind":"policy","tier":"strong"}"#,
      #"{"id":"p","kind":"policy","tier":"bounded:0s"}"#,
      #"{"id":"p","kind":"policy","tier":1}"#,
      #"{"id":"p","kind":"policy","readTier":"odd","tier":"strong"}"#,
      #"{"id":"p","kind":"policy","readTier":null,"tier":"strong"}"#,
      #"{"id":"p","kind":"policy","pooling":"odd","tier":"strong"}"#,
      #"{"id":"p","kind":"policy","primaryReadBudgetPercent":"20","tier":"strong"}"#,
      #"{"id":"p","kind":"policy","primaryReadBudgetPercent":-1,"tier":"strong"}"#,
      #"{"envelope":{"burst":-1},"id":"p","kind":"policy","tier":"strong"}"#,
      #"{"envelope":{"weight":65536},"id":"p","kind":"policy","tier":"strong"}"#,
      #"{"envelope":{"maxDelay":1},"id":"p","kind":"policy","tier":"strong"}"#,
      #"{"degradation":{"deepest":"odd"},"id":"p","kind":"policy","tier":"strong"}"#,
      #"{"hotTenant":{"requestsMove":1},"id":"p","kind":"policy","tier":"strong"}"#,
      #"{"dedicated":false,"foreign":"odd","id":"p","kind":"pool"}"#,
      #"{"dedicated":false,"id":"p","kind":"pool","routers":[1]}"#,
      #"{"epoch":1,"id":"s","kind":"shard","mode":"normal","modeUntil":"x","primary":"i","replicas":[]}"#,
      #"{"id":"p","kind":"pool"}"#, #"{"dedicated":"yes","id":"p","kind":"pool"}"#,
      #"{"database":"a","generation":1,"id":"a","kind":"tenant","policy":"p","pool":"p","#
        + #""shard":"s"}"#,
      #"{"database":"a","generation":"1","id":"a","kind":"tenant","policy":"p","pool":"p","#
        + #""shard":"s","state":"active"}"#,
    ])
  func missingFields(text: String) throws {
    let record = try MapRecord(canonical: Array(text.utf8))
    #expect { try record.resource() } throws: { ($0 as? ExchangeError)?.code == "malformed" }
  }

  @Test("of a policy has standard freshness where it says none")
  func partialFreshness() throws {
    var rules = FreshnessRules.standard
    rules[.permissions].maxStaleMilliseconds = 60_000
    rules[.routing].maxStaleMilliseconds = FreshnessBound.never
    let texts: [(String, FreshnessRules)] = [
      (#"{"id":"p","kind":"policy","tier":"strong"}"#, .standard),
      (
        #"{"freshness":{"permissions":{"maxStale":"1m"},"routing":{"maxStale":"never"}},"#
          + #""id":"p","kind":"policy","tier":"strong"}"#, rules
      ),
    ]
    for (text, freshness) in texts {
      let record = try MapRecord(canonical: Array(text.utf8))
      #expect(
        try record.resource() == .policy(Policy(id: "p", tier: .strong, freshness: freshness)))
    }
  }

  @Test(
    "of a policy gives back every tier, read tier, pooling and budget",
    arguments: [.strong, .session, .bounded(milliseconds: 1), .eventual] as [Consistency],
    [nil, .strong, .session, .bounded(milliseconds: 86_400_000), .eventual] as [Consistency?])
  func tiers(tier: Consistency, readTier: Consistency?) throws {
    for (pooling, budget) in [(nil, 0), (.session, 20), (.transaction, 100)] as [(PoolMode?, Int)] {
      let resource = MapResource.policy(
        Policy(
          id: "p", tier: tier, readTier: readTier, pooling: pooling,
          primaryReadBudgetPercent: budget))
      let record = try MapRecord(canonical: MapRecord(resource).bytes)
      #expect(try record.resource() == resource)
    }
  }

  @Test("of a policy has the same meaning with a default written out, and other bytes")
  func defaultWrittenOut() throws {
    let text = #"{"id":"p","kind":"policy","primaryReadBudgetPercent":20,"tier":"strong"}"#
    let record = try MapRecord(canonical: Array(text.utf8))
    #expect(try record.resource() == .policy(Policy(id: "p", tier: .strong)))
    #expect(record.bytes == Array(text.utf8))
  }

  @Test("kinds come in the order in which changes are made")
  func kinds() {
    #expect(ResourceKind.allCases.sorted() == ResourceKind.allCases)
    #expect(
      ResourceKind.allCases.map(\.rawValue) == [
        "region", "zone", "instance", "shard", "policy", "pool", "tenant",
      ])
    let keys = [
      "region/z", "shard/a", "tenant/a", "tenant/a-", "tenant/a0", "tenant/aa", "tenant/b",
    ]
    .map { ResourceKey($0)! }
    #expect(keys.sorted() == keys)
    for bad in ["", "/", "tenant", "tenant/", "/a", "planet/a", "tenant/A", "tenant/a/b"] {
      #expect(ResourceKey(bad) == nil)
    }
  }
}
