import DataPlane
import Testing

@testable import Simulation

/// Worlds in which nothing goes wrong but that the router is told to drain, at any moment of its clients' lives.
@Suite("Drain simulation")
struct DrainSimulationTests {
  let simulation: Simulation

  init() throws { simulation = try Simulation() }

  private static func world(_ seed: UInt64) -> FaultPlan {
    var plan = FaultPlan()
    plan.stopsEarly = true
    let accepting: Duration = [.zero, .milliseconds(300), .seconds(2)][Int(seed % 3)]
    let spread: Duration = [.zero, .seconds(1)][Int(seed % 2)]
    let last: Duration = [.zero, .seconds(60)][Int(seed / 2 % 2)]
    plan.drain = DrainPlan(
      keepAccepting: accepting, spread: spread, deadline: accepting + spread + last)
    return plan
  }

  @Test(
    "nobody with a server is ended before the deadline but behind a whole answer, and nobody is there after it",
    arguments: 0..<4 as Range<UInt64>)
  func sessions(tens: UInt64) {
    for seed in (10 * tens + 1)...(10 * tens + 10) {
      let report = simulation.run(seed: seed, plan: Self.world(seed))
      #expect(report.violation == nil, "seed \(seed)")
    }
  }

  @Test(
    "nobody who shares servers is ended in a transaction before the deadline, and nobody is there after it",
    arguments: 0..<4 as Range<UInt64>)
  func pools(tens: UInt64) {
    for seed in (10 * tens + 1)...(10 * tens + 10) {
      let report = simulation.runPool(
        seed: seed, plan: Self.world(seed), pool: PoolWorld(given: PoolPlan()))
      #expect(report.violation == nil, "seed \(seed)")
    }
  }
}
