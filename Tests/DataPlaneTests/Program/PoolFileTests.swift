import ConfigurationFile
import DataPlane
import ShardMap
import Testing

@testable import shardway_router

@Suite("The configuration of a router's pool and of dedicated workers")
struct PoolFileTests {
  private static let least = """
    map: /tmp/map.swmap
    workers: 4
    listeners: [{ address: "127.0.0.1:6432", protocol: postgres }]

    """

  private func load(
    _ text: String, _ override: PoolOverride = PoolOverride()
  ) throws -> RouterFile {
    try RouterFile.load(text: Self.least + text, override)
  }

  @Test("may be left out: then the router is for everybody, and so are its workers")
  func defaults() throws {
    let settings = try load("").settings
    #expect(settings.home == nil && settings.dedicated.isEmpty)
  }

  @Test("every setting arrives where it belongs")
  func everything() throws {
    let settings = try load(
      """
      pool: { id: premium-1, router: r1 }
      limits: { clientConnections: 100 }
      pooling: { serversPerInstance: 30 }
      dedicated:
        - { label: gold, workers: 2, serversPerInstance: 10, serversPerPool: 5, connections: 20 }
        - { label: silver, workers: 1, serversPerInstance: 0 }
      """
    ).settings
    var gold = DedicatedSettings(label: "gold", workers: 2)
    (gold.serversPerInstance, gold.serversPerPool, gold.connections) = (10, 5, 20)
    #expect(settings.home == HomeSettings(pool: "premium-1", router: "r1"))
    #expect(settings.dedicated == [gold, DedicatedSettings(label: "silver", workers: 1)])
  }

  /// The file's pool, what the command line says, and what comes of both.
  private static let overrides: [(file: String, PoolOverride, HomeSettings)] = [
    ("", PoolOverride(pool: "a"), HomeSettings(pool: "a")),
    ("", PoolOverride(pool: "a", router: "r2"), HomeSettings(pool: "a", router: "r2")),
    (
      "pool: { id: a, router: r1 }", PoolOverride(router: "r2"),
      HomeSettings(pool: "a", router: "r2")
    ),
    (
      "pool: { id: a, router: r1 }", PoolOverride(pool: "a"),
      HomeSettings(pool: "a", router: "r1")
    ),
    // The name was one of the other pool's.
    ("pool: { id: a, router: r1 }", PoolOverride(pool: "b"), HomeSettings(pool: "b")),
  ]

  @Test("is overridden by the command line", arguments: overrides)
  func overriding(file: String, override: PoolOverride, expected: HomeSettings) throws {
    #expect(try load(file, override).settings.home == expected)
  }

  @Test("a router's name on the command line needs a pool")
  func nameWithoutPool() {
    #expect(throws: ConfigurationError.self) { try load("", PoolOverride(router: "r1")) }
  }

  /// A fault: a line that stands behind the least configuration, and the field that the error names.
  private static let faults: [(line: String, field: String)] = [
    ("pool: { id: \"\" }", "pool.id"),
    ("pool: { id: a, router: \"\" }", "pool.router"),
    ("pool: { router: r1 }", "pool.id"),
    ("pool: { id: a, name: r1 }", "pool.name"),
    ("dedicated: [{ label: \"\", workers: 1 }]", "dedicated[0].label"),
    ("dedicated: [{ label: gold }]", "dedicated[0].workers"),
    ("dedicated: [{ label: gold, workers: 0 }]", "dedicated[0].workers"),
    ("dedicated: [{ label: gold, workers: 4 }]", "dedicated"),
    ("dedicated: [{ label: a, workers: 2 }, { label: b, workers: 2 }]", "dedicated"),
    ("dedicated: [{ label: a, workers: 1 }, { label: a, workers: 1 }]", "dedicated[1].label"),
    (
      "dedicated: [{ label: a, workers: 2, serversPerInstance: 1 }]",
      "dedicated[0].serversPerInstance"
    ),
    ("dedicated: [{ label: a, workers: 1, serversPerPool: 0 }]", "dedicated[0].serversPerPool"),
    ("dedicated: [{ label: a, workers: 1, connections: 10000 }]", "dedicated[0].connections"),
    ("dedicated: [{ label: a, workers: 1, cores: 1 }]", "dedicated[0].cores"),
  ]

  @Test("a fault is told with file, line and field", arguments: faults)
  func telling(line: String, field: String) throws {
    let error = try #require(throws: ConfigurationError.self) { try load(line) }
    #expect(error.line == 4)
    #expect(error.text.hasPrefix("\(field):"), "\(error)")
  }

  @Test("a limit of connections to an instance must be said for each group of workers")
  func limitForEach() throws {
    let error = try #require(throws: ConfigurationError.self) {
      try load(
        """
        pooling: { serversPerInstance: 30 }
        dedicated: [{ label: gold, workers: 1 }]
        """)
    }
    #expect(error.line == 5 && error.text.hasPrefix("dedicated[0].serversPerInstance:"))
  }

  @Test("the limit of the shared workers needs one connection for each of them, not for all")
  func limitOfShared() throws {
    let dedicated = "dedicated: [{ label: gold, workers: 2, serversPerInstance: 2 }]"
    #expect(
      try load("pooling: { serversPerInstance: 2 }\n\(dedicated)").settings.pooling
        .serversPerInstance == 2)
    #expect(throws: ConfigurationError.self) {
      try load("pooling: { serversPerInstance: 1 }\n\(dedicated)")
    }
  }

  // MARK: Against a map

  private static let map = PoolsMap(
    pools: [
      .init(id: "shared"), .init(id: "sharded", routers: ["r1", "r2"], routersPerTenant: 1),
    ], tenants: [])

  @Test("a pool that the map doesn't have is told with file and line")
  func unknownPool() throws {
    let file = try load("log: { level: info }\npool: { id: gold }")
    let error = try #require(throws: ConfigurationError.self) {
      try file.checkHome(against: Self.map.compiled())
    }
    #expect("\(error)".hasPrefix("\(file.path):5: pool.id: the map has no pool \"gold\""))
  }

  @Test("a router's name that the pool doesn't have is told where it stands")
  func unknownRouter() throws {
    let map = try Self.map.compiled()
    let file = try load("pool:\n  id: sharded\n  router: r9")
    let inFile = try #require(throws: ConfigurationError.self) { try file.checkHome(against: map) }
    #expect("\(inFile)".hasPrefix("\(file.path):6: pool.router:"))
    let missing = try load("pool: { id: sharded }")
    #expect(throws: ConfigurationError.self) { try missing.checkHome(against: map) }
    let overridden = try load("pool: { id: sharded, router: r1 }", PoolOverride(router: "r9"))
    let onCommandLine = try #require(throws: ConfigurationError.self) {
      try overridden.checkHome(against: map)
    }
    #expect("\(onCommandLine)".hasPrefix("--router-name: "))
  }

  @Test("a pool that the map has is good, with the name of one of its routers where it needs one")
  func good() throws {
    let map = try Self.map.compiled()
    try load("").checkHome(against: map)
    try load("pool: { id: shared }").checkHome(against: map)
    try load("pool: { id: sharded, router: r2 }").checkHome(against: map)
  }
}
