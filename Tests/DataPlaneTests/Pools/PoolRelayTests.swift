import Testing
import Wire

@testable import DataPlane

@Suite("The start-up packet of a relayed session")
struct PoolRelayTests {
  @Test("is the client's own, and the mark behind it")
  func mark() throws {
    let sent = Packets.startup([
      "user": "app.acme", "database": "acme", "options": "-c shardway.consistency=eventual",
      "application_name": "",
    ])
    let relayed = Packets.startup([
      "user": "app.acme", "database": "acme", "options": "-c shardway.consistency=eventual",
      "application_name": "", "shardway.relayed": "shared",
    ])
    #expect(try Self.relay(sent, "shared") == relayed)
  }

  @Test("keeps the protocol that the client asked for")
  func version() throws {
    var sent = Packets.startup(["user": "app"])
    sent[7] = 2
    #expect(Array(try Self.relay(sent, "shared")[4..<8]) == [0, 3, 0, 2])
  }

  @Test("is refused where the mark makes it longer than a server takes")
  func tooLong() throws {
    let filler = PostgresLimits.startupPacketBytes - Packets.startup(["user": ""]).count
    let sent = Packets.startup(["user": String(repeating: "u", count: filler)])
    #expect(sent.count == PostgresLimits.startupPacketBytes)
    #expect(throws: StartupPacketError.self) { try Self.relay(sent, "shared") }
  }

  @Test("goes to each address in turn, from the first one on")
  func turns() {
    var relay = PoolRelay(first: 2)
    var places: [Int] = []
    for _ in 0..<3 {
      places.append(relay.place(among: 3))
      relay.tries += 1
    }
    #expect(places == [2, 0, 1])
  }

  private static func relay(_ packet: [UInt8], _ mark: String) throws -> [UInt8] {
    let bytes = packet.span.bytes
    guard case .startup(let startup)? = try InitialPacket.decode(bytes)?.packet else { return [] }
    return try PoolRelay.startup(startup, in: bytes, mark: Array(mark.utf8))
  }
}
