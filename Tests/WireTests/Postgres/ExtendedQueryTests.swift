import RandomNumbers
import Testing
import TestSupport
import Wire

@Suite("Messages of the extended query protocol")
struct ExtendedQueryTests {
  static func parse(
    _ name: String, _ query: String, _ types: [Int] = []
  ) -> [UInt8] {
    Packets.text(name) + Packets.text(query) + bigEndian(types.count, bytes: 2)
      + types.flatMap { bigEndian($0, bytes: 4) }
  }

  static func bind(_ portal: String, _ statement: String, _ rest: [UInt8] = hex("0000 0000 0000"))
    -> [UInt8]
  {
    Packets.text(portal) + Packets.text(statement) + rest
  }

  @Test(
    "a Parse gives name, query and types",
    arguments: [
      ("", "", []), ("s", "SELECT $1", [23]), ("", "SELECT 'é'", []),
      ("a long name", "SELECT 1", Array(repeating: 25, count: 300)),
    ] as [(String, String, [Int])])
  func parse(name: String, query: String, types: [Int]) throws {
    let body = Self.parse(name, query, types)
    let decoded = try ParseMessage.decode(body.span.bytes)
    #expect(body.text(decoded.name) == name)
    #expect(body.text(decoded.query) == query)
    #expect(decoded.parameterTypes == body.count - 4 * types.count..<body.count)
    #expect(Array(body[decoded.definition]) == Array(body.dropFirst(name.utf8.count + 1)))
  }

  @Test("a Bind gives its names, and the rest as it is")
  func bind() throws {
    let body = Self.bind("portal", "statement", [1, 2, 3])
    let decoded = try BindMessage.decode(body.span.bytes)
    #expect(body.text(decoded.portal) == "portal")
    #expect(body.text(decoded.statement) == "statement")
    #expect(body[decoded.rest] == [1, 2, 3])
  }

  @Test(
    "a Describe and a Close give kind and name",
    arguments: [("S", .statement), ("P", .portal)] as [(String, NamedObject)])
  func describeAndClose(letter: String, kind: NamedObject) throws {
    let body = Array(letter.utf8) + Packets.text("name")
    let described = try DescribeMessage.decode(body.span.bytes)
    #expect(described.kind == kind)
    #expect(body.text(described.name) == "name")
    let closed = try CloseMessage.decode(body.span.bytes)
    #expect(closed.kind == kind)
    #expect(body.text(closed.name) == "name")
  }

  @Test("an Execute gives portal and limit", arguments: [0, 1, -1, .max] as [Int32])
  func execute(rows: Int32) throws {
    let body = Packets.text("p") + bigEndian(Int(rows), bytes: 4)
    let decoded = try ExecuteMessage.decode(body.span.bytes)
    #expect(body.text(decoded.portal) == "p")
    #expect(decoded.maximumRows == rows)
  }

  static let longest = String(repeating: "n", count: PostgresLimits.statementNameBytes)
  static let names = ["", "s", "__asyncpg_stmt_4711__", "é\u{1}", longest]

