import MapDocument
import ShardMap
import Testing

/// A change to the sample, and the findings that must follow: the path, and a part of the message.
struct ValidationCase: CustomTestStringConvertible, Sendable {
  let testDescription: String
  let change: @Sendable (inout MapDocument) -> Void
  let findings: [(path: String, message: String)]

  init(
    _ name: String, _ findings: [(path: String, message: String)],
    _ change: @escaping @Sendable (inout MapDocument) -> Void
  ) {
    testDescription = name
    self.change = change
    self.findings = findings
  }

  /// Compares findings with the expected ones, in order.
  func check(_ found: [MapFinding]) {
    #expect(found.map(\.path) == findings.map(\.path))
    for (finding, expected) in zip(found, findings) {
      #expect(finding.message.contains(expected.message), "\(finding)")
      #expect(!finding.hint.isEmpty)
    }
  }
}

@Suite("Validating a map document")
struct ValidationTests {
  @Test("finds nothing in a sound one")
  func sound() {
    #expect(MapDocument.sample.validate() == [])
  }

  @Test("finds references to nothing", arguments: dangling)
  func danglingReferences(_ test: ValidationCase) {
    test.check(MapDocument.sample(test.change).validate())
  }

  static let dangling: [ValidationCase] = [
    ValidationCase("zone", [("topology.instances[0].zone", "no zone \"x\"")]) {
      $0.topology.instances[0].zone = "x"
    },
    ValidationCase("primary", [("shards[1].primary", "no instance \"x\"")]) {
      $0.shards[1].primary = "x"
    },
    ValidationCase("replica", [("shards[0].replicas[1]", "no instance \"x\"")]) {
      $0.shards[0].replicas.append("x")
    },
    ValidationCase("shard", [("tenants[0].shard", "no shard \"x\"")]) { $0.tenants[0].shard = "x" },
    ValidationCase("policy", [("tenants[1].policy", "no policy \"x\"")]) {
      $0.tenants[1].policy = "x"
    },
    ValidationCase("pool", [("tenants[1].pool", "no pool \"x\"")]) { $0.tenants[1].pool = "x" },
    ValidationCase(
      "several at once", [("shards[0].primary", "no instance"), ("tenants[0].pool", "no pool")]
    ) {
      $0.shards[0].primary = "x"
      $0.tenants[0].pool = "x"
    },
  ]

  @Test("finds instances with two roles", arguments: roles)
  func twoRoles(_ test: ValidationCase) {
    test.check(MapDocument.sample(test.change).validate())
  }

  static let roles: [ValidationCase] = [
    ValidationCase("two primaries", [("shards[1].primary", "primary of two shards")]) {
      $0.shards[1].primary = "s1-a"
    },
    ValidationCase("primary and replica", [("shards[0].replicas[0]", "primary and replica")]) {
      $0.shards[0].replicas = ["s1-a"]
    },
    ValidationCase("replica of two", [("shards[1].replicas[0]", "in two shards")]) {
      $0.shards[1].replicas = ["s1-b"]
    },
    ValidationCase("primary and another's replica", [("shards[1].replicas[0]", "in two shards")]) {
      $0.shards[1].replicas = ["s1-a"]
    },
    ValidationCase("replica and another's primary", [("shards[1].primary", "in two shards")]) {
      $0.shards[1].primary = "s1-b"
    },
    ValidationCase("replica twice", [("shards[0].replicas[1]", "listed twice")]) {
      $0.shards[0].replicas = ["s1-b", "s1-b"]
    },
  ]

  @Test("finds ids, addresses and databases that are there twice", arguments: duplicates)
  func thereTwice(_ test: ValidationCase) {
    test.check(MapDocument.sample(test.change).validate())
  }

  static let duplicates: [ValidationCase] = [
    ValidationCase("region", [("topology.regions[2].id", "topology.regions[0].id")]) {
      $0.topology.regions.append(Region(id: "near", zones: []))
    },
    ValidationCase(
      "zone", [("topology.regions[1].zones[1]", "topology.regions[0].zones[1]")]
    ) { $0.topology.regions[1].zones.append("near-b") },
    ValidationCase("instance", [("topology.instances[5].id", "topology.instances[4].id")]) {
      $0.topology.instances.append(
        Instance(id: "spare", zone: "far-a", address: "127.0.0.1:5441"))
    },
    ValidationCase(
      "address", [("topology.instances[4].address", "topology.instances[0].address")]
    ) { $0.topology.instances[4].address = "127.0.0.1:5433" },
    ValidationCase(
      "address written otherwise",
      [("topology.instances[4].address", "topology.instances[2].address")]
    ) { $0.topology.instances[4].address = "[0:0:0:0::1]:5433" },
    ValidationCase("shard", [("shards[2].id", "shards[0].id")]) {
      $0.shards.append(Shard(id: "s1", epoch: 1, primary: "spare", replicas: []))
    },
    ValidationCase("policy", [("policies[2].id", "policies[0].id")]) {
      $0.policies.append(Policy(id: "standard", tier: .strong))
    },
    ValidationCase("pool", [("pools[2].id", "pools[1].id")]) {
      $0.pools.append(Pool(id: "own", dedicated: false))
    },
    ValidationCase("tenant", [("tenants[1].id", "tenants[0].id")]) { $0.tenants[1].id = "acme" },
    ValidationCase("database", [("tenants[1].database", "tenants[0]")]) {
      $0.tenants[1].shard = "s1"
      $0.tenants[1].database = "acme"
    },
  ]

