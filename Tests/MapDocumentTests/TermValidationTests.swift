import MapDocument
import ShardMap
import Testing

@Suite("Validating envelopes, downgrades, hot tenants, pools and modes")
struct TermValidationTests {
  @Test("finds nothing where all of them are as they may be")
  func sound() {
    #expect(MapDocument.full.validate() == [])
  }

  @Test("finds what is wrong with a policy", arguments: policies)
  func policy(_ test: ValidationCase) {
    test.check(MapDocument.full.changed(test.change).validate())
  }

  static let policies: [ValidationCase] = [
    ValidationCase(
      "limits of nothing",
      [
        ("policies[0].envelope.transactionsPerSecond", "0 is out of range"),
        ("policies[0].envelope.burst", "0 is out of range"),
        ("policies[0].envelope.clientConnections", "0 is out of range"),
        ("policies[0].envelope.connectionAttemptsPerSecond", "0 is out of range"),
        ("policies[0].envelope.serverConnections", "0 is out of range"),
        ("policies[0].envelope.bytesInPerSecond", "0 is out of range"),
        ("policies[0].envelope.bytesOutPerSecond", "0 is out of range"),
        ("policies[0].envelope.weight", "0 is out of range"),
      ]
    ) {
      $0.policies[0].envelope = Envelope(
        transactionsPerSecond: 0, transactionBurst: 0, clientConnections: 0,
        connectionAttemptsPerSecond: 0, serverConnections: 0, bytesInPerSecond: 0,
        bytesOutPerSecond: 0, weight: 0)
    },
    ValidationCase(
      "too long a delay", [("policies[0].envelope.maxDelay", "300001ms is out of range")]
    ) { $0.policies[0].envelope.maxDelayMilliseconds = 300_001 },
    ValidationCase(
      "pause as a downgrade", [("policies[0].degradation.deepest", "no service")]
    ) { $0.policies[0].degradation.deepest = .paused },
    ValidationCase(
      "too wide a bound", [("policies[0].degradation.relaxedBound", "2d is out of range")]
    ) { $0.policies[0].degradation.relaxedBoundMilliseconds = 2 * 86_400_000 },
    ValidationCase("no trigger", [("policies[0].hotTenant", "nothing makes a tenant hot")]) {
      $0.policies[0].hotTenant = HotTenantTerms(HotTenantRules())
    },
    ValidationCase(
      "percentages",
      [
        ("policies[0].hotTenant.shardTimePercent", "101 is out of range"),
        ("policies[0].hotTenant.tightenPercent", "0 is out of range"),
      ]
    ) {
      $0.policies[0].hotTenant = HotTenantTerms(
        HotTenantRules(shardTimePercent: 101, tightenPercent: 0))
    },
    ValidationCase(
      "quarantine nowhere", [("policies[1].hotTenant.quarantinePool", "no pool \"x\"")]
    ) { $0.policies[1].hotTenant?.quarantinePool = "x" },
    ValidationCase("label", [("policies[1].label", "no valid label")]) {
      $0.policies[1].label = "Gold!"
    },
  ]

  @Test("finds what is wrong with a pool", arguments: pools)
  func pool(_ test: ValidationCase) {
    test.check(MapDocument.full.changed(test.change).validate())
  }

  static let pools: [ValidationCase] = [
    ValidationCase(
      "routers",
      [("pools[0].routers[1]", "no valid name"), ("pools[0].routers[2]", "also the router at")]
    ) { $0.pools[0].routers = ["r1", "R 2", "r1"] },
    ValidationCase(
      "more routers a tenant than there are", [("pools[0].routersPerTenant", "4 of 3 routers")]
    ) { $0.pools[0].routersPerTenant = 4 },
    ValidationCase(
      "routers a tenant without routers", [("pools[1].routersPerTenant", "1 of 0 routers")]
    ) { $0.pools[1].routersPerTenant = 1 },
    ValidationCase("less than none", [("pools[0].routersPerTenant", "-1 of 3 routers")]) {
      $0.pools[0].routersPerTenant = -1
    },
    ValidationCase(
      "addresses",
      [
        ("pools[0].addresses[0]", "not an IP address"),
        ("pools[0].addresses[2]", "also the address at pools[0].addresses[1]"),
      ]
    ) { $0.pools[0].addresses = ["router:6432", "[::1]:1", "[0::1]:1"] },
    ValidationCase("too many routers", [("pools[1].routers", "501 of them")]) {
      $0.pools[1].routers = (0...500).map { "r\($0)" }
    },
    ValidationCase("too many addresses", [("pools[1].addresses", "201 of them")]) {
      $0.pools[1].addresses = (0...200).map { "127.0.0.1:\($0 + 1)" }
    },
  ]

  @Test("finds what is wrong with a mode", arguments: modes)
  func mode(_ test: ValidationCase) {
    test.check(MapDocument.full.changed(test.change).validate())
  }

  static let modes: [ValidationCase] = [
    ValidationCase(
      "an end and a cause of nothing",
      [("shards[1].modeUntil", "has no end"), ("shards[1].modeCause", "needs no cause")]
    ) { $0.shards[1].mode = .normal },
    ValidationCase("an end of nothing", [("tenants[1].modeUntil", "has no end")]) {
      $0.tenants[1].mode = .normal
    },
    ValidationCase("an end between seconds", [("tenants[1].modeUntil", "can't be the end")]) {
      $0.tenants[1].modeUntil = IssueTime(millisecondsSince1970: 1_795_946_400_500)
    },
    ValidationCase("an end before 1970", [("shards[1].modeUntil", "can't be the end")]) {
      $0.shards[1].modeUntil = IssueTime(millisecondsSince1970: -1000)
    },
    ValidationCase("an end after 2106", [("shards[1].modeUntil", "can't be the end")]) {
      $0.shards[1].modeUntil = IssueTime(millisecondsSince1970: 4_294_967_296_000)
    },
    ValidationCase("no cause", [("shards[1].modeCause", "can't be shown")]) {
      $0.shards[1].modeCause = ""
    },
    ValidationCase("two lines", [("shards[1].modeCause", "can't be shown")]) {
      $0.shards[1].modeCause = "disk\nfull"
    },
    ValidationCase("a text that turns its direction", [("shards[1].modeCause", "can't be shown")]) {
      $0.shards[1].modeCause = "disk \u{202e}full"
    },
    ValidationCase("too long a cause", [("shards[1].modeCause", "can't be shown")]) {
      $0.shards[1].modeCause = String(repeating: "é", count: 101)
    },
  ]
}

extension MapDocument {
  fileprivate func changed(_ change: (inout MapDocument) -> Void) -> MapDocument {
    var document = self
    change(&document)
    return document
  }
}
