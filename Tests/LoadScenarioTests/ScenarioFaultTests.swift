import ConfigurationFile
import LoadScenario
import Testing

/// What can't be run is refused with its line and field before anything starts.
@Suite struct `Scenarios that can't be run` {
  struct Case: CustomTestStringConvertible {
    /// The line that is wrong, one that takes the place of a right one or is new.
    let line: String
    /// The field that is named.
    let field: String
    /// A part of the reason.
    var reason = ""
    var testDescription: String { line }
  }

  /// A faultless scenario; `#` stands for a line that is wrong.
  private static let lines = [
    "name: sample", "duration: 20s", "workers: 2", "alone: 5s", "#",
    "loads:", "  - name: app", "    tenants: [acme, birch]", "    connections: 4",
    "    rate: 100/s", "    mix: [{ run: select-only }]", "    #",
    "  - { name: other, tenants: [acme], connections: 2, closedLoop: {} }",
  ]

  /// Puts a line of the right depth into its place.
  private static func text(_ line: String) -> (text: String, line: Int) {
    let depth = line.prefix { $0 == " " }.count
    let key = line.prefix { $0 != ":" } + ":"
    var lines = lines
    let place =
      lines.firstIndex { $0.hasPrefix(key) } ?? lines.firstIndex(of: depth == 0 ? "#" : "    #")!
    lines[place] = line
    let text = lines.map { $0.hasSuffix("#") ? "" : $0 }.joined(separator: "\n")
    return (text, place + 1)
  }

  static let general = [
    Case(line: "nmae: x", field: "nmae", reason: "known here"),
    Case(line: "name: \"\"", field: "name"), Case(line: "name: a/b", field: "name"),
    Case(line: "name: -a", field: "name"),
    Case(line: "name: \(String(repeating: "n", count: 65))", field: "name"),
    Case(line: "duration: 20", field: "duration", reason: "must be a time"),
    Case(line: "duration: 999ms", field: "duration"),
    Case(line: "duration: 25h", field: "duration"),
    Case(line: "window: 1ms", field: "window"), Case(line: "window: 30s", field: "duration"),
    Case(line: "workers: 0", field: "workers"), Case(line: "workers: 65", field: "workers"),
    Case(line: "workers: 3", field: "loads[1].connections", reason: "each worker"),
    Case(line: "workers: two", field: "workers"), Case(line: "warmUp: fast", field: "warmUp"),
    Case(line: "warmUp: 25h", field: "warmUp"), Case(line: "alone: 500ms", field: "alone"),
    Case(line: "seed: -1", field: "seed"),
    Case(line: "connectTimeout: 1ms", field: "connectTimeout"),
    Case(line: "transactionTimeout: 0s", field: "transactionTimeout"),
    Case(line: "tables: { accounts: 0 }", field: "tables.accounts"),
    Case(line: "tables: { rows: 1 }", field: "tables.rows"),
    Case(line: "fleet: { shards: 17 }", field: "fleet.shards"),
    Case(line: "fleet: { replicas: -1 }", field: "fleet.replicas"),
    Case(line: "fleet: { tenants: 0 }", field: "fleet.tenants"),
    Case(line: "fleet: { maxConnections: 9 }", field: "fleet.maxConnections"),
    Case(line: "fleet: { pooling: none }", field: "fleet.pooling"),
    Case(line: "fleet: { serversPerPool: 0 }", field: "fleet.serversPerPool"),
    Case(line: "fleet: { routerWorkers: 0 }", field: "fleet.routerWorkers"),
    Case(line: "fleet: { primaryReadBudget: 101 % }", field: "fleet.primaryReadBudget"),
    Case(line: "fleet: { primaryReadBudget: 0.5 % }", field: "fleet.primaryReadBudget"),
    Case(line: "target: {}", field: "target.address"),
    Case(line: "target: { address: example.com:5432 }", field: "target.address"),
    Case(line: "target: { address: 127.0.0.1 }", field: "target.address"),
    Case(line: "target: { address: 127.0.0.1:0 }", field: "target.address"),
    Case(line: "target: { address: \"[::1]:5432\" }", field: "target.address"),
    Case(line: "target: { address: localhost:99999 }", field: "target.address"),
    Case(line: target("protocol: http"), field: "target.protocol"),
    Case(line: target("protocol: tcp"), field: "target.encryption"),
    Case(line: target("protocol: tcp, encryption: direct"), field: "target.tenant"),
    Case(line: target("tenant: server-name"), field: "target.tenant"),
    Case(line: target("resumption: true"), field: "target.resumption"),
    Case(
      line: target("tenant: server-name, encryption: direct"), field: "target.serverNameSuffix"),
    Case(line: target("serverNameSuffix: .db"), field: "target.serverNameSuffix"),
    Case(line: target("user: \"\""), field: "target.user"),
    Case(line: target("database: \"a\\0b\""), field: "target.database"),
    Case(
      line: target("passwordFile: /nonexistent/secret"), field: "target.passwordFile",
      reason: "/nonexistent/secret can't be read"),
    Case(line: target("proxyProtocol: 1"), field: "target.proxyProtocol"),
  ]

