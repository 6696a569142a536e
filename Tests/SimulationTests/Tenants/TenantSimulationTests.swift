import DataPlane
import Routing
import ShardMap
import Testing

import struct Simulation.TenantReport
@testable import Simulation

/// Workers before clients of many tenants with envelopes, in worlds with every fault of kernels and networks.
@Suite("Tenants simulation")
struct TenantSimulationTests {
  private let simulation = TenantSimulation()

  @Test("no invariant breaks", arguments: 1...10 as ClosedRange<UInt64>)
  func invariantsHold(seed: UInt64) {
    let report = simulation.run(seed: seed)
    #expect(report.violation == nil, "replay with Tools/simulate --world tenants --seed \(seed)")
  }

  @Test("a seed replays exactly, traced or not", arguments: [3, 14] as [UInt64])
  func replay(seed: UInt64) {
    let first = simulation.run(seed: seed)
    let second = simulation.run(seed: seed, isTraced: true)
    #expect(first.digest == second.digest)
    #expect(first.turns == second.turns)
  }

  // MARK: One thing at a time

  /// A world in which nothing else goes wrong, or only what is said.
  private func run(
    _ plan: TenantPlan, seed: UInt64 = 1, faults: FaultPlan = FaultPlan()
  ) -> TenantReport {
    var plan = plan
    plan.runNanoseconds = 2_000_000_000
    return simulation.run(seed: seed, plan: plan, faults: faults)
  }

  private func clients(
    _ count: Int, of tenant: Int, _ behaviour: TenantPlan.Behaviour, keepsServer: Bool = false
  ) -> [TenantPlan.Client] {
    Array(
      repeating: TenantPlan.Client(
        tenant: tenant, behaviour: behaviour, keepsServer: keepsServer), count: count)
  }

  @Test("a rate is used up and not exceeded, whatever is asked for", arguments: [1, 3])
  func rate(workers: Int) {
    var plan = TenantPlan()
    plan.workers = workers
    plan.envelopes = [Envelope(transactionsPerSecond: 200, transactionBurst: 20)]
    plan.clients = clients(12, of: 0, .floods)
    let report = run(plan)
    #expect(report.violation == nil)
    // Two seconds, less the logins, and what was asked for when the run ended.
    #expect(report.accounts[0].transactions > 350 && report.accounts[0].transactions < 650)
    #expect(report.delayed > 100)
  }

  @Test("what has waited for as long as it may is refused with 53400, and its session goes on")
  func refusedInPlace() {
    var plan = TenantPlan()
    plan.envelopes = [Envelope(transactionsPerSecond: 10, maxDelayMilliseconds: 100)]
    plan.clients = clients(10, of: 0, .asks(thinking: 1_000_000))
    let report = run(plan)
    #expect(report.violation == nil)
    #expect(report.accounts[0].refusals.keys.sorted() == ["53400"])
    #expect(report.limitedRequests == report.refused && report.refusedRequests == 0)
    // No client had to log in again.
    #expect(report.errors > 100 && report.connections == 10)
  }

  @Test(
    "server connections that work for a tenant are no more than it may have", arguments: [1, 2])
  func serverConnections(workers: Int) {
    var plan = TenantPlan()
    plan.workers = workers
    plan.envelopes = [
      Envelope(maxDelayMilliseconds: 50), Envelope(serverConnections: 2, maxDelayMilliseconds: 50),
    ]
    plan.statementNanoseconds = 20_000_000
    plan.clients = clients(10, of: 0, .floods) + clients(20, of: 1, .floods)
    let report = run(plan)
    #expect(report.violation == nil)
    #expect(report.accounts[1].transactions > 100)
    #expect(Set(report.accounts[1].refusals.keys) == ["53300"])
    #expect(report.limitedRequests > 0 && report.refusedRequests == 0)
    #expect(report.accounts[0].refusals.isEmpty)
  }

  @Test("a tenant that connects too often is refused, and others come in as before")
  func connectionStorm() {
    var plan = TenantPlan()
    plan.workers = 2
    plan.envelopes = [
      .unlimited, Envelope(clientConnections: 5, connectionAttemptsPerSecond: 20),
    ]
    plan.clients =
      clients(8, of: 0, .asks(thinking: 2_000_000)) + clients(30, of: 1, .storms)
    let report = run(plan)
    #expect(report.violation == nil)
    #expect((report.accounts[1].refusals["53400"] ?? 0) > 100)
    #expect(report.accounts[0].refusals.isEmpty && report.accounts[0].answers > 1000)
  }

