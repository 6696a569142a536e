import Testing

@testable import Simulation

@Suite("The load on a control plane")
struct LoadModelTests {
  @Test("is the same without traffic, with it, and when all sidecars start again")
  func constant() {
    let report = LoadModel(sidecars: 40, seed: 3).run()
    #expect(report.holds, "\(report.lines)")
    #expect(report.phases.count == 4)
    #expect(report.phases.allSatisfy { $0.requestsPerInterval > 0 })
  }
}
