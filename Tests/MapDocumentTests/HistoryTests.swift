import MapDocument
import ShardMap
import Testing

@Suite("Validating against the map in force")
struct HistoryTests {
  @Test("finds versions that don't follow", arguments: cases)
  func versions(_ test: ValidationCase) {
    let next = MapDocument.sample {
      $0.mapVersion = 8
      test.change(&$0)
    }
    test.check(next.validate(against: .sample))
  }

  static let cases: [ValidationCase] = [
    ValidationCase("nothing changed but the version", []) { _ in },
    ValidationCase("the same map again", []) { $0.mapVersion = 7 },
    ValidationCase("map version backwards", [("mapVersion", "from 7 to 6")]) { $0.mapVersion = 6 },
    ValidationCase("one version for two contents", [("mapVersion", "still 7")]) {
      $0.mapVersion = 7
      $0.tenants[0].state = .suspended
    },
    ValidationCase("epoch backwards", [("shards[0].epoch", "from 3 to 2")]) {
      $0.shards[0].epoch = 2
    },
    ValidationCase("epoch backwards with a new primary", [("shards[0].epoch", "from 3 to 2")]) {
      $0.shards[0].epoch = 2
      $0.shards[0].primary = "spare"
    },
    ValidationCase("new primary, old epoch", [("shards[0].epoch", "from \"s1-a\" to \"spare\"")]) {
      $0.shards[0].primary = "spare"
    },
    ValidationCase("new epoch, old primary", [("shards[0].epoch", "still \"s1-a\"")]) {
      $0.shards[0].epoch = 4
    },
    ValidationCase("failover", []) {
      $0.shards[0] = Shard(id: "s1", epoch: 4, primary: "s1-b", replicas: ["s1-a"])
    },
    ValidationCase("generation backwards", [("tenants[1].generation", "from 4 to 1")]) {
      $0.tenants[1].generation = 1
    },
    ValidationCase("moved, old generation", [("tenants[0].generation", "from \"s1\" to \"s2\"")]) {
      $0.tenants[0].shard = "s2"
    },
    ValidationCase("new generation, not moved", [("tenants[0].generation", "still \"s1\"")]) {
      $0.tenants[0].generation = 3
    },
    ValidationCase("moved", []) {
      $0.tenants[0].shard = "s2"
      $0.tenants[0].generation = 3
    },
    ValidationCase("order of the tenants changed, one removed, one added", []) {
      $0.tenants.swapAt(0, 1)
      $0.tenants.removeLast()
      $0.tenants.append(
        Tenant(
          id: "new", generation: 1, shard: "s1", database: "new", pool: "shared",
          policy: "standard"))
    },
  ]

  @Test("has a hint for a counter at its end")
  func lastVersion() {
    let before = MapDocument.sample { $0.shards[0].epoch = .max }
    let after = MapDocument.sample {
      $0.mapVersion = 8
      $0.shards[0].epoch = .max
      $0.shards[0].primary = "spare"
    }
    #expect(after.validate(against: before).map(\.path) == ["shards[0].epoch"])
  }
}