  private static func target(_ rest: String) -> String {
    "target: { address: 127.0.0.1:6432, \(rest) }"
  }

  static let loads = [
    ("name: other", "", "loads[1].name"), ("name: a b", "name", ""), ("name: p99", "name", ""),
    ("name: throughput", "name", ""), ("name: for", "name", ""),
    ("conections: 3", "conections", "known here"),
    ("connections: 0", "connections", ""), ("connections: 1", "connections", "each worker"),
    ("connections: 100001", "connections", ""), ("connections: 99999", "", "loads"),
    ("rate: 100", "rate", "must be a rate"), ("rate: fast", "rate", "must be a rate"),
    ("rate: -1/s", "rate", "must be a rate"), ("rate: 10000001/s", "rate", "at most"),
    ("rate: 0/s", "rate", "never above 0"), ("rate: []", "rate", "points"),
    ("rate: [{ at: 0s, rate: 0/s }]", "rate", "never above 0"),
    ("rate: [{ at: 5s, rate: 1/s }, { at: 4s, rate: 2/s }]", "rate[1].at", "before"),
    ("rate: [{ at: 5s, rate: 1 }]", "rate[0].rate", ""), ("rate: [{ at: 5s }]", "rate[0].rate", ""),
    ("rate: [{ at: soon, rate: 1/s }]", "rate[0].at", ""),
    ("closedLoop: {}", "closedLoop", "beside a rate"), ("schedule: random", "schedule", ""),
    ("consistency: weak", "consistency", "strong, session"),
    ("consistency: bounded:5", "consistency", ""), ("consistency: bounded:25h", "consistency", ""),
    ("mode: binary", "mode", ""), ("thinkTime: 1", "thinkTime", ""),
    ("thinkTime: 25h", "thinkTime", ""),
    ("transactionsPerConnection: 0", "transactionsPerConnection", ""),
    ("tenants: acme", "tenants", ""), ("tenants: []", "tenants", ""),
    ("tenants: {}", "tenants", ""),
    ("tenants: [acme, acme]", "tenants", "twice"), ("tenants: [\"\"]", "tenants", ""),
    ("tenants: [\(String(repeating: "t", count: 64))]", "tenants", ""),
    ("tenants: { count: 5 }", "tenants", ""), ("tenants: { pattern: \"{n}\" }", "tenants", ""),
    ("tenants: { count: 0, pattern: \"{n}\" }", "tenants.count", ""),
    ("tenants: { count: 1000001, pattern: \"{n}\" }", "tenants.count", ""),
    ("tenants: { count: 5, pattern: t }", "tenants.pattern", "{n}"),
    ("tenants: { count: 5, pattern: \"{n}{n}\" }", "tenants.pattern", "{n}"),
    ("tenants: { names: [a], count: 5 }", "tenants.names", ""),
    ("tenants: { names: [a], zipf: 0 }", "tenants.zipf", ""),
    ("tenants: { names: [a], zipf: 5.1 }", "tenants.zipf", ""),
    ("tenants: { names: [a], zipf: .nan }", "tenants.zipf", ""),
    ("tenants: { weights: {} }", "tenants", ""),
    ("tenants: { weights: { a: 0 } }", "tenants.weights.a", ""),
    ("tenants: { weights: { a: -1 } }", "tenants.weights.a", ""),
    ("tenants: { weights: { a: .inf } }", "tenants.weights.a", ""),
    ("tenants: { weights: { a: 1 }, zipf: 1 }", "tenants.weights", ""),
    ("tenants: { wieghts: { a: 1 } }", "tenants.wieghts", "known here"),
    ("mix: []", "mix", ""), ("mix: [{}]", "mix[0]", "needs run"),
    ("mix: [{ run: nothing }]", "mix[0].run", "select-only, tpcb-like"),
    ("mix: [{ run: select-only, weight: 0 }]", "mix[0].weight", ""),
    ("mix: [{ run: select-only }, { run: tpcb-like, weight: -1 }]", "mix[1].weight", ""),
    ("mix: [{ run: select-only, consistency: x }]", "mix[0].consistency", ""),
    ("mix: [{ run: select-only, bytes: 1KiB }]", "mix[0].bytes", "payload only"),
    ("mix: [{ run: select-only, bound: 1s }]", "mix[0].bound", "staleness only"),
    ("mix: [{ run: payload }]", "mix[0].bytes", "needed"),
    ("mix: [{ run: payload, bytes: 1024 }]", "mix[0].bytes", "size"),
    ("mix: [{ run: payload, bytes: 0B }]", "mix[0].bytes", ""),
    ("mix: [{ run: payload, bytes: 0.3B }]", "mix[0].bytes", "size"),
    ("mix: [{ run: payload, bytes: 17MiB }]", "mix[0].bytes", ""),
    ("mix: [{ run: staleness }]", "mix[0].bound", "needed"),
    ("mix: [{ run: staleness, bound: 0s }]", "mix[0].bound", ""),
    ("mix: [{ run: staleness, bound: 1500us }]", "mix[0].bound", "whole ms"),
    ("mix: [{ run: staleness, bound: 1s, consistency: strong }]", "mix[0].consistency", ""),
    ("mix: [{ sql: missing.sql }]", "mix[0].sql", "/nonexistent/missing.sql can't be read"),
    ("mix: [{ sql: a.sql, run: select-only }]", "mix[0].sql", ""),
  ].map { line, field, reason in
    // What concerns all loads, or another one, is named in the third column.
    field.isEmpty
      ? Case(line: line.hasPrefix("name") ? "  - \(line)" : "    \(line)", field: reason)
      : Case(
        line: line.hasPrefix("name") ? "  - \(line)" : "    \(line)", field: "loads[0].\(field)",
        reason: reason)
  }

