import ControlPlane
import MapDocument
import MapExchange
import Testing

private func put(_ key: String, _ body: JSONValue, if condition: Condition = .none) -> Change {
  SampleFleet.put(key, body, if: condition)
}
private func patch(_ key: String, _ body: JSONValue, if condition: Condition = .none) -> Change {
  Change(.patch(body), SampleFleet.key(key), if: condition)
}
private func delete(_ key: String, if condition: Condition = .none) -> Change {
  Change(.delete, SampleFleet.key(key), if: condition)
}
private func tenant(_ shard: String, _ database: String) -> JSONValue {
  SampleFleet.tenant(shard: shard, database: database)
}

@Suite("Decisions")
struct DecideTests {
  @Test(
    "A change that breaks a rule is refused, and the code says which",
    arguments: [
      (put("zone/x", ["region": "nowhere"]), "unknown-reference"),
      (put("instance/x", ["zone": "nowhere", "address": "192.0.2.9:1"]), "unknown-reference"),
      (put("shard/x", ["primary": "nobody", "replicas": []]), "unknown-reference"),
      (put("shard/one", ["primary": "a", "replicas": ["nobody"]]), "unknown-reference"),
      (put("tenant/x", tenant("nowhere", "x")), "unknown-reference"),
      (patch("tenant/acme", ["policy": "none"]), "unknown-reference"),
      (patch("tenant/acme", ["pool": "none"]), "unknown-reference"),
      (put("tenant/x", tenant("one", "acme")), "already-taken"),
      (patch("tenant/globex", ["shard": "one", "database": "acme"]), "already-taken"),
      (put("instance/x", ["zone": "n1", "address": "192.0.2.1:5432"]), "already-taken"),
      (put("shard/x", ["primary": "b", "replicas": []]), "already-taken"),
      (patch("shard/two", ["replicas": ["a"]]), "already-taken"),
      (delete("region/north"), "in-use"), (delete("zone/n1"), "in-use"),
      (delete("instance/b"), "in-use"), (delete("shard/one"), "in-use"),
      (delete("policy/standard"), "in-use"), (delete("pool/shared"), "in-use"),
      (delete("tenant/nobody"), "not-found"), (patch("tenant/nobody", [:]), "not-found"),
      (put("tenant/acme", tenant("one", "acme"), if: .absent), "already-exists"),
      (put("tenant/acme", tenant("one", "acme"), if: .version(2)), "version-conflict"),
      (put("tenant/x", tenant("one", "x"), if: .version(1)), "version-conflict"),
      (put("tenant/x", tenant("one", "x"), if: .present), "version-conflict"),
      (put("tenant/acme", tenant("one", "acme"), if: .stated), "condition-required"),
      (delete("tenant/acme", if: .stated), "condition-required"),
      (put("tenant/Acme", tenant("one", "x")), "invalid-resource"),
      (put("tenant/x", ["shard": "one"]), "invalid-resource"),
      (put("tenant/x", tenant("one", "")), "invalid-resource"),
      (put("tenant/x", tenant("one", "a\nb")), "invalid-resource"),
      (put("tenant/x", "text"), "invalid-resource"),
      (patch("tenant/acme", ["databas": "x"]), "invalid-resource"),
      (patch("tenant/acme", ["id": "other"]), "invalid-resource"),
      (patch("tenant/acme", ["state": "asleep"]), "invalid-resource"),
      (patch("tenant/acme", ["shard": .null]), "invalid-resource"),
      (put("region/x", ["zones": []]), "invalid-resource"),
      (put("instance/x", ["zone": "n1", "address": "db.example.com:1"]), "invalid-resource"),
      (put("shard/x", ["primary": "a", "replicas": ["a"]]), "invalid-resource"),
      (put("policy/x", ["tier": "strongest"]), "invalid-resource"),
      (put("policy/x", ["tier": "bounded:25h"]), "invalid-resource"),
      (put("policy/x", ["tier": "strong", "readTier": "odd"]), "invalid-resource"),
      (put("policy/x", ["tier": "strong", "pooling": "statement"]), "invalid-resource"),
      (put("policy/x", ["tier": "strong", "primaryReadBudgetPercent": 101]), "invalid-resource"),
      (patch("policy/standard", ["primaryReadBudgetPercent": -1]), "invalid-resource"),
      (patch("policy/standard", ["primaryReadBudgetPercent": "20"]), "invalid-resource"),
      (patch("policy/standard", ["freshness": ["routing": ["ttl": "1ms"]]]), "invalid-resource"),
      (
        put("policy/x", ["tier": "strong", "freshness": ["routing": ["tll": "1s"]]]),
        "invalid-resource"
      ),
      (put("policy/x", ["tier": "strong", "envelope": ["weight": 0]]), "invalid-resource"),
      (put("policy/x", ["tier": "strong", "envelope": ["burts": 1]]), "invalid-resource"),
      (patch("policy/standard", ["degradation": ["deepest": "paused"]]), "invalid-resource"),
      (patch("policy/standard", ["hotTenant": [:]]), "invalid-resource"),
      (patch("policy/standard", ["label": "Gold"]), "invalid-resource"),
      (
        patch("policy/standard", ["hotTenant": ["p95": "1s", "quarantinePool": "nowhere"]]),
        "unknown-reference"
      ),
      (patch("pool/shared", ["routersPerTenant": 1]), "invalid-resource"),
      (patch("pool/shared", ["routers": ["r1", "r1"]]), "invalid-resource"),
      (patch("pool/shared", ["addresses": ["router.example.com:6432"]]), "invalid-resource"),
      (patch("pool/shared", ["foreign": "adopt"]), "invalid-resource"),
      (patch("shard/one", ["mode": "read-only", "modeUntil": "soon"]), "invalid-resource"),
      (patch("shard/one", ["modeUntil": "2026-11-29T10:00:00Z"]), "invalid-resource"),
      (patch("shard/one", ["mode": "paused", "modeCause": "two\nlines"]), "invalid-resource"),
      (patch("tenant/acme", ["mode": "off"]), "invalid-resource"),
      (
        patch("tenant/acme", ["mode": "paused", "modeUntil": "2026-11-29T10:00:00.5Z"]),
        "invalid-resource"
      ),
      (patch("tenant/acme", ["generation": 7]), "server-managed-field"),
      (patch("shard/one", ["epoch": 2]), "server-managed-field"),
      (patch("tenant/acme", ["version": 9]), "server-managed-field"),
      (put("tenant/x", tenant("one", "x").merging(["generation": 4])), "server-managed-field"),
    ] as [(Change, String)])
  func refusals(_ change: Change, code: String) throws {
    let fleet = try MemoryFleet(SampleFleet.changes)
    let before = fleet.resources
    let refusal = #expect(throws: Refusal.self) { try fleet.apply(change) }
    #expect(refusal?.code == code, "\(refusal.map(String.init(describing:)) ?? "")")
    #expect(fleet.resources == before)
  }