  @Test("sessions with servers of their own are slowed down, and lose nothing")
  func keepers() {
    var plan = TenantPlan()
    plan.envelopes = [Envelope(transactionsPerSecond: 50, transactionBurst: 10)]
    plan.clients = clients(4, of: 0, .asks(thinking: 1), keepsServer: true)
    let report = run(plan)
    #expect(report.violation == nil && report.refused == 0)
    #expect(report.accounts[0].transactions > 100 && report.accounts[0].transactions < 400)
  }

  @Test("such sessions are slowed down wherever the kernel cuts what their servers answer")
  func keepersWithCutAnswers() {
    var faults = FaultPlan()
    faults.cutsReceive = 600
    var plan = TenantPlan()
    plan.envelopes = [Envelope(transactionsPerSecond: 50, transactionBurst: 10)]
    plan.clients = clients(4, of: 0, .asks(thinking: 1), keepsServer: true)
    let report = run(plan, faults: faults)
    #expect(report.violation == nil)
    #expect(report.accounts[0].transactions < 150)
  }

  @Test("bytes are limited each way", arguments: [false, true])
  func bytes(keepsServer: Bool) {
    var plan = TenantPlan()
    plan.envelopes = [Envelope(bytesOutPerSecond: 20_000, maxDelayMilliseconds: 10_000)]
    plan.clients = clients(
      4, of: 0, keepsServer ? .asks(thinking: 1) : .floods, keepsServer: keepsServer)
    let limited = run(plan)
    plan.envelopes = [.unlimited]
    let free = run(plan)
    #expect(limited.violation == nil && free.violation == nil)
    #expect(limited.delayed > 0 && free.delayed == 0)
    #expect(limited.accounts[0].transactions * 2 < free.accounts[0].transactions)
  }

  @Test("a client that never reads holds up nobody else's work")
  func slowReader() {
    var plan = TenantPlan()
    plan.envelopes = [Envelope(transactionsPerSecond: 100), Envelope(bytesOutPerSecond: 10_000)]
    plan.clients = clients(3, of: 0, .asks(thinking: 20_000_000)) + clients(10, of: 1, .neverReads)
    let report = run(plan)
    #expect(report.violation == nil)
    #expect(report.accounts[0].refusals.isEmpty && report.accounts[0].answers > 200)
  }

  @Test(
    "a tenant inside its envelope doesn't feel one that floods",
    arguments: [1, 2, 3, 4] as [UInt64])
  func isolation(seed: UInt64) {
    var plan = TenantPlan()
    plan.workers = 2
    plan.envelopes = [
      Envelope(transactionsPerSecond: 2000, transactionBurst: 100),
      Envelope(transactionsPerSecond: 100, transactionBurst: 10),
    ]
    plan.clients = clients(10, of: 0, .asks(thinking: 20_000_000))
    let alone = run(plan, seed: seed)
    plan.clients += clients(20, of: 1, .floods)
    let beside = run(plan, seed: seed)
    #expect(alone.violation == nil && beside.violation == nil)
    #expect(beside.accounts[1].transactions > 200)
    #expect(beside.accounts[0].refusals.isEmpty)
    let (quiet, loud) = (alone.accounts[0], beside.accounts[0])
    #expect(Double(loud.meanWait) < 1.1 * Double(quiet.meanWait))
    #expect(Double(loud.longestWait) < 1.5 * Double(quiet.longestWait))
  }

  @Test("another map has envelopes changed at once, without anybody logging in again")
  func changedMap() {
    var plan = TenantPlan()
    plan.changesMap = true
    plan.statementNanoseconds = 5_000_000
    plan.envelopes = [
      Envelope(transactionsPerSecond: 20), Envelope(transactionsPerSecond: 20),
    ]
    plan.clients = clients(3, of: 0, .floods) + clients(3, of: 1, .floods)
    let report = run(plan)
    #expect(report.violation == nil && report.connections == 6)
    // The second map takes the first tenant's limit away.
    #expect(report.accounts[0].transactions > 10 * report.accounts[1].transactions)
  }

  // MARK: Whether faults are found

  @Test("a judge of rates finds one event too many")
  func judge() {
    var judge = RateJudge(rate: 10, burst: 3)
    let allowed = (0..<3).allSatisfy { judge.observe(at: $0) }
    let isLate = judge.observe(at: 100_000_003)
    let isEarly = judge.observe(at: 150_000_000)
    #expect(allowed && isLate && !isEarly)
  }
}
