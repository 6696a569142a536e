import Admission
import DataPlane
import Testing

@testable import Simulation

/// A client that has asked for much when the router begins to refuse its work.
@Suite("Requests that wait when their work is given up")
struct PipelinedRefusalTests {
  private static let share = 4 << 20

  /// A world that gives up background work, where a client has sent so many requests of it before that; and what it has heard since.
  private func refused(_ count: Int) throws -> (world: CappedWorld, heard: [String]) {
    var limits = SessionLimits()
    limits.memoryBytes = Self.share
    limits.clientConnections = 5_000
    let world = try CappedWorld(workers: 1, limits: limits) { $0.serversPerPool = 1 }
    let holder = world.enter(1, user: "app", tenant: "cleans", pause: nil)[0]
    let client = ScriptedClient(world.world, at: world.listeners[0], tenant: "cleans")
    #expect(world.run(atMost: 100) { holder.isIdle && client.heard.last == "ready I" })
    _ = client.takeHeard()
    world.server.queryNanoseconds = 3_000_000_000
    holder.ask()
    world.run(milliseconds: 10)
    client.send(Array(repeating: ScriptedClient.query(""), count: count).flatMap(\.self))
    world.run(milliseconds: 50)
    // A silent client takes a login buffer and its session.
    let each = 20 * 1024 + SessionLimits.bytesASession
    _ = world.connectSilently(Self.share * 63 / 100 / each)
    #expect(world.run(atMost: 500) { world.reading().level == .background })
    #expect(client.heard.isEmpty, "it waits")
    // Whoever waits chooses again.
    try world.publish()
    world.run(milliseconds: 300)
    let heard = client.takeHeard()
    client.leave()
    #expect(world.run(atMost: 4_000) { holder.answers == 1 })
    return (world, heard)
  }

  @Test("are refused one after the other, however many they are")
  func all() throws {
    let (world, heard) = try refused(2_000)
    #expect(heard == Array(repeating: ["53400", "ready I"], count: 2_000).flatMap(\.self))
    #expect(world.count(.overflowLimitHits) == 0)
    world.close()
  }

  @Test("end their session where there is no memory for the answers")
  func noMemory() throws {
    let (world, _) = try refused(10_900)
    #expect(world.count(.overflowLimitHits) == 1)
    world.close()
  }
}