  @Test("a Parse's name is known as soon as it is there, at every cut", arguments: names)
  func parsePrefix(name: String) throws {
    let body = Self.parse(name, "SELECT 1", [23])
    let end = name.utf8.count + 1
    for count in 0...body.count {
      // What is behind the part that has arrived, or behind the body, is not looked at.
      let bytes = Array(body.prefix(count))
      let prefix = try ParseMessage.decodePrefix(bytes.span.bytes, bodyLength: body.count)
      if count < end {
        #expect(prefix == nil)
      } else {
        #expect(prefix?.name == 0..<end - 1)
        #expect(prefix?.byteCount == end)
      }
    }
    let followed = body + [0, 0, 0]
    #expect(
      try ParseMessage.decodePrefix(followed.span.bytes, bodyLength: body.count)?.byteCount == end)
  }

  @Test("a Bind's names are known as soon as they are there, at every cut", arguments: names)
  func bindPrefix(name: String) throws {
    for portal in ["", "p", name] {
      let body = Self.bind(portal, name)
      let end = portal.utf8.count + name.utf8.count + 2
      for count in 0...body.count {
        let bytes = Array(body.prefix(count))
        let prefix = try BindMessage.decodePrefix(bytes.span.bytes, bodyLength: body.count)
        if count < end {
          #expect(prefix == nil)
        } else {
          #expect(prefix?.portal == 0..<portal.utf8.count)
          #expect(prefix?.statement == portal.utf8.count + 1..<end - 1)
          #expect(prefix?.byteCount == end)
        }
      }
    }
  }

  @Test("a name that is too long is refused before its end")
  func tooLong() throws {
    let name = [UInt8](repeating: 0x6E, count: PostgresLimits.statementNameBytes + 1)
    let expected = { (type: Character, offset: Int) in
      MessageBodyError(type: type.asciiValue!, problem: .nameTooLong, offset: offset)
    }
    for end in [[], [0, 0, 0, 0]] as [[UInt8]] {
      let body = name + end
      let length = 10_000
      #expect(throws: expected("P", 0)) {
        try ParseMessage.decodePrefix(body.span.bytes, bodyLength: length)
      }
      #expect(throws: expected("P", 0)) { try ParseMessage.decode(body.span.bytes) }
      #expect(throws: expected("B", 0)) { try BindMessage.decode(body.span.bytes) }
      let second = Packets.text("portal") + body
      #expect(throws: expected("B", 7)) {
        try BindMessage.decodePrefix(second.span.bytes, bodyLength: length)
      }
      let named = Array("S".utf8) + body
      #expect(throws: expected("D", 1)) { try DescribeMessage.decode(named.span.bytes) }
      #expect(throws: expected("C", 1)) { try CloseMessage.decode(named.span.bytes) }
      #expect(throws: expected("E", 0)) { try ExecuteMessage.decode(body.span.bytes) }
    }
    let almost = Array(name.dropLast())
    #expect(try ParseMessage.decodePrefix(almost.span.bytes, bodyLength: 10_000) == nil)
  }

  @Test("a body that ends inside of a name is refused once it is all there")
  func truncated() {
    let body = [UInt8](text: "name")
    let expected = MessageBodyError(type: UInt8(ascii: "P"), problem: .truncated, offset: 0)
    #expect(throws: expected) {
      try ParseMessage.decodePrefix(body.span.bytes, bodyLength: 4)
    }
    let followed = body + [0]
    #expect(throws: expected) {
      try ParseMessage.decodePrefix(followed.span.bytes, bodyLength: 4)
    }
    #expect(throws: MessageBodyError.self) {
      try BindMessage.decodePrefix(Packets.text("p").span.bytes, bodyLength: 2)
    }
  }

  static let bodies: [[UInt8]] = [
    parse("s", "SELECT $1", [23]), parse("", "SELECT 1"), bind("p", "s", hex("0001 0000 0001")),
    bind("", ""),
  ]

  @Test("damaged names get one verdict, however they arrive")
  func damaged() {
    var mutator = Mutator(seed: 21)
    var random = SplitMix64(seed: 22)
    var tally = MutationTests.Tally()
    for round in 0..<20_000 {
      let bytes = mutator.mutate(Self.bodies[round % Self.bodies.count])
      let length = Int.random(in: 0...bytes.count + 3, using: &random)
      let decode = { (bytes: RawSpan) throws(MessageBodyError) -> BindMessage.Prefix? in
        try BindMessage.decodePrefix(bytes, bodyLength: length)
      }
      let whole = verdict(on: bytes, arriving: [bytes.count], decode: decode)
      tally.count(whole)
      for cut in Cut.allCases {
        let arrivals = cut.arrivals(of: bytes.count, using: &random)
        #expect(verdict(on: bytes, arriving: arrivals, decode: decode) == whole)
      }
    }
    tally.expectVariety()
  }
}
