import Admission
import DataPlane
import Testing

@testable import Simulation

/// Transactions that are let through one by one, because a worker is short of memory.
@Suite("Turns of tenants that wait for a worker")
struct TurnTests {
  private static let share = 16 << 20

  @Test("one of which more and more sessions wait has its turns all the same")
  func arrivals() throws {
    var limits = SessionLimits()
    limits.memoryBytes = Self.share
    limits.clientConnections = 5_000
    let world = try CappedWorld(workers: 1, limits: limits) { _ in }
    let early = world.enter(6, user: "early", tenant: "unsaid", pause: nil)
    let late = world.enter(30, user: "late", tenant: "shares", pause: nil)
    world.run(milliseconds: 50)
    // A silent client takes a login buffer and its session.
    let each = 20 * 1024 + SessionLimits.bytesASession
    _ = world.connectSilently((Self.share * 92 / 100 - world.reading().memoryBytes) / each)
    #expect(world.run(atMost: 5_000) { world.reading().level == .delay })
    for client in early { client.ask(pause: 0) }
    world.run(milliseconds: 5)
    // One a turn: as many as are let through.
    for client in late {
      client.ask()
      world.run(milliseconds: 1)
    }
    #expect(late.count { $0.answers == 1 } > 5)
    for client in early { client.rest() }
    #expect(world.run(atMost: 1_000) { late.allSatisfy { $0.answers == 1 } })
    #expect(world.clients.allSatisfy { $0.refusal == nil })
    world.close()
  }
}
