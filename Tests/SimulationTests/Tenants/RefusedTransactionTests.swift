import Testing
import Wire

@testable import DataPlane
@testable import Simulation

/// Clients that go on in transactions whose first statements were refused.
@Suite("A transaction that was refused at its first statement")
struct RefusedTransactionTests {
  private static let group =
    MessageEncoder.encode(type: FrontendMessageType.parse, body: Array("\0SELECT 1\0\0\0".utf8))
    + MessageEncoder.encode(type: FrontendMessageType.bind, body: [0, 0, 0, 0, 0, 0, 0, 0])
    + MessageEncoder.encode(type: FrontendMessageType.execute, body: [0, 0, 0, 0, 0])
    + MessageEncoder.encode(type: FrontendMessageType.sync, body: [])

  /// A world whose tenants may have one server connection at work, which a client has for a while.
  private func heldWorld() throws -> (world: CappedWorld, holder: CountingClient) {
    let world = try CappedWorld(workers: 1, serverConnections: 1) { _ in }
    let holder = world.enter(1, user: "app", pause: nil)[0]
    #expect(world.run(atMost: 100) { holder.isIdle })
    world.server.queryNanoseconds = 3_000_000_000
    holder.ask()
    world.run(milliseconds: 10)
    return (world, holder)
  }

  private func client(in world: CappedWorld) -> ScriptedClient {
    let client = ScriptedClient(world.world, at: world.listeners[0], tenant: "shares")
    #expect(world.run(atMost: 100) { client.heard.last == "ready I" })
    _ = client.takeHeard()
    return client
  }

  /// Has a client say something, and hear what is expected.
  private func say(
    _ bytes: [UInt8], _ client: ScriptedClient, in world: CappedWorld, _ expected: [String]
  ) {
    client.send(bytes)
    #expect(world.run(atMost: 2_000) { client.heard.count >= expected.count })
    #expect(client.takeHeard() == expected)
  }

  private func beginInVain(_ client: ScriptedClient, in world: CappedWorld) {
    say(ScriptedClient.query("BEGIN"), client, in: world, ["C", "ready T"])
    // It has waited for as long as it may.
    say(ScriptedClient.query("SELECT 1"), client, in: world, ["53300", "ready E"])
  }

  @Test(
    "goes on being refused, wherever the network cuts what its client says",
    arguments: [
      ScriptedClient.query("SELECT 1"),
      // Longer than what the router might answer by itself.
      ScriptedClient.query("SELECT '\(String(repeating: "x", count: 300))'"),
      group,
    ])
  func cut(request: [UInt8]) throws {
    let (world, holder) = try heldWorld()
    let client = client(in: world)
    beginInVain(client, in: world)
    let limited = world.count(.requestsLimited)
    for place in 1..<request.count {
      client.send(Array(request[..<place]))
      world.run(milliseconds: 1)
      #expect(client.heard.isEmpty, "cut at \(place)")
      say(Array(request[place...]), client, in: world, ["25P02", "ready E"])
    }
    #expect(world.count(.requestsLimited) - limited == UInt64(request.count - 1))
    say(ScriptedClient.query("ROLLBACK"), client, in: world, ["C", "ready I"])
    #expect(world.run(atMost: 3_000) { holder.answers == 1 })
    world.server.queryNanoseconds = 1_000_000
    say(ScriptedClient.query("SELECT 1"), client, in: world, ["C", "ready I"])
    client.leave()
    world.close()
  }

  @Test("ends with its client, in the middle of a request, too")
  func left() throws {
    let (world, holder) = try heldWorld()
    let clients = (0..<4).map { _ in client(in: world) }
    for client in clients { client.send(ScriptedClient.query("BEGIN")) }
    world.run(milliseconds: 5)
    for client in clients {
      #expect(client.takeHeard() == ["C", "ready T"])
      client.send(ScriptedClient.query("SELECT 1"))
    }
    #expect(world.run(atMost: 2_000) { clients.allSatisfy { $0.heard == ["53300", "ready E"] } })
    for (client, count) in zip(clients, [0, 4, 5, 20]) {
      client.send(Array(Self.group.prefix(count)))
      world.run(milliseconds: 1)
      client.leave()
    }
    #expect(world.run(atMost: 12_000) { world.audit().sessions == 1 })
    #expect(world.run(atMost: 3_000) { holder.answers == 1 })
    world.close()
  }

  @Test("has all that its client sends at once refused, one after the other")
  func pipelined() throws {
    let (world, holder) = try heldWorld()
    let client = client(in: world)
    beginInVain(client, in: world)
    // Some reach from one block of the router's into the next.
    let requests = Array(repeating: ScriptedClient.query("SELECT 1") + Self.group, count: 200)
    say(
      requests.flatMap(\.self), client, in: world,
      Array(repeating: ["25P02", "ready E"], count: 400).flatMap(\.self))
    client.leave()
    #expect(world.run(atMost: 3_000) { holder.answers == 1 })
    world.close()
  }
}
