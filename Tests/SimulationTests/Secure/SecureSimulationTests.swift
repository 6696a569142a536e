import DataPlane
import TLS
import Testing

@testable import Simulation

/// Whole runs in which clients and servers encrypt: the real worker over the layer that encrypts, OpenSSL at all other ends.
@Suite("A world in which everybody encrypts")
struct SecureSimulationTests {
  private static let simulation = Result { try SecureSimulation() }

  @Test("no invariant breaks", arguments: 1...24 as ClosedRange<UInt64>)
  func invariantsHold(seed: UInt64) throws {
    let report = try Self.simulation.get().run(seed: seed)
    #expect(report.violation == nil, "replay with Tools/simulate --world secure --seed \(seed)")
  }

  @Test("a seed replays exactly, traced or not", arguments: [3, 4, 7, 8] as [UInt64])
  func replay(seed: UInt64) throws {
    let simulation = try Self.simulation.get()
    let first = simulation.run(seed: seed)
    let second = simulation.run(seed: seed, isTraced: true)
    #expect(first.digest == second.digest)
    #expect(first.turns == second.turns)
    #expect(!second.trace.isEmpty)
  }

  @Test(
    "a fault below the layer that encrypts is found within a few seeds",
    arguments: [.corruptsByte, .leaksDescriptor, .leaksSlice, .losesCompletion] as [Sabotage])
  func faultsAreFound(sabotage: Sabotage) throws {
    let simulation = try Self.simulation.get()
    let found = (1...12 as ClosedRange<UInt64>).contains { seed in
      simulation.run(seed: seed) { FaultyKernel($0, sabotage) }.violation != nil
    }
    #expect(found, "\(sabotage.rawValue) went unnoticed")
  }

  @Test("half-open handshakes are gone in time, and nobody else feels them")
  func halfOpenHandshakes() throws {
    var plan = FaultPlan()
    (plan.clientCount, plan.oddClients) = (40, 0)
    var secure = SecurePlan()
    secure.halfOpenClients = 500
    secure.handshakeTimeout = .seconds(2)
    for seed in 1...6 as ClosedRange<UInt64> {
      let report = try Self.simulation.get().run(seed: seed, plan: plan, secure: secure)
      #expect(report.violation == nil, "seed \(seed)")
    }
  }

  @Test("no more handshakes are under way than their memory allows")
  func handshakeLimit() throws {
    var plan = FaultPlan()
    (plan.clientCount, plan.oddClients) = (40, 0)
    var secure = SecurePlan()
    (secure.halfOpenClients, secure.mostHandshakes) = (500, 3)
    for seed in 1...6 as ClosedRange<UInt64> {
      let report = try Self.simulation.get().run(seed: seed, plan: plan, secure: secure)
      #expect(report.violation == nil, "seed \(seed)")
    }
  }

  @Test("everything arrives where nothing goes wrong, by either version of TLS")
  func quietWorld() throws {
    var plan = FaultPlan()
    plan.oddClients = 0
    for (seed, version) in zip([1, 3] as [UInt64], [TLSVersion.tls12, .tls13]) {
      var secure = SecurePlan()
      (secure.clientVersion, secure.serverVersion) = (version, version)
      let report = try Self.simulation.get().run(seed: seed, plan: plan, secure: secure)
      #expect(report.violation == nil)
      #expect(report.bytesRelayed > 100_000)
    }
  }
}
