import ConfigurationFile
import LoadScenario
import Testing

@Suite struct `Changes of scenarios` {
  private static let ramp = RatePlan(points: [
    .init(at: .seconds(5), transactionsPerSecond: 0),
    .init(at: .seconds(10), transactionsPerSecond: 100),
    .init(at: .seconds(10), transactionsPerSecond: 300),
  ])

  private static let scenario: Scenario = {
    var scenario = Scenario(
      name: "sample", duration: .seconds(20),
      loads: [
        load("steady", .open(.fixed, RatePlan(transactionsPerSecond: 50))),
        load("ramp", .open(.poisson, ramp)),
      ])
    scenario.alone = .seconds(3)
    scenario.faults = [ScheduledFault(at: .seconds(12), .fleet(.sidecarKill))]
    scenario.objectives = [
      Objective(
        text: "steady p99 <= 2 x alone", figure: .latency(percentile: 99), load: "steady",
        comparison: .atMost, bound: .timesAlone(2))
    ]
    return scenario
  }()

  private static func load(_ name: String, _ arrivals: Arrivals) -> Load {
    Load(
      name: name, tenants: .uniform(["acme"]), connections: 4, arrivals: arrivals,
      mix: [WeightedTransaction(.selectOnly)])
  }

  @Test func `multiply all rates, and leave closed loops`() {
    var scenario = Self.scenario
    scenario.loads.append(Self.load("closed", .closed(pause: .zero)))
    let scaled = scenario.scaled(rate: 2.5)
    #expect(
      scaled.loads.map(\.arrivals) == [
        .open(.fixed, RatePlan(transactionsPerSecond: 125)),
        .open(.poisson, Self.ramp.scaled(by: 2.5)), .closed(pause: .zero),
      ])
    #expect(Self.ramp.scaled(by: 2.5).points.map(\.transactionsPerSecond) == [0, 250, 750])
  }

  @Test func `close loops`() {
    let closed = Self.scenario.closedLoop(pause: .milliseconds(1))
    #expect(closed.loads.allSatisfy { $0.arrivals == .closed(pause: .milliseconds(1)) })
  }

  @Test func `contact another address, and keep how`() throws {
    let address = try #require(LoadTarget(address: "127.0.0.2:7"))
    #expect(Self.scenario.contacting(address).target == address)
    var scenario = Self.scenario
    scenario.target = LoadTarget(host: "localhost", port: 1)
    scenario.target?.user = "me"
    let changed = scenario.contacting(address).target
    #expect(changed?.host == "127.0.0.2" && changed?.port == 7 && changed?.user == "me")
  }

  @Test func `last longer or shorter, as far as the scenario still has its place`() throws {
    #expect(try Self.scenario.lasting(.seconds(13)).duration == .seconds(13))
    let error = #expect(throws: FieldError.self) { try Self.scenario.lasting(.seconds(12)) }
    #expect(error?.field == "faults[0].at")
  }

  @Test func `run one load alone, with nothing broken`() throws {
    #expect(Self.scenario.loadsToRunAlone == ["steady"])
    let alone = Self.scenario.runAlone("steady")
    #expect(alone.loads == [Self.scenario.loads[0]] && alone.duration == .seconds(3))
    #expect(alone.faults.isEmpty && alone.objectives.isEmpty)
    try alone.check()
  }

  @Test func `know what is offered`() {
    // 0 for 5 s, 100/s on the way for 5 s, 300/s for 10 s.
    #expect(Self.scenario.offeredRate(of: "ramp") == 162.5)
    #expect(Self.scenario.offeredRate() == 50 + 162.5)
    #expect(Self.scenario.closedLoop().offeredRate() == nil)
  }

  @Test(arguments: [
    (0, 0.0), (5, 0), (6, 20), (9, 80), (10, 300), (11, 300),
  ])
  func `know the rate at a moment`(_ seconds: Int, _ rate: Double) {
    #expect(Self.ramp.rate(at: .seconds(seconds)) == rate)
  }

  @Test(arguments: [(1, 0.0), (5, 0), (10, 25), (20, 162.5)])
  func `know the mean rate until a moment`(_ seconds: Int, _ rate: Double) {
    #expect(Self.ramp.mean(until: .seconds(seconds)) == rate)
  }

  @Test(arguments: ["127.0.0.1:5432", "localhost:1", "10.0.0.7:65535"])
  func `read addresses of numbers`(_ text: String) {
    #expect(LoadTarget(address: text).map { "\($0.host):\($0.port)" } == text)
  }

  @Test(arguments: [
    "", "localhost", "localhost:", "localhost:0", "localhost:65536", "example.com:1", "[::1]:1",
    "127.0.0.1", "127.0.0.1:+1", "127.0.0:1", "localhost.:1", "localhost:1 ", ":1",
  ])
  func `look up no names`(_ text: String) { #expect(LoadTarget(address: text) == nil) }
}
