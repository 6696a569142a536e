import MapSync
import Testing

@testable import Simulation

/// A sidecar that is killed in each of its operations on files, one after the other.
@Suite("A killed sidecar")
struct KilledSidecarTests {
  @Test(
    "leaves a map that opens, and the next one goes on", arguments: MortalFiles.Moment.allCases)
  func everyOperation(moment: MortalFiles.Moment) {
    var number = 1
    var deaths = 0
    // Until an operation has a number that no sidecar reaches.
    while true {
      let report = run(dyingIn: number, moment)
      #expect(report.violation == nil, "killed \(moment) operation \(number)")
      guard report.deaths > 0, number < 300 else { break }
      deaths += report.deaths
      number += 1
    }
    #expect(deaths > 20)
    #expect(number < 300)
  }

  /// One host, three changes, and a sidecar whose first life ends in this operation.
  private func run(dyingIn number: Int, _ moment: MortalFiles.Moment) -> MapReport {
    var plan = MapPlan()
    plan.faultsEnd = 20_000_000_000
    plan.changeEvery = 4_000_000_000
    plan.interval = 2_000_000_000
    plan.firstLife = MapPlan.Death(operation: number, moment: moment)
    return MapSimulation().run(seed: 5, plan: plan)
  }
}
