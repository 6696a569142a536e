import RandomNumbers
import Testing
import Wire

@testable import DataPlane

/// Bodies of an ErrorResponse and the code in them; nil where there is none that can be one.
private let bodies: [(String, String?)] = [
  ("SFATAL\0VFATAL\0C57P01\0Mterminating connection\0Fpostgres.c\0L42\0Rdie\0\0", "57P01"),
  ("C25006\0SFATAL\0Mfirst\0\0", "25006"),
  ("SFATAL\0Mlast\0C57P03\0\0", "57P03"),
  ("SFATAL\0MC28P01\0DC57P01\0C3D000\0HC25006\0\0", "3D000"),
  ("SFATAL\0c57P01\0Ma type in lower case\0\0", nil),
  ("SFATAL\0?57P01\0Mno code\0\0", nil),
  ("S\0C57P01\0M\0\0", "57P01"),
  ("", nil),
  ("\0", nil),
  ("C", nil),
  ("C\0\0", nil),
  ("C57P0\0\0", nil),
  ("C57P0", nil),
  ("C57P011\0\0", nil),
  ("C57P0157P01\0\0", nil),
  ("C57p01\0\0", nil),
  ("C57 01\0\0", nil),
  ("Cé7P0\0\0", nil),
  // Of several the last counts, and two halves are no code.
  ("C28P01\0C57P01\0\0", "57P01"),
  ("C57P\0C01\0\0", nil),
  ("C57P01\0C\0\0", nil),
  ("C57P0111\0C57P03\0\0", "57P03"),
  // What follows the end is no field.
  ("SFATAL\0\0C57P01\0\0", nil),
  ("C28P01\0\0C57P01\0\0", "28P01"),
]

@Suite("Code of an error at login")
struct ErrorCodeScanTests {
  /// What a server says before it refuses.
  private static let challenge = Packets.message(
    "R", Packets.integer(10, bytes: 4) + Packets.text("SCRAM-SHA-256") + [0])

  private static func error(_ code: String) -> [UInt8] {
    Packets.message(
      "E", Packets.text("SFATAL") + Packets.text("C\(code)") + Packets.text("Mno") + [0])
  }

  /// Reads the bytes in pieces cut at these places; the errors that were told, each behind how many
  /// bytes it was known.
  private func errors(
    in bytes: [UInt8], cuts: some Sequence<Int>
  ) -> [(code: String, known: Int)] {
    var watch = LoginWatch()
    var found: [(String, Int)] = []
    let ends = cuts.sorted() + [bytes.count]
    for (start, end) in zip([0] + ends, ends) {
      _ = watch.read(bytes.span.bytes.extracting(start..<end))
      if let error = watch.takeError() { found.append((error.description, end)) }
    }
    return found
  }

  @Test("is found in a body, or isn't there", arguments: bodies)
  func code(body: String, expected: String?) {
    var scan = ErrorCodeScan()
    for byte in body.utf8 { scan.read(byte) }
    #expect(scan.code?.description == expected)
  }

  @Test("is found in a message that comes a byte at a time", arguments: bodies)
  func byteAtATime(body: String, expected: String?) {
    let bytes = Self.challenge + Packets.message("E", Array(body.utf8))
    let found = errors(in: bytes, cuts: 0..<bytes.count)
    #expect(found.map(\.code) == [expected].compactMap { $0 })
    #expect(found.allSatisfy { $0.known == bytes.count }, "known with the message's last byte")
  }

  @Test("is found wherever a message is cut in two", arguments: bodies)
  func everyCut(body: String, expected: String?) {
    let bytes = Self.challenge + Packets.message("E", Array(body.utf8))
    for cut in 0...bytes.count {
      let found = errors(in: bytes, cuts: [cut])
      #expect(found.map(\.code) == [expected].compactMap { $0 }, "cut at \(cut)")
    }
  }

  @Test("is found in pieces of any size", arguments: 0..<100 as Range<UInt64>)
  func anyPieces(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let (body, expected) = bodies.randomElement(using: &random)!
    let bytes = Self.challenge + Packets.message("E", Array(body.utf8))
    let cuts = (0..<Int.random(in: 0...bytes.count, using: &random)).map { _ in
      Int.random(in: 0...bytes.count, using: &random)
    }
    #expect(errors(in: bytes, cuts: cuts).map(\.code) == [expected].compactMap { $0 })
  }

  @Test("is told once, and for each error anew")
  func once() {
    var watch = LoginWatch()
    for code in ["28P01", "57P01", "57P01"] {
      let isOver = watch.read(Self.error(code).span.bytes)
      let told = watch.takeError()
      let again = watch.takeError()
      #expect(!isOver && told?.description == code && again == nil)
    }
  }

  @Test("is not mixed with what another message says")
  func otherMessages() {
    let half = Packets.message("E", Packets.text("SFATAL") + Array("C57P".utf8))
    let rest = Packets.message("E", Array("01\0".utf8) + [0])
    let notice = Packets.message("N", Packets.text("C57P01") + [0])
    let empty = Packets.message("E")
    let bytes = half + rest + notice + empty
    #expect(errors(in: bytes, cuts: 0..<bytes.count).isEmpty)
    #expect(errors(in: Self.error("28P01") + notice, cuts: []).map(\.code) == ["28P01"])
  }

  @Test("is found behind a text as long as a message may be, and none is a code that long")
  func longTexts() {
    let text = [UInt8](repeating: UInt8(ascii: "C"), count: 1_000_000) + [0]
    let found = errors(
      in: Packets.message("E", [UInt8(ascii: "M")] + text + Packets.text("C57P01") + [0]),
      cuts: stride(from: 7, to: 1_000_000, by: 65_536))
    #expect(found.map(\.code) == ["57P01"])
    let endless = Packets.message("E", [UInt8(ascii: "C")] + text + [0])
    #expect(errors(in: endless, cuts: []).isEmpty)
  }

  @Test(
    "is not looked for in a message whose length can't be: the login is over",
    arguments: [0, 3, PostgresLimits.messageBytes + 1, 0x7FFF_FFFF, 0xFFFF_FFFF])
  func impossibleLength(length: Int) {
    var watch = LoginWatch()
    let bytes =
      Array("E".utf8) + Packets.integer(length, bytes: 4) + Packets.text("C57P01") + [0]
    let isOver = watch.read(bytes.span.bytes)
    #expect(isOver)
    let error = watch.takeError()
    #expect(error == nil)
  }

  @Test("is not told before the message has ended")
  func unfinished() {
    let bytes = Self.error("57P01")
    for count in 0..<bytes.count {
      #expect(errors(in: Array(bytes.prefix(count)), cuts: []).isEmpty, "\(count) bytes")
    }
  }
}
