import Testing

@testable import Simulation

/// Whole runs: the worker holds in every world, and a worker or kernel with a fault does not.
struct SimulationTests {
  let simulation: Simulation

  init() throws { simulation = try Simulation() }

  @Test("no invariant breaks", arguments: 1...60 as ClosedRange<UInt64>)
  func invariantsHold(seed: UInt64) {
    let report = simulation.run(seed: seed)
    #expect(report.violation == nil, "replay with Tools/simulate --seed \(seed)")
  }

  @Test("a seed replays exactly, traced or not", arguments: [3, 14, 15, 92] as [UInt64])
  func replay(seed: UInt64) {
    let first = simulation.run(seed: seed)
    let second = simulation.run(seed: seed, isTraced: true)
    #expect(first.digest == second.digest)
    #expect(first.turns == second.turns)
    #expect(first.virtualNanoseconds == second.virtualNanoseconds)
    #expect(!second.trace.isEmpty)
  }

  @Test("different seeds are different worlds")
  func seedsDiffer() {
    let digests = (1...8 as ClosedRange<UInt64>).map { simulation.run(seed: $0).digest }
    #expect(Set(digests).count == digests.count)
  }

  @Test("a fault is found within a few seeds", arguments: Sabotage.allCases)
  func faultsAreFound(sabotage: Sabotage) {
    let found = (1...12 as ClosedRange<UInt64>).contains { seed in
      simulation.run(seed: seed) { FaultyKernel($0, sabotage) }.violation != nil
    }
    #expect(found, "\(sabotage.rawValue) went unnoticed")
  }

  @Test("a wrong byte that is delivered is named")
  func wrongByteIsNamed() {
    let violations = (1...12 as ClosedRange<UInt64>).compactMap { seed in
      simulation.run(seed: seed) { FaultyKernel($0, .corruptsByte, after: 3) }.violation
    }
    // In the other worlds the byte's session was cut before the byte arrived, or too few were sent.
    #expect(violations.count >= 6)
    for violation in violations { #expect(violation.contains("byte")) }
  }

  @Test("cancel requests reach the servers of their sessions")
  func cancelsArrive() {
    var plan = FaultPlan()
    (plan.clientCount, plan.oddClients) = (60, 500)
    let delivered = (1...6 as ClosedRange<UInt64>).reduce(0) {
      $0 + simulation.run(seed: $1, plan: plan).cancelsDelivered
    }
    #expect(delivered > 0)
  }

  @Test(
    "a control plane that goes away lets nobody in from the end of the permissions on",
    arguments: 1...12 as ClosedRange<UInt64>)
  func confirmationStops(seed: UInt64) {
    var plan = FaultPlan()
    (plan.oddClients, plan.clientCount) = (0, 60)
    (plan.hasPage, plan.confirmationStops) = (true, true)
    let report = simulation.run(seed: seed, plan: plan)
    #expect(report.violation == nil)
  }

  @Test("the run says so when somebody is let in all the same")
  func confirmationIsChecked() {
    var plan = FaultPlan()
    (plan.oddClients, plan.clientCount) = (0, 60)
    (plan.hasPage, plan.confirmationStops, plan.clocksLie) = (true, true, true)
    let violations = (1...12 as ClosedRange<UInt64>).compactMap {
      simulation.run(seed: $0, plan: plan).violation
    }
    #expect(violations.contains { $0.contains("nobody had confirmed") })
  }

  @Test(
    "a tenant that is made while its session waits is served",
    arguments: 1...12 as ClosedRange<UInt64>)
  func lateTenants(seed: UInt64) {
    var plan = FaultPlan()
    (plan.oddClients, plan.hasPage, plan.lateClients) = (0, true, 700)
    let report = simulation.run(seed: seed, plan: plan)
    #expect(report.violation == nil)
    #expect(report.bytesRelayed > 0)
  }

  @Test("without a control plane a tenant that the map doesn't have is refused")
  func lateTenantsWithoutPage() {
    var plan = FaultPlan()
    (plan.oddClients, plan.lateClients) = (0, 700)
    for seed in 1...6 as ClosedRange<UInt64> {
      #expect(simulation.run(seed: seed, plan: plan).violation == nil)
    }
  }

  @Test(
    "sessions that a new map has elsewhere are moved off, and nobody else",
    arguments: 1...12 as ClosedRange<UInt64>)
  func moves(seed: UInt64) {
    var plan = FaultPlan()
    (plan.oddClients, plan.clientCount, plan.mapChanges) = (0, 60, true)
    #expect(simulation.run(seed: seed, plan: plan).violation == nil)
  }

  @Test("sessions really relay in a world without faults")
  func quietWorld() {
    let reports = (1...6 as ClosedRange<UInt64>).map { simulation.run(seed: $0, plan: FaultPlan()) }
    #expect(reports.allSatisfy { $0.violation == nil })
    #expect(reports.reduce(0) { $0 + $1.bytesRelayed } > 1_000_000)
  }
}