  @Test("A refused reference names its field")
  func fields() throws {
    let fleet = try MemoryFleet(SampleFleet.changes)
    let refusal = #expect(throws: Refusal.self) {
      try fleet.apply(put("shard/one", ["primary": "a", "replicas": ["b", "nobody"]]))
    }
    #expect(
      refusal
        == .unknownReference(
          SampleFleet.key("shard/one"), field: "replicas[1]", SampleFleet.key("instance/nobody")))
  }

  @Test("A refused value of a policy names its field and what it may be")
  func policyFields() throws {
    let fleet = try MemoryFleet(SampleFleet.changes)
    for (body, path, reason) in [
      (["primaryReadBudgetPercent": 101], "primaryReadBudgetPercent", "0 to 100"),
      (["readTier": "bounded:0s"], "readTier", "1ms to 24h"),
      (["freshness": ["envelope": ["maxStale": "1s"]]], "freshness.envelope.maxStale", "or more"),
    ] as [(JSONValue, String, String)] {
      let refusal = #expect(throws: Refusal.self) {
        try fleet.apply(patch("policy/standard", body))
      }
      guard case .invalid(_, path, let text)? = refusal else {
        Issue.record("\(refusal.map(String.init(describing:)) ?? "nothing") is another refusal")
        continue
      }
      #expect(text.contains(reason), "\(text)")
    }
  }

  @Test("A policy takes every tier, and loses what is taken away")
  func policyTiers() throws {
    let fleet = try MemoryFleet(SampleFleet.changes)
    for tier in ["strong", "session", "bounded:1500ms", "eventual"] {
      let change = patch("policy/standard", ["tier": .string(tier), "readTier": .string(tier)])
      let event = try fleet.apply(change)
      #expect(event?.resource.fields["tier"] == .string(tier))
      #expect(event?.resource.fields["readTier"] == .string(tier))
    }
    let event = try fleet.apply(
      patch(
        "policy/standard",
        ["readTier": .null, "pooling": .null, "primaryReadBudgetPercent": .null]))
    let fields = event?.resource.fields.fields ?? [:]
    #expect(Set(fields.keys) == ["id", "tier", "boundedFallback", "freshness"])
  }

  @Test("A pool that a policy sends hot tenants to stays until no policy names it")
  func quarantinePool() throws {
    let fleet = try MemoryFleet(SampleFleet.changes)
    try fleet.apply(put("pool/quarantine", ["dedicated": false, "foreign": "serve"]))
    try fleet.apply(
      patch(
        "policy/standard", ["hotTenant": ["p95": "200ms", "quarantinePool": "quarantine"]]))
    let refusal = #expect(throws: Refusal.self) { try fleet.apply(delete("pool/quarantine")) }
    #expect(refusal == .inUse(SampleFleet.key("pool/quarantine"), by: [.policy: 1]))
    let event = try fleet.apply(
      patch("policy/standard", ["hotTenant": ["quarantinePool": .null]]))
    #expect(event?.resource.fields["hotTenant"] == ["p95": "200ms"])
    #expect(try fleet.apply(delete("pool/quarantine"))?.kind == .deleted)
  }

  @Test("A mode comes with its end and its cause, and goes with them")
  func modes() throws {
    let fleet = try MemoryFleet(SampleFleet.changes)
    let end = JSONValue.string("2026-11-29T10:00:00Z")
    for (key, mode) in [
      (
        "shard/one",
        ["mode": "read-only", "modeUntil": end, "modeCause": "disk nearly full"] as JSONValue
      ),
      ("tenant/acme", ["mode": "relaxed", "modeUntil": end]),
    ] {
      let fields = try #require(try fleet.apply(patch(key, mode))).resource.fields
      for (name, value) in mode.fields ?? [:] { #expect(fields[name] == value) }
      let normal: JSONValue = ["mode": "normal", "modeUntil": .null, "modeCause": .null]
      let wish = key == "shard/one" ? normal : ["mode": .null, "modeUntil": .null]
      let after = try #require(try fleet.apply(patch(key, wish))).resource.fields
      #expect(after["modeUntil"] == nil)
      #expect(after["modeCause"] == nil)
    }
  }

  @Test("What is so already makes no event")
  func unchanged() throws {
    let fleet = try MemoryFleet(SampleFleet.changes)
    for change in SampleFleet.changes { #expect(try fleet.apply(change) == nil) }
    #expect(try fleet.apply(patch("tenant/acme", [:])) == nil)
    #expect(try fleet.apply(patch("tenant/acme", ["state": .null])) == nil)
  }

  @Test("Versions count events, and go on after a deletion")
  func versions() throws {
    let fleet = try MemoryFleet(SampleFleet.changes)
    #expect(try fleet.apply(patch("tenant/acme", ["state": "suspended"]))?.version == 2)
    #expect(try fleet.apply(delete("tenant/acme", if: .version(2)))?.version == 3)
    let again = try fleet.apply(put("tenant/acme", tenant("one", "acme"), if: .absent))
    #expect(again?.version == 4)
    #expect(again?.kind == .created)
  }

  /// Steps on tenant/acme, which begins on shard one; the generation after each.
  @Test(
    "A generation grows when, and only when, the shard changes",
    arguments: [
      ([patch("tenant/acme", ["shard": "two"])], 2),
      ([patch("tenant/acme", ["database": "other", "state": "suspended"])], 1),
      ([patch("tenant/acme", ["shard": "two"]), patch("tenant/acme", ["shard": "one"])], 3),
      ([delete("tenant/acme"), put("tenant/acme", tenant("one", "acme"))], 1),
      ([delete("tenant/acme"), put("tenant/acme", tenant("two", "acme"))], 2),
      (
        [
          patch("tenant/acme", ["shard": "two"]), delete("tenant/acme"),
          put("tenant/acme", tenant("one", "acme")),
        ], 3
      ),
      // Whoever read it and writes it back sends the old generation, or knows the new one.
      ([patch("tenant/acme", ["shard": "two", "generation": 1])], 2),
      ([patch("tenant/acme", ["shard": "two", "generation": 2])], 2),
    ] as [([Change], UInt64)])
  func generations(_ steps: [Change], generation: UInt64) throws {
    let fleet = try MemoryFleet(SampleFleet.changes)
    for step in steps { try fleet.apply(step) }
    guard case .tenant(let tenant)? = fleet.stored(SampleFleet.key("tenant/acme"))?.resource else {
      Issue.record("acme is gone")
      return
    }
    #expect(tenant.generation == generation)
  }

  @Test("An epoch grows when, and only when, the primary changes")
  func epochs() throws {
    let fleet = try MemoryFleet(SampleFleet.changes)
    func epoch() -> UInt64? {
      guard case .shard(let shard)? = fleet.stored(SampleFleet.key("shard/one"))?.resource else {
        return nil
      }
      return shard.epoch
    }
    try fleet.apply(patch("shard/one", ["mode": "paused"]))
    #expect(epoch() == 1)
    try fleet.apply(patch("shard/one", ["primary": "b", "replicas": ["a"]]))
    #expect(epoch() == 2)
    try fleet.apply(patch("shard/one", ["replicas": []]))
    #expect(epoch() == 2)
  }

  @Test("A map that moves in keeps its epochs and generations")
  func adopted() throws {
    let fleet = try MemoryFleet(SampleFleet.changes)
    let body = tenant("one", "x").merging(["generation": 41])
    let event = try fleet.apply(put("tenant/x", body), counters: .adopted)
    guard case .tenant(let tenant)? = event?.resource else {
      Issue.record("no tenant")
      return
    }
    #expect(tenant.generation == 41)
    // From then on it is kept here.
    #expect(throws: Refusal.self) {
      try fleet.apply(patch("tenant/x", ["generation": 50]), counters: .adopted)
    }
  }

  @Test("A fleet can be taken down in the other direction")
  func takenDown() throws {
    let fleet = try MemoryFleet(SampleFleet.changes)
    for change in SampleFleet.changes.reversed() {
      #expect(try fleet.apply(Change(.delete, change.key))?.kind == .deleted)
    }
    #expect(fleet.resources.values.allSatisfy { !$0.isLive })
  }
}
