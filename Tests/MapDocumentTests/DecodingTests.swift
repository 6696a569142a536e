import Foundation
import MapDocument
import RandomNumbers
import ShardMap
import Testing

@Suite("Decoding a map document")
struct DecodingTests {
  @Test("gives back what was encoded")
  func roundTrip() throws {
    for document in [MapDocument.sample, .full] {
      #expect(try MapDocument.decode(document.encoded()) == document)
    }
  }

  @Test("reads the sample configuration, which is valid")
  func sampleConfiguration() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let bytes = try Data(contentsOf: root.appendingPathComponent("Config/map.json"))
    let document = try MapDocument.decode(Array(bytes))
    #expect(document.validate() == [])
    #expect(document.tenants.map(\.id) == ["acme", "globex", "initech"])
  }

  @Test("fills in mode and state")
  func defaults() throws {
    let text = Self.sampleText
      .replacing("\"mode\" : \"paused\",", with: "")
      .replacing(#/,\s*"state" : "suspended"/#, with: "")
      .replacing(#/"boundedFallback" : "primary",\s*"freshness" : \{(.|\n)*?\}\s*\},/#, with: "")
      .replacing("\"primaryReadBudgetPercent\" : 20,", with: "")
    try #require(!text.contains("freshness") && !text.contains("Percent"))
    let document = try MapDocument.decode(Array(text.utf8))
    #expect(document.policies.map(\.freshness) == [.standard, .standard])
    #expect(document.policies.map(\.boundedFallback) == [.primary, .primary])
    #expect(document.policies.map(\.readTier) == [nil, nil])
    #expect(document.policies.map(\.pooling) == [nil, nil])
    #expect(document.policies.map(\.primaryReadBudgetPercent) == [20, 20])
    #expect(document.shards.map(\.mode) == [.normal, .normal])
    #expect(document.tenants.map(\.state) == [.active, .active])
  }

  @Test(
    "fills in what envelopes, downgrades, hot tenants and pools leave out, and writes no default")
  func termDefaults() throws {
    let text = Self.sampleText
    for name in ["transactions", "degradation", "hotTenant", "label", "foreign", "addresses"] {
      #expect(!text.contains(name))
    }
    let document = try MapDocument.decode(
      Array(
        text.replacing(
          "\"tier\" : \"strong\"",
          with: #""tier":"strong","envelope":{"burst":3},"degradation":{},"hotTenant":{"p95":"1s"}"#
        ).utf8))
    #expect(document.policies[0].envelope == Envelope(transactionBurst: 3))
    #expect(document.policies[0].degradation == .standard)
    #expect(
      document.policies[0].hotTenant == HotTenantTerms(HotTenantRules(p95Milliseconds: 1000)))
    #expect(document.policies[1].envelope == .unlimited)
    #expect(document.pools.map(\.foreign) == [.refuse, .refuse])
    #expect(document.tenants.map(\.mode) == [.normal, .normal])
  }

  private static let budget = "policies[0].primaryReadBudgetPercent"

  /// Text of the encoded sample, its replacement, and the path and a part of the message that
  /// follow.
  @Test(
    "names the field that is wrong",
    arguments: [
      ("\"id\" : \"globex\"", "\"id\" : 3", "tenants[1].id", "a string"),
      ("\"id\" : \"globex\"", "\"id\" : null", "tenants[1].id", "null"),
      ("\"id\" : \"globex\",", "", "tenants[1].id", "missing"),
      ("\"epoch\" : 5", "\"epoch\" : -1", "shards[1].epoch", "whole number"),
      ("\"epoch\" : 5", "\"epoch\" : 1.5", "shards[1].epoch", "whole number"),
      ("\"epoch\" : 5", "\"epoch\" : 18446744073709551616", "shards[1].epoch", "whole number"),
      ("\"epoch\" : 5", "\"epoch\" : \"5\"", "shards[1].epoch", "whole number"),
      ("\"mode\" : \"paused\"", "\"mode\" : \"off\"", "shards[1].mode", "read-only, paused"),
      ("\"tier\" : \"strong\"", "\"tier\" : \"x\"", "policies[0].tier", "strong, session"),
      ("\"tier\" : \"strong\"", "\"tier\" : \"bounded:0s\"", "policies[0].tier", "1ms to 24h"),
      ("\"tier\" : \"strong\"", "\"tier\" : 1", "policies[0].tier", "a string"),
      (
        "\"strong\"", "\"strong\", \"envelope\" : {\"burts\" : 1}", "policies[0].envelope.burts",
        "unknown"
      ),
      (
        "\"strong\"", "\"strong\", \"envelope\" : {\"burst\" : 0}", "policies[0].envelope.burst",
        "1 to 1000000000"
      ),
      (
        "\"strong\"", "\"strong\", \"envelope\" : {\"weight\" : 1001}",
        "policies[0].envelope.weight", "1 to 1000"
      ),
      (
        "\"strong\"", "\"strong\", \"envelope\" : {\"maxDelay\" : 5}",
        "policies[0].envelope.maxDelay", "a string"
      ),
      (
        "\"strong\"", "\"strong\", \"hotTenant\" : {\"shardTimePercent\" : 101}",
        "policies[0].hotTenant.shardTimePercent", "1 to 100"
      ),
      (
        "\"strong\"", "\"strong\", \"degradation\" : {\"relaxedBound\" : \"1w\"}",
        "policies[0].degradation.relaxedBound", "such as"
      ),
      (
        "\"epoch\" : 5", "\"epoch\" : 5, \"modeUntil\" : \"soon\"", "shards[1].modeUntil",
        "2026-11-21"
      ),
      (
        "\"dedicated\" : false", "\"dedicated\" : false, \"foreign\" : \"x\"",
        "pools[0].foreign", "refuse, relay, serve"
      ),
      ("\"strong\"", "\"strong\", \"readTier\" : \"x\"", "policies[0].readTier", "bounded:5s"),
      ("\"strong\"", "\"strong\", \"pooling\" : \"x\"", "policies[0].pooling", "transaction"),
      ("Percent\" : 20", "Percent\" : \"20\"", Self.budget, "whole number"),
      ("Percent\" : 20", "Percent\" : 1.5", Self.budget, "whole number"),
      ("Percent\" : 20", "Percent\" : 18446744073709551616", Self.budget, "whole number"),
      ("\"tier\" : \"strong\"", "\"tir\" : \"strong\"", "policies[0].tir", "unknown"),
      (",\n      \"tier\" : \"strong\"", "", "policies[0].tier", "missing"),
      ("\"ttl\" : \"30s\"", "\"ttl\" : \"30\"", "policies[0].freshness.envelope.ttl", "500ms, 30s"),
      ("\"ttl\" : \"30s\"", "\"ttl\" : 30", "policies[0].freshness.envelope.ttl", "a string"),
      ("\"ttl\" : \"30s\"", "\"ttl\" : \"never\"", "policies[0].freshness.envelope.ttl", "12h"),
      ("\"ttl\" : \"30s\"", "\"ttl\" : \"50d\"", "policies[0].freshness.envelope.ttl", "30d"),
      ("\"12h\"", "\"-1h\"", "policies[0].freshness.envelope.maxStale", "\"never\""),
      ("\"ttl\"", "\"tll\"", "policies[0].freshness.envelope.tll", "ttl, maxStale"),
      ("\"envelope\"", "\"quota\"", "policies[0].freshness.quota", "unknown"),
      ("\"primary\",", "\"x\",", "policies[0].boundedFallback", "primary, refuse"),
      ("\"suspended\"", "\"gone\"", "tenants[1].state", "active, suspended"),
      ("\"dedicated\" : true", "\"dedicated\" : 1", "pools[1].dedicated", "true or false"),
      ("\"far-a\"\n        ]", "7 ]", "topology.regions[1].zones[0]", "a string"),
      ("shardway.map/1", "shardway.map/2", "format", "shardway.map/1"),
      ("2026-11-21T00:00:00Z", "yesterday", "issuedAt", "2026-11-21T00:00:00Z"),
      ("\"mapVersion\" : 7", "\"mapVersion\" : {}", "mapVersion", "whole number"),
    ])
  func fieldPaths(old: String, new: String, path: String, message: String) throws {
    try #require(Self.sampleText.contains(old))
    let text = Self.sampleText.replacing(old, with: new, maxReplacements: 1)
    let error = try #require(throws: MapDocumentError.self) {
      try MapDocument.decode(Array(text.utf8))
    }
    #expect(error.path == path)
    #expect(error.message.contains(message), "\(error.message)")
  }

  @Test("takes the standard for each part of freshness that a policy leaves out")
  func partsOfFreshness() throws {
    let text = Self.sampleText.replacing(
      #/"permissions" : \{(.|\n)*?\}/#, with: "\"permissions\" : { \"ttl\" : \"10s\" }",
      maxReplacements: 1)
    var expected = FreshnessRules.standard
    expected[.permissions].ttlMilliseconds = 10_000
    let document = try MapDocument.decode(Array(text.utf8))
    #expect(document.policies.map(\.freshness) == [expected, .standard])
  }

  @Test("gives back freshness and fallback of every form")
  func freshness() throws {
    let document = MapDocument.sample {
      $0.policies[1].freshness[.routing] = FreshnessBound(
        ttlMilliseconds: 1_500, maxStaleMilliseconds: FreshnessBound.never)
      $0.policies[1].freshness[.permissions] = FreshnessBound(
        ttlMilliseconds: 600_000, maxStaleMilliseconds: 172_800_000)
      $0.policies[1].boundedFallback = .refuse
    }
    #expect(document.validate() == [])
    let text = String(decoding: document.encoded(), as: UTF8.self)
    for age in ["\"1500ms\"", "\"never\"", "\"10m\"", "\"2d\"", "\"30s\"", "\"12h\""] {
      #expect(text.contains(age), "\(age)")
    }
    #expect(try MapDocument.decode(Array(text.utf8)) == document)
  }

  @Test(
    "gives back every tier, read tier, pooling and budget",
    arguments: [.strong, .session, .bounded(milliseconds: 1), .eventual] as [Consistency],
    [nil, .strong, .session, .bounded(milliseconds: 86_400_000), .eventual] as [Consistency?])
  func tiers(tier: Consistency, readTier: Consistency?) throws {
    for (pooling, budget) in [(nil, 0), (.session, 20), (.transaction, 100)] as [(PoolMode?, Int)] {
      let document = MapDocument.sample {
        $0.policies[1].tier = tier
        $0.policies[1].readTier = readTier
        $0.policies[1].pooling = pooling
        $0.policies[1].primaryReadBudgetPercent = budget
      }
      #expect(document.validate() == [])
      #expect(try MapDocument.decode(document.encoded()) == document)
    }
  }

  @Test("says that text is no JSON", arguments: ["", "{", "{\"format\": 3,,}", "map", "\u{0}"])
  func noJSON(text: String) throws {
    let error = try #require(throws: MapDocumentError.self) {
      try MapDocument.decode(Array(text.utf8))
    }
    #expect(error.path == "")
    #expect(error.message.contains("not valid JSON"))
  }

  @Test("never traps on a document with a byte changed")
  func changedBytes() {
    var random = SplitMix64(seed: 1)
    let bytes = MapDocument.sample.encoded()
    var refused = 0
    for _ in 0..<2_000 {
      var changed = bytes
      changed[Int(random.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: random.next())
      do {
        _ = try MapDocument.decode(changed).validate(against: .sample)
      } catch {
        refused += 1
      }
    }
    #expect(refused > 0)
  }

  static let sampleText = String(decoding: MapDocument.sample.encoded(), as: UTF8.self)
}
