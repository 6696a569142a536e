import Testing
import Wire

@Suite("The first packet of a client")
struct InitialPacketTests {
  static let startup = Packets.startup([
    "user": "alice", "database": "acme", "options": "-c shardway.tenant=acme", "empty": "",
  ])

  @Test("encryption requests are told apart")
  func encryptionRequests() throws {
    let ssl = try InitialPacket.decode(Packets.sslRequest)
    #expect(ssl?.packet == .sslRequest)
    #expect(ssl?.byteCount == 8)
    let gss = try InitialPacket.decode(Packets.gssEncryptionRequest)
    #expect(gss?.packet == .gssEncryptionRequest)
  }

  @Test("a cancel request gives process id and key", arguments: [4, 5, 32, 255, 256])
  func cancelRequest(keyLength: Int) throws {
    let key = (0..<keyLength).map { UInt8(truncatingIfNeeded: $0) }
    let packet = Packets.cancelRequest(processID: -2, key: key)
    let decoded = try #require(try InitialPacket.decode(packet))
    guard case .cancelRequest(let request) = decoded.packet else {
      Issue.record("decoded \(decoded.packet)")
      return
    }
    #expect(request.processID == -2)
    #expect(Array(packet[request.key]) == key)
    #expect(decoded.byteCount == packet.count)
    #expect(CancelRequest.encoded(processID: -2, key: key.span.bytes) == packet)
  }

  @Test("a startup message gives its parameters in order")
  func startup() throws {
    let packet = Self.startup
    let message = try Self.decodeStartup(packet)
    #expect(message.protocolVersion == .v3_0)
    #expect(
      message.parameters.map { packet.text($0.name) } == ["user", "database", "options", "empty"])
    #expect(
      message.parameters.map { packet.text($0.value) }
        == ["alice", "acme", "-c shardway.tenant=acme", ""])
  }

  @Test(
    "a parameter is found by its whole name, byte for byte",
    arguments: [
      ("database", "acme"), ("empty", ""), ("data", nil), ("databases", nil), ("Database", nil),
      ("", nil),
    ] as [(String, String?)])
  func lookup(name: String, expected: String?) throws {
    let message = try Self.decodeStartup(Self.startup)
    let value = message.lookup(name, in: Self.startup)
    #expect(value.map { Self.startup.text($0) } == expected)
  }

  @Test("bytes behind the packet are left alone")
  func bytesBehind() throws {
    let decoded = try InitialPacket.decode((Self.startup + [1, 2, 3]))
    #expect(decoded?.byteCount == Self.startup.count)
  }

  @Test("a message without parameters, and one as long as may be, are taken")
  func extremes() throws {
    #expect(try Self.decodeStartup(Packets.startup([:])).parameters.isEmpty)
    let filler = String(repeating: "x", count: 10_000 - 8 - 2 - 1 - 1)
    let longest = Packets.startup(["a": filler])
    #expect(longest.count == PostgresLimits.startupPacketBytes)
    #expect(try Self.decodeStartup(longest).parameters.count == 1)
  }

  @Test("any minor version of protocol 3 is taken", arguments: [0, 1, 2, 9999])
  func minorVersions(minor: UInt16) throws {
    let raw = "0003" + String(0x10000 + Int(minor), radix: 16).dropFirst()
    let message = try Self.decodeStartup(Packets.startup(version: raw, ["user": "u"]))
    #expect(message.protocolVersion == ProtocolVersion(major: 3, minor: minor))
  }

  static func decodeStartup(_ packet: [UInt8]) throws -> StartupMessage {
    let decoded = try #require(try InitialPacket.decode(packet))
    guard case .startup(let message) = decoded.packet else {
      throw Unexpected(what: "\(decoded.packet)")
    }
    return message
  }

  struct Unexpected: Error { let what: String }
}
