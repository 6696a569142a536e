import Testing
import Wire

@testable import DataPlane

@Suite("A parked client's first request")
struct FirstRequestTests {
  private static func query(_ text: String) -> [UInt8] {
    Packets.message("Q", Packets.text(text))
  }

  /// What the bytes are worth, for comparison.
  private func worth(_ bytes: [UInt8], hasBegun: Bool) -> String {
    switch FirstRequest(bytes.span.bytes, hasBegun: hasBegun) {
    case .incomplete: return "incomplete"
    case .terminate: return "terminate"
    case .work: return "work"
    case .ignored(let byteCount): return "ignored \(byteCount)"
    case .answerable(_, let text, let byteCount):
      return "answerable \(String(decoding: bytes[text].dropLast(), as: UTF8.self)), \(byteCount)"
    }
  }

  private static let answers: [(text: String, hasBegun: Bool)] = [
    ("BEGIN", false), ("begin;", false), ("BEGIN WORK", false), ("BEGIN READ ONLY", false),
    ("START TRANSACTION ISOLATION LEVEL SERIALIZABLE, READ WRITE", false),
    ("BEGIN -- now", false),
    ("COMMIT", true), ("  commit ;", true), ("END", true), ("ROLLBACK", true), ("ABORT", true),
    ("COMMIT AND NO CHAIN", true),
    ("SET LOCAL shardway.consistency = 'eventual'", true), ("SET LOCAL work_mem = '1MB'", true),
  ]

  @Test("is answered without a server when it begins or ends nothing there", arguments: answers)
  func answerable(text: String, hasBegun: Bool) {
    let message = Self.query(text)
    let expected = "answerable \(text), \(message.count)"
    #expect(worth(message, hasBegun: hasBegun) == expected)
    // What follows is another matter.
    #expect(worth(message + Self.query("SELECT 1"), hasBegun: hasBegun) == expected)
    #expect(worth(message + [0x51], hasBegun: hasBegun) == expected)
    // The other way round there is work, or the server says what is wrong.
    #expect(worth(message, hasBegun: !hasBegun) == "work")
  }

  @Test("is answered without a server when it sets the tier of later transactions")
  func tier() {
    for text in ["SET shardway.consistency = 'eventual'", "set session shardway.consistency to x"] {
      let message = Self.query(text)
      #expect(worth(message, hasBegun: false) == "answerable \(text), \(message.count)")
      #expect(worth(message, hasBegun: true) == "work")
    }
  }

  @Test("is answered without a server when it asks for the mode", arguments: [false, true])
  func mode(hasBegun: Bool) {
    for text in ["SHOW shardway.mode", "show \"shardway\".Mode;"] {
      let message = Self.query(text)
      #expect(worth(message, hasBegun: hasBegun) == "answerable \(text), \(message.count)")
    }
  }

  private static let works: [String] = [
    "SHOW shardway.mode; SELECT 1", "SHOW shardway.modes",
    "", "SELECT 1", "BEGIN; SELECT 1", "BEGIN; COMMIT", "COMMIT; BEGIN", "SET x = 1",
    "SET SESSION x = 1", "SET TRANSACTION READ ONLY", "SHOW shardway.route", "SAVEPOINT a",
    "ROLLBACK TO a", "RELEASE a", "COMMIT AND CHAIN", "ROLLBACK AND CHAIN",
    "PREPARE TRANSACTION 'a'",
    "COMMIT PREPARED 'a'", "ROLLBACK PREPARED 'a'", "start_it()", "beginning",
    "SET LOCAL x = 1; SELECT 1",
  ]

  @Test("is work for a server otherwise", arguments: works, [false, true])
  func work(text: String, hasBegun: Bool) {
    #expect(worth(Self.query(text), hasBegun: hasBegun) == "work")
  }

  @Test("of another kind than Query is work", arguments: Array("PBEDCHSFp"), [false, true])
  func otherMessages(type: Character, hasBegun: Bool) {
    let message = Packets.message(type, Packets.text("BEGIN"))
    #expect(worth(message, hasBegun: hasBegun) == "work")
  }

  @Test(
    "is not known before its header is there, nor before the whole of a short text that may be answered"
  )
  func incomplete() {
    let message = Self.query("BEGIN")
    for count in 0..<message.count {
      #expect(worth(Array(message.prefix(count)), hasBegun: false) == "incomplete")
    }
    let insert = Self.query("INSERT INTO t VALUES (1)")
    for count in 6..<insert.count {
      #expect(worth(Array(insert.prefix(count)), hasBegun: false) == "work")
    }
  }

  @Test("of COPY without one is nothing, as far as it is whole", arguments: Array("dcf"))
  func ignored(type: Character) {
    let message = Packets.message(type, Packets.text("rest"))
    #expect(worth(message + Self.query("BEGIN"), hasBegun: false) == "ignored \(message.count)")
    #expect(worth(Array(message.dropLast()), hasBegun: false) == "work")
  }

  @Test("may be a goodbye", arguments: [false, true])
  func terminate(hasBegun: Bool) {
    #expect(worth(Packets.message("X"), hasBegun: hasBegun) == "terminate")
  }

  @Test(
    "of a length that can't be right is left to who reads it",
    arguments: [
      [0, 0, 0, 0], [0, 0, 0, 3], [0, 0, 0, 4], [0x80, 0, 0, 0], [0xFF, 0xFF, 0xFF, 0xFF],
    ] as [[UInt8]], [false, true])
  func malformed(length: [UInt8], hasBegun: Bool) {
    let bytes = Array("Q".utf8) + length + Packets.text("BEGIN")
    #expect(worth(bytes, hasBegun: hasBegun) == "work")
  }
}
