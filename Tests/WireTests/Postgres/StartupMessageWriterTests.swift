import Testing
import Wire

@Suite("Writing a startup message")
struct StartupMessageWriterTests {
  @Test("a written message is the one built by hand")
  func written() throws {
    var writer = StartupMessageWriter(protocolVersion: .v3_2)
    try writer.append(name: "user", value: "alice")
    let database = [UInt8](text: "acme")
    try writer.append(name: "database", value: database.span.bytes)
    #expect(
      try writer.finish()
        == Packets.startup(version: "00030002", ["user": "alice", "database": "acme"]))
  }

  @Test(
    "text that would end early is refused",
    arguments: [("", "x"), ("us\0er", "x"), ("user", "x\0database\0other")])
  func unencodable(name: String, value: String) {
    var writer = StartupMessageWriter()
    #expect(throws: StartupPacketError.unencodableText) {
      try writer.append(name: name, value: value)
    }
    let (nameBytes, valueBytes) = ([UInt8](text: name), [UInt8](text: value))
    #expect(throws: StartupPacketError.unencodableText) {
      try writer.append(name: nameBytes.span.bytes, value: valueBytes.span.bytes)
    }
  }

  @Test("a message that no server would take is refused")
  func tooLong() throws {
    var writer = StartupMessageWriter()
    try writer.append(name: "a", value: String(repeating: "x", count: 9_989))
    #expect(throws: StartupPacketError.lengthOutOfRange(10_001)) { try writer.finish() }
  }

  struct Rewrite: Sendable, CustomTestStringConvertible {
    let testDescription: String
    var user: String?
    var options: String?
    let before: KeyValuePairs<String, String>
    let after: KeyValuePairs<String, String>
  }

  static let rewrites: [Rewrite] = [
    Rewrite(
      testDescription: "another database, all else in place",
      before: ["user": "u", "database": "x", "options": "-c a=b", "client_encoding": "UTF8"],
      after: ["user": "u", "options": "-c a=b", "client_encoding": "UTF8", "database": "acme"]),
    Rewrite(
      testDescription: "a database where none was named",
      before: ["user": "u"], after: ["user": "u", "database": "acme"]),
    Rewrite(
      testDescription: "another user", user: "v",
      before: ["user": "u.acme", "database": "x"], after: ["user": "v", "database": "acme"]),
    Rewrite(
      testDescription: "other options", options: "-c b=c",
      before: ["options": "-c a=b", "user": "u"],
      after: ["options": "-c b=c", "user": "u", "database": "acme"]),
    Rewrite(
      testDescription: "no options left", options: "",
      before: ["options": "-c a=b", "user": "u"], after: ["user": "u", "database": "acme"]),
    Rewrite(
      testDescription: "a replication connection", before: ["user": "u", "replication": "true"],
      after: ["user": "u", "replication": "true", "database": "acme"]),
  ]

  @Test("a message is rewritten", arguments: rewrites)
  func rewritten(_ rewrite: Rewrite) throws {
    let packet = Packets.startup(version: "00030002", rewrite.before)
    let message = try InitialPacketTests.decodeStartup(packet)
    let database = [UInt8](text: "acme")
    let user = rewrite.user.map { [UInt8](text: $0) }
    let options = rewrite.options.map { [UInt8](text: $0) }
    let rewritten = try message.rewritten(
      packet: packet.span.bytes, database: database.span.bytes, user: user?.span.bytes,
      options: options?.span.bytes)
    #expect(rewritten == Packets.startup(version: "00030002", rewrite.after))
  }

  @Test("a rewrite leaves out what is not to be kept")
  func leftOut() throws {
    let packet = Packets.startup(["user": "u", "shardway.tenant": "acme", "database": "x"])
    let message = try InitialPacketTests.decodeStartup(packet)
    let database = [UInt8](text: "acme")
    let rewritten = try message.rewritten(
      packet: packet.span.bytes, database: database.span.bytes
    ) { !packet.text($0.name).hasPrefix("shardway.") }
    #expect(rewritten == Packets.startup(["user": "u", "database": "acme"]))
  }

  @Test("a rewrite that passes the limit is refused")
  func rewrittenTooLong() throws {
    let packet = Packets.startup(["a": String(repeating: "x", count: 9_980)])
    let message = try InitialPacketTests.decodeStartup(packet)
    let database = [UInt8](text: "a-longer-database")
    #expect(throws: StartupPacketError.self) {
      try message.rewritten(packet: packet.span.bytes, database: database.span.bytes)
    }
  }
}
