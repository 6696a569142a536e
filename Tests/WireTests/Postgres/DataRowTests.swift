import Testing
import TestSupport
import Wire

@Suite("Rows of a query's result")
struct DataRowTests {
  private static let body = hex("0003 00000002 6162 FFFFFFFF 00000000")

  @Test("a row gives where each value stands, and which are null")
  func values() throws {
    let row = try DataRow.decode(Self.body.span.bytes, columnCount: 3)
    #expect(row.columns == [6..<8, nil, 16..<16])
    #expect(Self.body.text(6..<8) == "ab")
    let none = try DataRow.decode(hex("0000").span.bytes, columnCount: 0)
    #expect(none.columns.isEmpty)
  }

  @Test("a row that ends early is refused, wherever it ends")
  func truncated() {
    for count in 0..<Self.body.count {
      #expect(throws: MessageBodyError.self, "\(count) bytes") {
        try DataRow.decode(Self.body.span.bytes.extracting(0..<count), columnCount: 3)
      }
    }
  }

  @Test(
    "what is no row of so many columns is refused",
    arguments: [
      ("0002 FFFFFFFF FFFFFFFF", .invalidValue, 0), ("0004 FFFFFFFF FFFFFFFF", .invalidValue, 0),
      ("0003 FFFFFFFE FFFFFFFF FFFFFFFF", .invalidValue, 2),
      ("0003 80000000 FFFFFFFF FFFFFFFF", .invalidValue, 2),
      ("0003 7FFFFFFF FFFFFFFF FFFFFFFF", .truncated, 6),
      ("0003 FFFFFFFF FFFFFFFF FFFFFFFF 00", .trailingBytes, 14),
    ] as [(String, MessageBodyError.Problem, Int)])
  func malformed(body: String, problem: MessageBodyError.Problem, offset: Int) {
    #expect(throws: MessageBodyError(type: UInt8(ascii: "D"), problem: problem, offset: offset)) {
      try DataRow.decode(hex(body).span.bytes, columnCount: 3)
    }
  }

  @Test("damaged rows are read or refused, and what is read lies inside")
  func mutations() {
    var mutator = Mutator(seed: 71)
    var refused = 0
    for _ in 0..<MutationTests.rounds {
      let bytes = mutator.mutate(Self.body)
      do {
        let row = try DataRow.decode(bytes.span.bytes, columnCount: 3)
        for column in row.columns.compactMap({ $0 }) { #expect(column.upperBound <= bytes.count) }
      } catch {
        refused += 1
      }
    }
    #expect(refused > 1_000 && refused < MutationTests.rounds - 100)
  }
}
