import RandomNumbers
import Routing
import Testing

@testable import DataPlane

@Suite("Answers to probes")
struct ProbeAnswerTests {
  private func read(_ values: [String?]) throws(ProbeFault) -> ProbeAnswer {
    try ProbeAnswer(row: ProbeWire.rowBody(values).span.bytes)
  }

  /// The columns of a primary but for some.
  private func columns(_ changes: [ProbeColumn: String?]) -> [String?] {
    var values = ProbeWire.primary
    for (column, value) in changes { values[column.rawValue] = value }
    return values
  }

  @Test("a primary and a replica are told apart")
  func roles() throws {
    let lineage = LogLineage(system: 77, timeline: 2)
    #expect(
      try read(ProbeWire.primary)
        == ProbeAnswer(
          role: .primary, position: LogPosition(rawValue: 0x500_0100), lineage: lineage, epoch: 9))
    #expect(
      try read(ProbeWire.replica)
        == ProbeAnswer(
          role: .replica, position: LogPosition(rawValue: 0x500_00F8), lineage: lineage, epoch: nil)
    )
  }

  @Test(
    "numbers are read in their whole range",
    arguments: [
      (.system, "-9223372036854775808"), (.system, "9223372036854775807"),
      (.timeline, "4294967295"), (.epoch, "18446744073709551615"), (.epoch, "0"),
    ] as [(ProbeColumn, String)])
  func extremes(column: ProbeColumn, value: String) throws {
    _ = try read(columns([column: value]))
  }

  @Test("an epoch that is not published, or was made up and reset, is none", arguments: [nil, ""])
  func noEpoch(value: String?) throws {
    #expect(try read(columns([.epoch: value])).epoch == nil)
  }

  private static let faults: [(column: ProbeColumn, values: [String?])] = [
    (.replays, [nil, "", "x", "true", "tt", "T"]),
    (.position, [nil, "", "5", "0/", "/0", "0/123456789", "0/5000100 ", "g/0"]),
    (.blockBytes, [nil, "", "8kB", "-1", "+8192"]),
    (.segmentBytes, [nil, "", "16MB", "-1"]),
    (.system, [nil, "", "9223372036854775808", "0x4D"]),
    (.timeline, [nil, "", "-1", "4294967296", "1.0"]),
    (.epoch, ["nine", "-1", "+1", " 9", "18446744073709551616", "９"]),
  ]

  @Test("a column that makes no sense is named", arguments: faults)
  func badColumn(column: ProbeColumn, values: [String?]) {
    for value in values {
      #expect(throws: ProbeFault.column(column), "\(value ?? "null")") {
        try read(columns([column: value]))
      }
    }
  }

  @Test("a row of another query is refused")
  func otherRow() {
    for count in [0, 1, 6, 8] {
      #expect(throws: ProbeFault.self) { try read(Array(repeating: "1", count: count)) }
    }
  }

  @Test("damaged rows are read or refused")
  func mutations() {
    var random = SplitMix64(seed: 5)
    var refused = 0
    for round in 0..<20_000 {
      var bytes = ProbeWire.rowBody(round % 2 == 0 ? ProbeWire.primary : ProbeWire.replica)
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
        case 1: bytes[place] ^= 1
        case 2: bytes.remove(at: place)
        default: bytes.insert(UInt8(ascii: "7"), at: place)
        }
      }
      if (try? ProbeAnswer(row: bytes.span.bytes)) == nil { refused += 1 }
    }
    #expect(refused > 10_000 && refused < 19_900)
  }

  // MARK: Page headers

  /// A place of insertion, and the same as a replica tells it, in pages of 0x2000 bytes and segments of 0x100_0000.
  private static let places: [(insertion: String, replayed: String)] = [
    ("0/5000028", "0/5000000"), ("7/28", "7/0"), ("0/28", "0/0"), ("0/5002018", "0/5002000"),
    ("0/5FFE018", "0/5FFE000"),
    // A place behind a record stays.
    ("0/5000100", "0/5000100"), ("0/5002000", "0/5002000"), ("0/5000018", "0/5000018"),
    ("0/5002028", "0/5002028"), ("0/5002020", "0/5002020"), ("0/5100028", "0/5100028"),
  ]

  @Test(
    "a primary that stands behind a page's header has written up to the page", arguments: places)
  func pageHeaders(insertion: String, replayed: String) throws {
    let primary = try read(columns([.position: insertion])).position
    let replica = try read(columns([.replays: "t", .position: replayed])).position
    #expect(primary == replica)
    // A replica tells no such places.
    #expect(
      try read(columns([.replays: "t", .position: insertion])).position
        == LogPosition(parsing: insertion.utf8))
  }

  @Test("pages and segments have the sizes that the server tells")
  func otherSizes() throws {
    func position(_ place: String, _ block: String, _ segment: String) throws -> String {
      "\(try read(columns([.position: place, .blockBytes: block, .segmentBytes: segment])).position)"
    }
    #expect(try position("0/5100028", "8192", "1048576") == "0/5100000")
    #expect(try position("0/5002018", "32768", "16777216") == "0/5002018")
    #expect(try position("0/5008018", "32768", "16777216") == "0/5008000")
    #expect(try position("0/5000418", "1024", "1048576") == "0/5000400")
    // No server has such sizes, and none of them may divide by zero.
    for sizes in [("0", "0"), ("8192", "0"), ("0", "16777216"), ("1", "1")] {
      #expect(try position("0/5000028", sizes.0, sizes.1) == "0/5000028")
    }
  }
}
