import DataPlane
import Testing

@testable import Simulation

/// Whole worlds over the layer that encrypts, where it has nothing to encrypt.
@Suite("Sockets that are not encrypted")
struct UnsecuredWorldTests {
  private func layer(_ kernel: SimulatedKernel) -> SecureKernel<SimulatedKernel> {
    // Without material there is nothing that could be wrong with it.
    try! SecureKernel(kernel, capacity: 1, material: TLSMaterial(clients: nil, servers: nil))
  }

  @Test(
    "are what they are without the layer, step by step", arguments: 1...6 as ClosedRange<UInt64>)
  func sameWorld(seed: UInt64) throws {
    let simulation = try Simulation()
    for (plain, layered) in [
      (simulation.run(seed: seed), simulation.run(seed: seed) { layer($0) }),
      (simulation.runPool(seed: seed), simulation.runPool(seed: seed) { layer($0) }),
    ] {
      #expect(layered.violation == nil)
      #expect(layered.digest == plain.digest && layered.turns == plain.turns)
    }
  }
}
