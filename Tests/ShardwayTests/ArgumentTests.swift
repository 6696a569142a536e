import ControlClient
import Routing
import Testing

@testable import shardway

@Suite struct ArgumentTests {
  @Test(arguments: [
    ("250ms", 0.25), ("2s", 2), ("1.5s", 1.5), ("5m", 300), ("12h", 43_200), ("1d", 86_400),
    ("2", nil), ("s", nil), ("0s", nil), ("-1s", nil), ("2 s", nil), ("2y", nil), ("1e9d", nil),
    ("", nil),
  ])
  func `durations have a unit`(text: String, seconds: Double?) {
    #expect(DurationArgument(argument: text)?.seconds == seconds)
  }

  @Test(arguments: [
    ("1/10000", 1e-4), ("0.5", 0.5), ("0.01%", 1e-4), ("1", nil), ("0", nil), ("1/0", nil),
    ("1/2/3", nil), ("-0.1", nil), ("%", nil), ("nan", nil),
  ])
  func `shares are between nothing and all`(text: String, value: Double?) {
    #expect(ShareArgument(argument: text)?.value == value)
  }

  @Test(arguments: [
    (0.0014, "1.4ms"), (0.25, "250ms"), (1, "1s"), (90, "1.5m"), (300, "5m"), (3600, "1h"),
    (0.9996, "1s"), (86_400, "1d"),
  ])
  func `durations read well`(seconds: Double, text: String) {
    #expect(DurationText.short(seconds) == text)
  }

  @Test(arguments: [
    (0.0, "never"), (1, "always"), (1e-4, "1 in 10,000"), (0.75, "75 %"),
    (1 / 480_321.0, "1 in 480,000"),
  ])
  func `shares read well`(share: Double, text: String) {
    #expect(NumberText.oneIn(share) == text)
  }

  @Test func `fields become an object`() {
    let fields = [
      "shard=12", "dedicated=true", "pooling=transaction", "primaryReadBudgetPercent=5",
      "readTier=bounded:5s", "replicas=a,b", "freshness.routing.ttl=3s",
      "freshness.routing.maxStale=1h", "state=", "unknown=[1]", "replicas=c",
    ].compactMap { FieldArgument(argument: $0) }
    #expect(
      FieldArgument.object(fields) == [
        "shard": .string("12"), "dedicated": .boolean(true), "replicas": .array([.string("c")]),
        "freshness": .object([
          "routing": .object(["ttl": .string("3s"), "maxStale": .string("1h")])
        ]),
        "pooling": .string("transaction"), "primaryReadBudgetPercent": .integer(5),
        "readTier": .string("bounded:5s"), "state": .null, "unknown": .array([.integer(1)]),
      ])
  }

  @Test func `fields of envelopes, hot tenants, pools and modes have their types`() {
    let fields = [
      "envelope.transactionsPerSecond=500", "envelope.maxDelay=1s", "envelope.weight=",
      "hotTenant.quarantinePool=12", "hotTenant.requestsMove=false",
      "degradation={\"deepest\":\"relaxed\"}", "label=7", "routers=r1,r2",
      "routersPerTenant=2", "addresses=127.0.0.1:6432", "foreign=relay", "modeCause=12",
    ].compactMap { FieldArgument(argument: $0) }
    #expect(
      FieldArgument.object(fields) == [
        "envelope": .object([
          "transactionsPerSecond": .integer(500), "maxDelay": .string("1s"), "weight": .null,
        ]),
        "hotTenant": .object([
          "quarantinePool": .string("12"), "requestsMove": .boolean(false),
        ]),
        "degradation": .object(["deepest": .string("relaxed")]), "label": .string("7"),
        "routers": .array([.string("r1"), .string("r2")]), "routersPerTenant": .integer(2),
        "addresses": .array([.string("127.0.0.1:6432")]), "foreign": .string("relay"),
        "modeCause": .string("12"),
      ])
  }

  @Test(arguments: [
    ("s1-b=200ms", 200, 0), ("s1-b=0s", 0, 0), ("s1-b=5s@0/10", 5000, 16),
    ("s1-b=1m@16/B374D848", 60_000, 0x16_B374_D848), ("s1-b", nil, nil), ("=5s", nil, nil),
    ("s1-b=", nil, nil), ("s1-b=5", nil, nil), ("s1-b=5s@", nil, nil), ("s1-b=5s@10", nil, nil),
    ("s1-b=5s@0/10@0/10", nil, nil),
  ])
  func `a lag has an instance, a length and perhaps a position`(
    text: String, milliseconds: UInt32?, position: UInt64?
  ) {
    let lag = LagArgument(argument: text)
    #expect(lag?.lagMilliseconds == milliseconds)
    #expect(lag?.position.rawValue == position)
    if let lag { #expect(lag.instance == "s1-b") }
  }

  @Test(arguments: ["shard", "=s1", ".a=1", "a..b=1", ""])
  func `what is no field is refused`(text: String) {
    #expect(FieldArgument(argument: text) == nil)
  }

  @Test(arguments: [
    ("envelope=30s:1/100", true), ("envelope=30s", false), ("quota=30s:1/100", false),
    ("envelope=30:1/100", false), ("envelope=30s:2", false),
  ])
  func `an objective of one class`(text: String, isOne: Bool) {
    #expect((ClassObjective(argument: text) != nil) == isOne)
  }
}