  static let faults = [
    ("at: 20s, do: sidecar-kill", ".at", "not within"), ("at: x, do: sidecar-kill", ".at", ""),
    ("do: sidecar-kill", ".at", "missing"), ("at: 1s", "", "needs do"),
    ("at: 1s, do: magic", ".do", "connection-resets"),
    ("at: 1s, do: sidecar-kill, run: x", ".run", ""), ("at: 1s, run: \"\"", ".run", ""),
    ("at: 1s, do: sidecar-kill, end: x", ".end", ""), ("at: 1s, run: x, shard: s1", ".shard", ""),
    ("at: 1s, do: sidecar-kill, for: 0s", ".for", ""),
    ("at: 1s, do: tenant-move, tenant: acme, to: s2, for: 1s", ".for", "at once"),
    ("at: 1s, do: primary-kill", ".shard", "needed"),
    ("at: 1s, do: replay-pause, shard: \"\"", ".shard", "needed"),
    ("at: 1s, do: sidecar-kill, shard: s1", ".shard", "not for sidecar-kill"),
    ("at: 1s, do: tenant-move, tenant: acme", ".to", "needed"),
    ("at: 1s, do: tenant-move, to: s2", ".tenant", "needed"),
    ("at: 1s, do: connection-resets", ".share", "needed"),
    ("at: 1s, do: connection-resets, share: 0 %", ".share", "above 0"),
    ("at: 1s, do: connection-resets, share: 101 %", ".share", "100 %"),
    ("at: 1s, do: connection-resets, share: 0.2", ".share", "100 %"),
    ("at: 1s, do: connection-resets, share: 5 %, for: 1s", ".for", "at once"),
    ("at: 1s, when: 2s, do: sidecar-kill", ".when", "known here"),
  ].map { Case(line: "faults: [{ \($0.0) }]", field: "faults[0]\($0.1)", reason: $0.2) }

