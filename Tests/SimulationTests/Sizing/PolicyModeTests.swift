import Testing

@testable import DataPlane
@testable import Simulation

/// Who shares, where the tenants' policies say so.
@Suite("A listener that goes by policy")
struct PolicyModeTests {
  @Test(
    "has those share that their policy tells to, and nobody else",
    arguments: [
      (PoolingMode.policy, "shares", 1), (.policy, "keeps", 3), (.policy, "unsaid", 3),
      (.session, "shares", 3), (.transaction, "keeps", 1), (.transaction, "unsaid", 1),
    ])
  func modes(mode: PoolingMode, tenant: String, expected: Int) throws {
    let world = try CappedWorld(workers: 1, mode: mode) { _ in }
    for _ in 0..<3 {
      let client = world.enter(1, user: "a", tenant: tenant, pause: nil)[0]
      world.run(milliseconds: 50)
      client.ask()
      #expect(world.run(atMost: 100) { client.answers == 1 })
    }
    #expect(world.server.count() == expected)
    world.close()
  }
}
