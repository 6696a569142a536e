import Testing

@testable import Simulation

/// Whole runs of the way of a map: it holds in every world, and what is broken is found.
@Suite("The way of a map")
struct MapSimulationTests {
  private let simulation = MapSimulation()

  @Test("keeps its invariants", arguments: 1...16 as ClosedRange<UInt64>)
  func invariantsHold(seed: UInt64) {
    let report = simulation.run(seed: seed)
    #expect(report.violation == nil, "replay with Tools/simulate --world map --seed \(seed)")
  }

  @Test("replays exactly, traced or not", arguments: [3, 14] as [UInt64])
  func replay(seed: UInt64) {
    let first = simulation.run(seed: seed)
    let second = simulation.run(seed: seed, isTraced: true)
    #expect(first.digest == second.digest)
    #expect(first.virtualNanoseconds == second.virtualNanoseconds)
    #expect(first.letIn == second.letIn)
    #expect(!second.trace.isEmpty)
  }

  @Test(
    "is checked: what is broken on purpose is found", arguments: MapSimulation.Sabotage.allCases)
  func sabotageIsFound(sabotage: MapSimulation.Sabotage) {
    var plan = MapPlan()
    plan.hosts = 2
    plan.faultsEnd = 150_000_000_000
    plan.permissionsMaxStaleMilliseconds = 30_000
    plan.changeEvery = 5_000_000_000
    plan.sessionEvery = 200_000_000
    // An age that is told wrong matters only while nobody confirms the map.
    plan.moods = [.down, .down, .down]
    let found = (1...4 as ClosedRange<UInt64>).contains { seed in
      simulation.run(seed: seed, plan: plan, sabotage: sabotage).violation != nil
    }
    #expect(found, "\(sabotage.rawValue) went unnoticed")
  }

  @Test("needs no control plane for an hour: known tenants are let in, permissions end on time")
  func outage() {
    var plan = MapPlan()
    plan.hosts = 2
    plan.faultsEnd = 4_000_000_000_000
    plan.permissionsMaxStaleMilliseconds = 1_800_000
    plan.changeEvery = 10_000_000_000
    plan.sessionEvery = 1_000_000_000
    plan.longPoll = true
    let begin = 200_000_000_000
    let hour = 3_600_000_000_000
    let report = simulation.run(seed: 1, plan: plan) { stage in
      stage.world.after(begin) {
        for control in stage.controls { control.turn(.down) }
      }
      stage.world.after(begin + hour) {
        for control in stage.controls { control.turn(.honest) }
      }
      // Routers and sidecars start again in the middle of it, twice.
      for host in stage.hosts {
        for moment in [begin + hour / 4, begin + 3 * hour / 4] {
          stage.world.after(moment) { host.killSidecar() }
          stage.world.after(moment + 1_000_000) { stage.restartRouter(host) }
        }
      }
    }
    // Each session was judged: a tenant whose permissions never end was always let in, the others
    // until they were half an hour old and no longer.
    #expect(report.violation == nil)
    #expect(report.letIn > 1_000)
    #expect(report.refusedForAge > 1_000)
    #expect(report.deaths == 4)
  }
}
