import ConfigurationFile
import LoadScenario
import Testing

@Suite struct `Scenario files` {
  private static let least = """
    name: least
    duration: 10s
    loads:
      - { name: app, tenants: [acme], connections: 4, rate: 100/s }

    """

  private func read(_ text: String) throws -> Scenario {
    try ScenarioFile.read(text, at: "/nonexistent/scenario.yaml")
  }

  @Test func `need a name, a duration and a load, and have a default for all else`() throws {
    let load = Load(
      name: "app", tenants: .uniform(["acme"]), connections: 4,
      arrivals: .open(.poisson, RatePlan(transactionsPerSecond: 100)),
      mix: [WeightedTransaction(.selectOnly)])
    #expect(
      try read(Self.least) == Scenario(name: "least", duration: .seconds(10), loads: [load]))
  }

  @Test func `bring every setting where it belongs`() throws {
    let scenario = try read(
      """
      name: whole
      about: All of it.
      target:
        address: localhost:6433
        protocol: tcp
        encryption: direct
        resumption: true
        tenant: server-name
        serverNameSuffix: .db.localhost
        proxyProtocol: true
        user: me
        database: "{tenant}_data"
      fleet:
        { shards: 3, replicas: 2, tenants: 9, maxConnections: 300, controlPlane: true,
          pooling: session, serversPerPool: 5, primaryReadBudget: 29 %, routerWorkers: 2 }
      seed: 18446744073709551615
      workers: 2
      warmUp: 1s
      alone: 7s
      duration: 1m
      window: 500ms
      connectTimeout: 3s
      transactionTimeout: 4s
      tables: { accounts: 11, tellers: 12, branches: 13 }
      loads:
        - name: first
          tenants: [acme, birch]
          connections: 8
          rate: 12.5/s
      objectives: [max < 1 s]
      """)
    var target = LoadTarget(host: "localhost", port: 6433)
    (target.spoken, target.encryption, target.tenantPlace) = (.tcp, .direct, .serverName)
    (target.serverNameSuffix, target.sendsProxyHeader) = (".db.localhost", true)
    target.resumesSessions = true
    (target.user, target.database) = ("me", "{tenant}_data")
    #expect(scenario.target == target)
    var fleet = FleetShape()
    (fleet.shards, fleet.replicas, fleet.tenants, fleet.maxConnections) = (3, 2, 9, 300)
    (fleet.pooling, fleet.serversPerPool, fleet.routerWorkers) = (.session, 5, 2)
    fleet.primaryReadBudgetPercent = 29
    #expect(scenario.fleet == fleet)
    #expect(scenario.name == "whole" && scenario.about == "All of it.")
    #expect(scenario.seed == .max && scenario.workers == 2)
    #expect(scenario.warmUp == .seconds(1) && scenario.alone == .seconds(7))
    #expect(scenario.duration == .seconds(60) && scenario.window == .milliseconds(500))
    #expect(scenario.connectTimeout == .seconds(3))
    #expect(scenario.transactionTimeout == .seconds(4))
    #expect(scenario.tables.accounts == 11 && scenario.tables.tellers == 12)
    #expect(scenario.tables.branches == 13)
    #expect(scenario.objectives.map(\.text) == ["max < 1 s"])
  }

  @Test func `have no encryption where it is off, quoted or not`() throws {
    for word in ["off", "\"off\""] {
      let target = "target: { address: 127.0.0.1:1, encryption: \(word) }"
      #expect(try read(Self.least + target).target?.encryption == .off)
    }
  }

  /// A load's arrivals and tenants as they can be written.
  @Test func `ask for loads in many ways`() throws {
    let scenario = try read(
      """
      name: loads
      duration: 1m
      loads:
        - name: ramp
          tenants: { names: [acme, birch], zipf: 1.5 }
          connections: 3
          schedule: fixed
          rate: [{ at: 0s, rate: 0/s }, { at: 10s, rate: 5/s }, { at: 10s, rate: 0.5/s }]
          consistency: session
          mode: simple
          thinkTime: 250us
          transactionsPerConnection: 7
        - name: many
          tenants: { count: 3, pattern: "t-{n}x" }
          connections: 1
          closedLoop: { pause: 5ms }
          mode: extended
        - name: weights
          tenants: { weights: { zebra: 3, "7": 0.5, acme: 1 } }
          connections: 1
          closedLoop: {}
      """)
    let ramp = scenario.loads[0]
    #expect(ramp.tenants == .zipf(["acme", "birch"], exponent: 1.5))
    let points: [RatePlan.Point] = [
      .init(at: .zero, transactionsPerSecond: 0),
      .init(at: .seconds(10), transactionsPerSecond: 5),
      .init(at: .seconds(10), transactionsPerSecond: 0.5),
    ]
    #expect(ramp.arrivals == .open(.fixed, RatePlan(points: points)))
    #expect(ramp.tier == "session" && ramp.mode == .simple)
    #expect(ramp.thinkTime == .microseconds(250) && ramp.transactionsPerConnection == 7)
    #expect(scenario.loads[1].tenants == .uniform(["t-1x", "t-2x", "t-3x"]))
    #expect(scenario.loads[1].arrivals == .closed(pause: .milliseconds(5)))
    #expect(scenario.loads[1].mode == .extended)
    let weights = [("zebra", 3), ("7", 0.5), ("acme", 1)].map {
      WeightedTenant(name: $0.0, weight: $0.1)
    }
    #expect(scenario.loads[2].tenants == .weighted(weights))
    #expect(scenario.loads[2].arrivals == .closed(pause: .zero))
  }

  @Test func `mix built-in transactions with files beside them`() throws {
    let folder = try TemporaryFolder()
    _ = try folder.write("\\set id random(1, 5)\nSELECT :id;", to: "report.sql")
    let path = try folder.write(
      """
      name: mixed
      duration: 10s
      loads:
        - name: app
          tenants: [acme]
          connections: 4
          rate: 100/s
          mix:
            - { run: select-only, weight: 9 }
            - { run: tpcb-like, consistency: strong }
            - { run: payload, bytes: 64KiB }
            - { run: read-your-write, consistency: "bounded:5s" }
            - { run: staleness, bound: 500ms }
            - { sql: report.sql, weight: 0.5 }
      """, to: "scenario.yaml")
    let script = SQLScript(
      name: "report.sql", variables: [.init(name: "id", range: 1...5)],
      statements: [[.text("SELECT "), .variable(0)]])
    #expect(
      try ScenarioFile.load(path).loads[0].mix == [
        WeightedTransaction(.selectOnly, weight: 9),
        WeightedTransaction(.tpcbLike, tier: "strong"),
        WeightedTransaction(.payload(bytes: 65_536)),
        WeightedTransaction(.readYourWrite, tier: "bounded:5s"),
        WeightedTransaction(.staleness(bound: .milliseconds(500))),
        WeightedTransaction(.script(script), weight: 0.5),
      ])
  }

  @Test(
    arguments: [
      ("rate: 5/s, mix: [{ run: connect }, { run: select-only }]", "mix"),
      ("closedLoop: {}, mix: [{ run: connect }]", "closedLoop"),
      ("rate: 5/s, mix: [{ run: connect }], transactionsPerConnection: 3", "transactionsPerConn"),
      ("rate: 5/s, mix: [{ run: connect }], thinkTime: 1ms", "thinkTime"),
    ])
  func `let attempts to connect stand alone`(_ settings: String, field: String) throws {
    let load = "  - { name: storm, tenants: [ember], connections: 9, "
    let good = try read(Self.least + load + "rate: 5/s, mix: [{ run: connect }] }\n")
    #expect(good.loads[1].mix == [WeightedTransaction(.connect)] && good.loads[1].onlyConnects)
    #expect(!good.loads[0].onlyConnects)
    let error = try #require(throws: ConfigurationError.self) {
      try read(Self.least + load + settings + " }\n")
    }
    #expect(error.text.hasPrefix("loads[1].\(field)"))
  }

  @Test func `put faults in order of time, whatever their order in the file`() throws {
    let scenario = try read(
      Self.least + """
        faults:
          - { at: 9s, run: "touch x", for: 500ms, end: "rm x" }
          - { at: 1s, for: 5s, do: control-plane-stop }
          - { at: 2s, do: control-plane-slow }
          - { at: 2s, do: control-plane-flap, for: 1s }
          - { at: 3s, do: sidecar-kill }
          - { at: 4s, do: replay-pause, shard: s1, for: 2s }
          - { at: 0s, do: primary-kill, shard: s2 }
          - { at: 5s, do: tenant-move, tenant: acme, to: s2 }
          - { at: 6s, do: router-restart }
          - { at: 7s, do: connection-resets, share: 25 % }
        """)
    let expected: [(Int, Duration?, FaultAction)] = [
      (0, nil, .fleet(.primaryKill(shard: "s2"))),
      (1, .seconds(5), .fleet(.controlPlaneStop)), (2, nil, .fleet(.controlPlaneSlow)),
      (2, .seconds(1), .fleet(.controlPlaneFlap)), (3, nil, .fleet(.sidecarKill)),
      (4, .seconds(2), .fleet(.replayPause(shard: "s1"))),
      (5, nil, .fleet(.tenantMove(tenant: "acme", shard: "s2"))),
      (6, nil, .fleet(.routerRestart)), (7, nil, .connectionResets(share: 0.25)),
      (9, .milliseconds(500), .command(start: "touch x", end: "rm x")),
    ]
    #expect(
      scenario.faults == expected.map { ScheduledFault(at: .seconds($0.0), lasts: $0.1, $0.2) })
    #expect(scenario.faultsThatNeedAFleet.count == 8)
    #expect(scenario.faults.map(\.action.title).suffix(2) == ["connection-resets 25 %", "touch x"])
  }

  @Test func `name a password's file, which only its owner may read`() throws {
    let folder = try TemporaryFolder()
    let text = Self.least + "target: { address: 127.0.0.1:1, passwordFile: secret }"
    let path = try folder.write(text, to: "scenario.yaml")
    func expectRefusal() throws {
      let error = try #require(throws: ConfigurationError.self) { try ScenarioFile.load(path) }
      #expect(error.line == 5 && error.text.hasPrefix("target.passwordFile:"))
    }
    try expectRefusal()
    for (content, mode) in [("", 0o600), ("swordfish", 0o640)] {
      _ = try folder.write(content, to: "secret", mode: mode)
      try expectRefusal()
    }
    _ = try folder.write("swordfish\nmore", to: "secret", mode: 0o600)
    #expect(try ScenarioFile.load(path).target?.password() == "swordfish")
  }

  @Test func `that are not there are named`() throws {
    let error = try #require(throws: ConfigurationError.self) {
      try ScenarioFile.load("/nonexistent/scenario.yaml")
    }
    #expect(error.path == "/nonexistent/scenario.yaml" && error.line == nil)
  }
}