  static let objectives = [
    ("p99 < 5", "needs a time"), ("p999 < 5 ms", "percentile"),
    ("p99 < 5 ms for nobody", "app, other"),
    ("staleness violations = 0", "run: staleness"),
    ("read-your-write violations = 0", "run: read-your-write"),
    ("app throughput >= 101/s", "100/s on average"), ("app throughput > 1000/s", "on average"),
  ].map { Case(line: "objectives: [\"\($0.0)\"]", field: "objectives[0]", reason: $0.1) }

  @Test(arguments: general + loads + faults + objectives)
  func `are refused with file, line and field`(_ given: Case) throws {
    let (text, line) = Self.text(given.line)
    let error = try #require(throws: ConfigurationError.self) {
      try ScenarioFile.read(text, at: "/nonexistent/sample.yaml")
    }
    #expect(error.text.hasPrefix("\(given.field): "), "\(error)")
    #expect(error.text.contains(given.reason), "\(error)")
    // What is wrong between two places stands at one of them.
    if given.field.hasPrefix(line <= 5 ? String(given.line.prefix { $0 != ":" }) : "loads[0]") {
      #expect(error.line == line, "\(error)")
    }
  }

  @Test func `are only those with something wrong`() throws {
    let (text, _) = Self.text("about: nothing wrong")
    let scenario = try ScenarioFile.read(text, at: "/nonexistent/sample.yaml")
    #expect(scenario.loads.map(\.name) == ["app", "other"])
  }

  @Test(arguments: [
    ("controlPlane: false", "control-plane-stop"), ("controlPlane: false", "sidecar-kill"),
    ("controlPlane: false", "tenant-move, tenant: acme, to: s2"),
    ("replicas: 0", "replay-pause, shard: s1"), ("replicas: 0", "primary-kill, shard: s1"),
  ])
  func `have faults of what their fleet lacks`(_ fleet: String, _ fault: String) throws {
    let (text, line) = Self.text("faults: [{ at: 1s, do: \(fault) }]")
    let error = try #require(throws: ConfigurationError.self) {
      try ScenarioFile.read(text + "\nfleet: { \(fleet) }", at: "/nonexistent/sample.yaml")
    }
    #expect(error.line == line && error.text.contains("needs fleet."), "\(error)")
  }

  @Test func `compare with a run alone that there is none of`() throws {
    let (text, line) = Self.text("objectives: [app p99 <= 1.2 x alone]")
    #expect(try ScenarioFile.read(text, at: "s.yaml").loadsToRunAlone == ["app"])
    let error = try #require(throws: ConfigurationError.self) {
      try ScenarioFile.read(text.replacing("alone: 5s", with: "alone: 0s"), at: "s.yaml")
    }
    #expect(error.line == line && error.text.contains("set alone"))
  }

  @Test func `are no YAML at all`() {
    for text in ["", "- a", "loads: [", "name: a\nname: b"] {
      #expect(throws: ConfigurationError.self) { try ScenarioFile.read(text, at: "s.yaml") }
    }
  }

  @Test func `name an SQL file's line, too`() throws {
    let folder = try TemporaryFolder()
    _ = try folder.write("SELECT 1;\nSELECT :x;\n", to: "bad.sql")
    let (text, line) = Self.text("    mix: [{ run: select-only }, { sql: bad.sql }]")
    let error = try #require(throws: ConfigurationError.self) {
      try ScenarioFile.load(folder.write(text, to: "scenario.yaml"))
    }
    #expect(error.line == line)
    #expect(error.text.hasPrefix("loads[0].mix[1].sql: \(folder.path)/bad.sql:2: :x is not set"))
  }
}
