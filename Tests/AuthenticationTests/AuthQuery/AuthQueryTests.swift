import Testing
import TestSupport
import Wire

@testable import Authentication

@Suite("Query for a verifier")
struct AuthQueryTests {
  private static let text = ScramVerifierTests.pencil

  private static func description(_ columns: [String]) -> [UInt8] {
    bigEndian(columns.count, bytes: 2)
      + columns.flatMap { Array($0.utf8) + [0] + [UInt8](repeating: 0, count: 18) }
  }

  private static func row(_ values: [String?]) -> [UInt8] {
    bigEndian(values.count, bytes: 2)
      + values.flatMap { value in
        guard let value else { return [0xFF, 0xFF, 0xFF, 0xFF] as [UInt8] }
        return bigEndian(value.utf8.count, bytes: 4) + Array(value.utf8)
      }
  }

  private static let columns = ("T" as Character, description(["rolname", "rolpassword"]))
  private static let end = ("C" as Character, [UInt8](text: "SELECT 1\0"))
  private static let ready = ("Z" as Character, [UInt8(0x49)])

  private static func read(
    _ messages: [(Character, [UInt8])]
  ) throws(AuthQueryError) -> AuthQueryAnswer.Outcome? {
    var answer = AuthQueryAnswer(user: Sample.user)
    for (type, body) in messages {
      if case .answered(let outcome) = try answer.receive(type, body) { return outcome }
    }
    return nil
  }

  @Test("is Parse, Bind, Describe, Execute and Sync")
  func query() {
    let messages = Message.split(AuthQuery.encoded("SELECT $1", user: [UInt8](text: "ab")))
    #expect(messages.map(\.type) == ["P", "B", "D", "E", "S"])
    #expect(messages[0].body == [0] + [UInt8](text: "SELECT $1\0") + [0, 0])
    #expect(messages[1].body == hex("00 00 0000 0001 00000002 6162 0000"))
    #expect(messages[2].body == hex("50 00"))
    #expect(messages[3].body == hex("00 00000000"))
    #expect(messages[4].body.isEmpty)
  }

  @Test(
    "gives the verifier, or that there is none, when the server is ready",
    arguments: [
      ([("D", ["amanda", text])], .found([UInt8](text: text))),
      ([("D", ["amanda", ""])], .found([])), ([("D", ["amanda", nil])], .missing), ([], .missing),
    ] as [([(Character, [String?])], AuthQueryAnswer.Outcome)])
  func outcomes(rows: [(Character, [String?])], expected: AuthQueryAnswer.Outcome) throws {
    let rows = rows.map { ($0.0, Self.row($0.1)) }
    let notice = ("N" as Character, Message.error("01000", "a notice"))
    let setting = ("S" as Character, [UInt8](text: "a\0b\0"))
    for prefix in [[], [("1", []), ("2", [])], [notice, setting]] as [[(Character, [UInt8])]] {
      let messages = prefix + [Self.columns] + rows + [Self.end]
      #expect(try Self.read(messages) == nil, "not before the server is ready")
      #expect(try Self.read(messages + [notice, Self.ready]) == expected)
    }
  }

  @Test("gives the server's error, before and behind a row")
  func failed() throws {
    let error = ("E" as Character, Message.error("42883", "function does not exist"))
    let expected = AuthQueryAnswer.Outcome.failed(
      ErrorResponse(sqlState: SQLState("42883"), message: "function does not exist"))
    #expect(try Self.read([error, Self.ready]) == expected)
    #expect(try Self.read([Self.columns, error, Self.ready]) == expected)
    let row = ("D" as Character, Self.row(["amanda", Self.text]))
    #expect(try Self.read([Self.columns, row, error, Self.ready]) == expected)
  }

  @Test(
    "refuses answers that are to another question",
    arguments: [
      ([("T", description(["rolpassword"]))], .columns(1)),
      ([("T", description(["a", "b", "c"]))], .columns(3)),
      ([("T", description([]))], .columns(0)),
      ([columns, ("D", row(["amanda"]))], .columns(1)),
      ([columns, ("D", row(["amanda", "x", "y"]))], .columns(3)),
      ([columns, ("D", row(["root", text]))], .otherRole),
      ([columns, ("D", row(["amand", text]))], .otherRole),
      ([columns, ("D", row([nil, text]))], .otherRole),
      ([columns, ("D", row(["amanda", text])), ("D", row(["amanda", text]))], .severalRows),
    ] as [([(Character, [UInt8])], AuthQueryError)])
  func refused(messages: [(Character, [UInt8])], expected: AuthQueryError) {
    #expect(throws: expected) { try Self.read(messages) }
  }

  @Test(
    "refuses messages that are not due, and takes nothing behind the end",
    arguments: [
      ([ready], "Z"), ([columns, ready], "Z"), ([("R", [])], "R"), ([("I", [])], "I"),
      ([columns, end, end], "C"), ([columns, end, ("D", [])], "D"),
      ([columns, ("D", row(["amanda", text])), ready], "Z"),
      ([columns, ("D", row(["amanda", text])), columns], "T"),
      ([columns, end, ("E", [])], "E"),
    ] as [([(Character, [UInt8])], Character)])
  func order(messages: [(Character, [UInt8])], type: Character) {
    #expect(throws: AuthQueryError.unexpectedMessage(type: type.asciiValue!)) {
      try Self.read(messages)
    }
    var answer = AuthQueryAnswer(user: Sample.user)
    for (type, body) in messages { _ = try? answer.receive(type, body) }
    #expect(throws: AuthQueryError.unexpectedMessage(type: 0x5A)) {
      try answer.receive(Self.ready.0, Self.ready.1)
    }
  }

  @Test("refuses every cut of a row and of its description, and bytes behind them")
  func cuts() {
    let row = Self.row(["amanda", Self.text])
    for (type, body) in [("T", Self.columns.1), ("D", row)] as [(Character, [UInt8])] {
      for count in 0..<body.count {
        #expect(throws: AuthQueryError.malformed(type: type.asciiValue!)) {
          try Self.read([(type, Array(body.prefix(count)))])
        }
      }
      #expect(throws: AuthQueryError.malformed(type: type.asciiValue!)) {
        try Self.read([(type, body + [0])])
      }
    }
    for length in ["7fffffff", "80000000", "fffffffe"] {
      #expect(throws: AuthQueryError.malformed(type: 0x44)) {
        try Self.read([("D", hex("0002 \(length) 61"))])
      }
    }
  }

  @Test("refuses messages that are too long, and errors that can't be read")
  func lengths() {
    let long = [UInt8](repeating: 0x41, count: AuthenticationLimits.serverMessageBytes + 1)
    #expect(throws: AuthQueryError.messageTooLong(type: 0x4E, byteCount: long.count)) {
      try Self.read([("N", long)])
    }
    do throws(AuthQueryError) {
      _ = try Self.read([("E", [1])])
      Issue.record("taken")
    } catch .malformedError {
    } catch {
      Issue.record("\(error)")
    }
  }

  @Test("damaged answers never trap")
  func mutations() {
    var mutator = Mutator(seed: 61)
    let row = Self.row(["amanda", Self.text])
    var (found, refused) = (0, 0)
    for round in 0..<10_000 {
      let isRow = round % 2 == 0
      let columns = isRow ? Self.columns.1 : mutator.mutate(Self.columns.1)
      let damaged = isRow ? mutator.mutate(row) : row
      do {
        let outcome = try Self.read([("T", columns), ("D", damaged), Self.end, Self.ready])
        if case .found = outcome { found += 1 }
      } catch {
        refused += 1
      }
    }
    #expect(min(found, refused) > 500)
  }
}