  @Test(
    "finds ids that are none",
    arguments: ["", "-a", "_a", "Acme", "a.b", "a b", "é", String(repeating: "a", count: 64)])
  func badIdentifiers(id: String) {
    let findings = MapDocument.sample { $0.tenants[0].id = id }.validate()
    #expect(findings.map(\.path) == ["tenants[0].id"])
  }

  @Test("takes ids of every allowed form", arguments: ["a", "0", "a-b_c-9", "9-", "a_"])
  func goodIdentifiers(id: String) {
    #expect(MapDocument.sample { $0.tenants[0].id = id }.validate() == [])
  }

  @Test(
    "finds addresses that don't parse",
    arguments: ["", "localhost:5432", "127.0.0.1", "127.0.0.1:0", "127.0.0.1:99999", "::1:5432"])
  func addresses(text: String) {
    let findings = MapDocument.sample { $0.topology.instances[4].address = text }.validate()
    #expect(findings.map(\.path) == ["topology.instances[4].address"])
  }

  @Test(
    "finds names that can't be a database's",
    arguments: ["", String(repeating: "a", count: 64), "a\u{0}b", "a\nb"])
  func databases(name: String) {
    let findings = MapDocument.sample { $0.tenants[0].database = name }.validate()
    #expect(findings.map(\.path) == ["tenants[0].database"])
  }

  @Test("finds numbers that begin with 0, and a time before 1970")
  func numbers() {
    let document = MapDocument.sample {
      $0.mapVersion = 0
      $0.issuedAt = IssueTime(millisecondsSince1970: -1)
      $0.shards[0].epoch = 0
      $0.tenants[0].generation = 0
    }
    #expect(
      document.validate().map(\.path) == [
        "mapVersion", "issuedAt", "shards[0].epoch", "tenants[0].generation",
      ])
  }

  @Test("finds freshness that is out of range or contradicts itself", arguments: freshness)
  func badFreshness(_ test: ValidationCase) {
    test.check(MapDocument.sample(test.change).validate())
  }

  static let freshness: [ValidationCase] = [
    ValidationCase("TTL too short", [("policies[1].freshness.routing.ttl", "99ms is out of range")])
    {
      $0.policies[1].freshness[.routing].ttlMilliseconds = 99
    },
    ValidationCase("no TTL", [("policies[1].freshness.envelope.ttl", "0ms is out of range")]) {
      $0.policies[1].freshness[.envelope].ttlMilliseconds = 0
    },
    ValidationCase(
      "end too far", [("policies[0].freshness.permissions.maxStale", "31d is out of range")]
    ) { $0.policies[0].freshness[.permissions].maxStaleMilliseconds = 31 * 86_400_000 },
    ValidationCase(
      "end before the TTL",
      [("policies[0].freshness.permissions.maxStale", "20s, which is shorter than the TTL of 30s")]
    ) { $0.policies[0].freshness[.permissions].maxStaleMilliseconds = 20_000 },
  ]

  @Test("finds a budget and bounds of tiers that are out of range", arguments: tiers)
  func badTiers(_ test: ValidationCase) {
    test.check(MapDocument.sample(test.change).validate())
  }

  static let tiers: [ValidationCase] = [
    ValidationCase(
      "budget above all", [("policies[1].primaryReadBudgetPercent", "101 is out of range")]
    ) { $0.policies[1].primaryReadBudgetPercent = 101 },
    ValidationCase(
      "budget below none", [("policies[0].primaryReadBudgetPercent", "-1 is out of range")]
    ) { $0.policies[0].primaryReadBudgetPercent = -1 },
    ValidationCase(
      "bounds",
      [("policies[0].tier", "out of range"), ("policies[0].readTier", "out of range")]
    ) {
      $0.policies[0].tier = .bounded(milliseconds: 0)
      $0.policies[0].readTier = .bounded(milliseconds: 86_400_001)
    },
  ]

  @Test("finds what is over a limit")
  func limits() {
    let names = (0...MapLimits.replicasPerShard).map { "r\($0)" }
    let replicas = MapDocument.sample {
      for (number, name) in names.enumerated() {
        $0.topology.instances.append(
          Instance(id: name, zone: "near-a", address: "127.0.1.1:\(6000 + number)"))
      }
      $0.shards[0].replicas = names
    }
    #expect(replicas.validate().map(\.path) == ["shards[0].replicas"])

    let regions = MapDocument.sample {
      $0.topology.regions += (0..<MapLimits.regions).map { Region(id: "r\($0)", zones: []) }
    }
    #expect(regions.validate().map(\.path) == ["topology.regions"])
  }
}
