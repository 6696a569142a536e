import DataPlane
import ShardMap
import Testing

@testable import Simulation

/// Worlds in which clients share server connections: the worker holds in all of them, and one with a fault, or a server with one, does not.
@Suite("Pool simulation")
struct PoolSimulationTests {
  let simulation: Simulation

  init() throws { simulation = try Simulation() }

  @Test("no invariant breaks", arguments: 0..<10 as Range<UInt64>)
  func invariantsHold(tens: UInt64) {
    for seed in (10 * tens + 1)...(10 * tens + 10) {
      let report = simulation.runPool(seed: seed)
      #expect(report.violation == nil, "replay with Tools/simulate --world pool --seed \(seed)")
    }
  }

  @Test("a seed replays exactly, traced or not", arguments: [3, 14, 15, 92] as [UInt64])
  func replay(seed: UInt64) {
    let first = simulation.runPool(seed: seed)
    let second = simulation.runPool(seed: seed, isTraced: true)
    #expect(first.digest == second.digest)
    #expect(first.turns == second.turns)
    #expect(first.virtualNanoseconds == second.virtualNanoseconds)
  }

  @Test("cancel requests hit the work that they are meant for")
  func cancels() {
    var plan = PoolPlan()
    (plan.cancels, plan.vanishes, plan.actions) = (700, 0, 20...40)
    let reports = (1...6 as ClosedRange<UInt64>).map {
      simulation.runPool(seed: $0, plan: FaultPlan(), pool: PoolWorld(given: plan))
    }
    for report in reports { #expect(report.violation == nil) }
    #expect(reports.reduce(0) { $0 + ($1.pool?.cancelsHit ?? 0) } > 0)
  }

  @Test("the tier of one transaction does not last into the next")
  func tiers() {
    var plan = PoolPlan()
    (plan.choosesTier, plan.pipelines, plan.pins, plan.actions) = (1000, 0, 0, 20...60)
    for seed in 1...12 as ClosedRange<UInt64> {
      let report = simulation.runPool(
        seed: seed, plan: FaultPlan(), pool: PoolWorld(given: plan))
      #expect(report.violation == nil)
    }
  }

  @Test("clients do share servers in a world without faults")
  func quietWorld() {
    let reports = (1...12 as ClosedRange<UInt64>).map {
      simulation.runPool(seed: $0, plan: FaultPlan(), pool: PoolWorld(given: PoolPlan()))
    }
    for report in reports { #expect(report.violation == nil) }
    let pools = reports.compactMap(\.pool)
    #expect(pools.reduce(0) { $0 + $1.requestsRun } > 500)
    #expect(pools.reduce(0) { $0 + $1.handovers } > 50)
    #expect(reports.count == pools.count)
  }

  @Test("a fault of the kernel's is found within a few seeds", arguments: Sabotage.pooled)
  func faultsAreFound(sabotage: Sabotage) {
    let found = (1...12 as ClosedRange<UInt64>).contains { seed in
      simulation.runPool(seed: seed) { FaultyKernel($0, sabotage) }.violation != nil
    }
    #expect(found, "\(sabotage.rawValue) went unnoticed")
  }

  @Test(
    "a fault of the servers' is found within a few seeds",
    arguments: PostgresSession.Flaw.allCases)
  func flawsAreFound(flaw: PostgresSession.Flaw) {
    var pool = PoolPlan()
    (pool.pins, pool.ownSettings) = (300, 500)
    let world = PoolWorld(given: pool) { $0.ledger?.flaw = flaw }
    let found = (1...12 as ClosedRange<UInt64>).contains { seed in
      simulation.runPool(seed: seed, plan: FaultPlan(), pool: world).violation != nil
    }
    #expect(found, "\(flaw) went unnoticed")
  }

  /// A world in which replicas lag, and nothing else goes wrong.
  private func replicated(_ flaw: SimulatedReplication.Flaw?) -> PoolWorld {
    var plan = PoolPlan()
    plan.actions = 10...60
    plan.probes = ProbeSettings(user: SimulatedProbe.user)
    plan.probes?.interval = .milliseconds(5)
    return PoolWorld(given: plan) { $0.fleet.replication?.flaw = flaw }
  }

  @Test("reads are judged where replicas lag, and find what their tier promises")
  func replicas() {
    let reports = (1...6 as ClosedRange<UInt64>).map {
      simulation.runPool(seed: $0, plan: FaultPlan(), pool: replicated(nil))
    }
    for report in reports { #expect(report.violation == nil) }
    #expect(reports.reduce(0) { $0 + ($1.pool?.readsJudged ?? 0) } > 100)
  }

  @Test(
    "a shard that is in a mode for a while breaks only the promises that the mode takes away",
    arguments: ServiceMode.allCases)
  func modes(mode: ServiceMode) {
    var world = replicated(nil)
    world.given?.mode = mode
    var faults = FaultPlan()
    faults.mapChanges = true
    let reports = (1...8 as ClosedRange<UInt64>).map {
      simulation.runPool(seed: $0, plan: faults, pool: world)
    }
    for report in reports { #expect(report.violation == nil, "seed \(report.seed)") }
    let refused = reports.reduce(0) { $0 + ($1.pool?.writesRefused ?? 0) }
    #expect((refused > 0) == (mode == .readOnly || mode == .eventualOnly))
  }

  @Test(
    "a wrong proof of freshness is found within a few seeds",
    arguments: SimulatedReplication.Flaw.allCases)
  func wrongProofs(flaw: SimulatedReplication.Flaw) {
    let found = (1...60 as ClosedRange<UInt64>).contains { seed in
      let report = simulation.runPool(seed: seed, plan: FaultPlan(), pool: replicated(flaw))
      return report.violation?.contains("staleRead") ?? false
    }
    #expect(found, "\(flaw) went unnoticed")
  }
}

extension Sabotage {
  /// Those that a pool's world can commit: what clients of it send is sent as pieces.
  fileprivate static let pooled: [Sabotage] = [
    .corruptsByte, .leaksDescriptor, .leaksSlice, .releasesTwice, .closesEarly, .losesCompletion,
  ]
}
