import RandomNumbers
import Testing
import TestSupport
import Wire

@Suite("Messages under another name")
struct RenamedMessageTests {
  /// A whole message: what was written of it, and what the caller sends behind that.
  static func decodeHead(_ message: [UInt8]) -> (type: Character, length: Int, body: [UInt8]) {
    let length = message[1..<5].reduce(0) { $0 << 8 | Int($1) }
    return (Character(Unicode.Scalar(message[0])), length, Array(message.dropFirst(5)))
  }

  static func randomName(_ random: inout SplitMix64) -> [UInt8] {
    let longest = [0, 1, 20, PostgresLimits.statementNameBytes].randomElement(using: &random)!
    let count = Int.random(in: 0...longest, using: &random)
    return (0..<count).map { _ in UInt8.random(in: 1...255, using: &random) }
  }

  static func randomBytes(_ random: inout SplitMix64) -> [UInt8] {
    let count = Int.random(in: 0...200, using: &random)
    return (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
  }

  @Test("a Parse has the new name, and all else is as it was")
  func parse() throws {
    var random = SplitMix64(seed: 31)
    for _ in 0..<500 {
      let query = Self.randomName(&random)
      let types = Int.random(in: 0...9, using: &random)
      let definition =
        query + [0] + bigEndian(types, bytes: 2) + (0..<4 * types).map { UInt8($0) }
      let body = Self.randomName(&random) + [0] + definition
      let name = Self.randomName(&random)
      let prefix = try #require(
        try ParseMessage.decodePrefix(body.span.bytes, bodyLength: body.count))
      let head = try written { (output) throws(MessageWriteError) in
        try prefix.appendRenamed(name.span.bytes, bodyLength: body.count, to: &output)
      }
      let message = Self.decodeHead(head + body[prefix.byteCount...])
      #expect(message.type == "P")
      #expect(message.length == message.body.count + 4)
      let decoded = try ParseMessage.decode(message.body.span.bytes)
      #expect(Array(message.body[decoded.name]) == name)
      #expect(Array(message.body[decoded.query]) == query)
      #expect(Array(message.body[decoded.definition]) == definition)
    }
  }

  @Test("a Bind has the statement's new name, and all else is as it was")
  func bind() throws {
    var random = SplitMix64(seed: 32)
    for _ in 0..<500 {
      let (portal, values) = (Self.randomName(&random), Self.randomBytes(&random))
      let body = portal + [0] + Self.randomName(&random) + [0] + values
      let name = Self.randomName(&random)
      let prefix = try #require(
        try BindMessage.decodePrefix(body.span.bytes, bodyLength: body.count))
      // The rest of the body need not have arrived.
      let arrived = Array(body.prefix(prefix.byteCount))
      let head = try written { (output) throws(MessageWriteError) in
        try prefix.appendRenamed(
          statement: name.span.bytes, of: arrived.span.bytes, bodyLength: body.count, to: &output)
      }
      let message = Self.decodeHead(head + body[prefix.byteCount...])
      #expect(message.type == "B")
      #expect(message.length == message.body.count + 4)
      let decoded = try BindMessage.decode(message.body.span.bytes)
      #expect(Array(message.body[decoded.portal]) == portal)
      #expect(Array(message.body[decoded.statement]) == name)
      #expect(Array(message.body[decoded.rest]) == values)
    }
  }

  @Test("a Describe and a Close are written as they are read")
  func describeAndClose() throws {
    let name = [UInt8](text: "s1")
    for (kind, letter) in [(NamedObject.statement, "S"), (.portal, "P")] {
      let body = Array(letter.utf8) + Packets.text("s1")
      let described = try written { (output) throws(MessageWriteError) in
        try DescribeMessage.append(kind, name: name.span.bytes, to: &output)
      }
      #expect(described == Packets.message("D", body))
      let closed = try written { (output) throws(MessageWriteError) in
        try CloseMessage.append(kind, name: name.span.bytes, to: &output)
      }
      #expect(closed == Packets.message("C", body))
    }
  }

  @Test("a Parse is written from the parts that are kept of it")
  func writtenParse() throws {
    let name = [UInt8](text: "s1")
    let definition = Packets.text("SELECT 1") + [0, 0]
    let head = try written(room: 8) { (output) throws(MessageWriteError) in
      try ParseMessage.appendHead(
        name: name.span.bytes, definitionBytes: definition.count, to: &output)
    }
    #expect(head + definition == Packets.message("P", Packets.text("s1") + definition))
  }

  /// Writes the head of a Parse with a name of so many bytes, for a definition of so many.
  static func write(name: [UInt8], definitionBytes: Int, room: Int) throws(MessageWriteError) {
    _ = try written(room: room) { (output) throws(MessageWriteError) in
      try ParseMessage.appendHead(
        name: name.span.bytes, definitionBytes: definitionBytes, to: &output)
    }
  }

  static let refused: [([UInt8], Int, Int, MessageWriteError)] = [
    (.init(repeating: 1, count: 1_025), 0, 4_096, .nameTooLong(byteCount: 1_025)),
    ([1, 0, 2], 0, 4_096, .zeroByteInName),
    ([0], 0, 4_096, .zeroByteInName),
    ([1], 0x3FFF_FFF9, 4_096, .messageTooLong(byteCount: 0x3FFF_FFFF)),
    ([1], .max, 4_096, .messageTooLong(byteCount: .max)),
    ([1], .max - 6, 4_096, .messageTooLong(byteCount: .max)),
    ([1], 0, 6, .noRoom(needed: 7, free: 6)),
    ([], 0, 0, .noRoom(needed: 6, free: 0)),
  ]

  @Test("what can't be written is refused, and nothing is written", arguments: refused)
  func refusals(name: [UInt8], definitionBytes: Int, room: Int, expected: MessageWriteError) {
    let error = #expect(throws: MessageWriteError.self) {
      try Self.write(name: name, definitionBytes: definitionBytes, room: room)
    }
    #expect(error == expected)
    #expect(error?.description.isEmpty == false)
  }

  @Test("what just fits is written")
  func fits() throws {
    try Self.write(name: [1], definitionBytes: 0x3FFF_FFF8, room: 7)
    try Self.write(name: .init(repeating: 1, count: 1_024), definitionBytes: 0, room: 1_030)
  }
}
