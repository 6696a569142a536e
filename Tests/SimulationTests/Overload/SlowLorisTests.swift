import DataPlane
import Testing

@testable import Simulation

/// Clients that hold what they don't use.
@Suite("Clients that connect and don't go on")
struct SlowLorisTests {
  private static func limits(waitingLogins: Int, clients: Int = 10_000) -> SessionLimits {
    var limits = SessionLimits()
    limits.waitingLogins = waitingLogins
    limits.clientConnections = clients
    return limits
  }

  @Test("are ended, the oldest first, as soon as there are more of them than may be")
  func oldestFirst() throws {
    let world = try CappedWorld(workers: 1, limits: Self.limits(waitingLogins: 10)) { _ in }
    let first = world.connectSilently(10)
    world.run(milliseconds: 20)
    #expect(!first.contains(where: \.wasCut) && world.reading().waitingLogins == 10)
    let second = world.connectSilently(4)
    #expect(world.run(atMost: 100) { first.count(where: \.wasCut) == 4 })
    #expect(first.prefix(4).allSatisfy(\.wasCut) && !second.contains(where: \.wasCut))
    #expect(world.count(.loginsCut) == 4)
    world.close()
  }

  @Test("keep nobody from logging in, however many they are", arguments: [0, 6])
  func others(sayingBytes count: Int) throws {
    let limits = Self.limits(waitingLogins: 50, clients: 200)
    let world = try CappedWorld(workers: 1, limits: limits) { _ in }
    // A part of a start-up packet, or nothing.
    let greeting = Array([0, 0, 0, 40, 0, 3].prefix(count)) as [UInt8]
    for round in 1...20 {
      _ = world.connectSilently(100, greeting: greeting)
      let client = world.enter(1, user: "app", pause: 1_000_000)[0]
      #expect(world.run(atMost: 100) { client.answers > 0 }, "round \(round)")
    }
    #expect(world.reading().waitingLogins <= 50)
    #expect(world.count(.loginsCut) >= 1_900)
    world.close()
  }

  @Test("make room, where all places are taken, once they have been silent for a second")
  func allPlaces() throws {
    let limits = Self.limits(waitingLogins: 100, clients: 20)
    let world = try CappedWorld(workers: 1, limits: limits) { _ in }
    _ = world.connectSilently(20)
    world.run(milliseconds: 500)
    let early = world.enter(1, user: "app", pause: 1_000_000)[0]
    #expect(world.run(atMost: 100) { early.refusal != nil }, "they might still speak")
    world.run(milliseconds: 600)
    let clients = world.enter(5, user: "app", pause: 1_000_000)
    #expect(world.run(atMost: 200) { clients.allSatisfy { $0.answers > 0 } })
    #expect(world.count(.loginsCut) == 5)
    world.close()
  }

  @Test("after a refusal take no place of others, and are ended when more of them come")
  func refused() throws {
    let world = try CappedWorld(
      workers: 1, limits: Self.limits(waitingLogins: 100, clients: 5)
    ) { _ in }
    let startup = Array("user\0app\0database\0nobody\0\0".utf8)
    let packet = [0, 0, 0, UInt8(8 + startup.count), 0, 3, 0, 0] + startup
    for _ in 0..<20 {
      _ = world.connectSilently(30, greeting: packet)
      world.run(milliseconds: 5)
    }
    #expect(world.count(.refused) > 500 && world.count(.refusalsCut) > 300)
    let client = world.enter(1, user: "app", pause: 1_000_000)[0]
    #expect(world.run(atMost: 100) { client.answers > 0 })
    world.close()
  }
}
