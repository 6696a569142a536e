import Testing

@testable import DataPlane
@testable import Simulation

/// What workers hold of tenants' envelopes, while their own clocks say when it is given back.
@Suite("Envelopes in a simulated world")
struct EnvelopeWorldTests {
  @Test("server connections that long transactions have had are another worker's soon after those")
  func quietWorker() throws {
    let world = try CappedWorld(workers: 2, serverConnections: 2) { _ in }
    let first = world.enter(2, user: "app", pause: nil)
    let second = world.enter(2, user: "app", at: 1, pause: nil)
    world.run(milliseconds: 50)
    world.server.queryNanoseconds = 1_000_000_000
    for client in first { client.ask() }
    #expect(world.run(atMost: 1_500) { first.allSatisfy { $0.answers == 1 } })
    world.server.queryNanoseconds = 1_000_000
    world.run(milliseconds: 20)
    for client in second { client.ask() }
    #expect(world.run(atMost: 300) { second.allSatisfy { $0.answers == 1 } })
    #expect(second.allSatisfy { $0.refusal == nil })
    world.close()
  }

  @Test("an audit finds what is under way for a tenant behind one that was forgotten")
  func audit() throws {
    let world = try CappedWorld(workers: 1, rate: 1_000) { _ in }
    let gone = world.enter(1, user: "app", tenant: "unsaid", pause: nil)[0]
    world.run(milliseconds: 50)
    let client = world.enter(1, user: "app", pause: nil)[0]
    world.run(milliseconds: 50)
    gone.leave()
    world.run(milliseconds: 62_000)
    world.server.queryNanoseconds = 1_000_000_000
    client.ask()
    world.run(milliseconds: 100)
    #expect(world.audit().transactions == 1)
    #expect(world.run(atMost: 2_000) { client.answers == 1 })
    #expect(world.audit().transactions == 0)
    world.close()
  }
}
