import Testing

@testable import NullServer

@Suite struct ExtendedQueryTests {
  func answers(_ requests: [UInt8]...) throws -> [Message] {
    var run = SessionRun()
    run.take(requests.flatMap { $0 })
    return try run.takeMessages()
  }

  @Test func `a statement is parsed, bound, described and executed`() throws {
    let messages = try answers(
      Requests.parse("SELECT a FROM b WHERE c = $1", as: "s"), Requests.describe("S", "s"),
      Requests.bind("s", parameters: [Array("5".utf8)]), Requests.describe("P"), Requests.execute(),
      Requests.sync, Requests.bind("s", parameters: [Array("6".utf8)]), Requests.execute(),
      Requests.flush, Requests.close("S", "s"), Requests.sync)
    #expect(
      messages.summary == "1 t T 2 T D C(SELECT 1) Z(I) 2 D C(SELECT 1) 3 Z(I)")
    // One parameter, an int4.
    #expect(messages[1].body == [0, 1, 0, 0, 0, 23])
  }

  static let failing: [(requests: [[UInt8]], expected: String)] = [
    ([Requests.bind("nothing")], "E(26000) Z(I)"),
    ([Requests.execute("nothing")], "E(34000) Z(I)"),
    ([Requests.describe("S", "nothing")], "E(26000) Z(I)"),
    ([Requests.describe("P", "nothing")], "E(34000) Z(I)"),
    ([Requests.parse("nonsense")], "E(42601) Z(I)"),
    ([Requests.parse("SELECT 1; SELECT 2")], "E(42601) Z(I)"),
    ([Requests.close("S", "nothing")], "3 1 Z(I)"),
    (
      [Requests.parse("SELECT 1", as: "a"), Requests.parse("SELECT 1", as: "a")],
      "1 E(42P05) Z(I)"
    ),
    (
      [Requests.parse("BEGIN"), Requests.bind(), Requests.execute(), Requests.parse("x")],
      "1 2 C(BEGIN) E(42601) Z(E)"
    ),
    ([Requests.parse(""), Requests.bind(), Requests.execute()], "1 2 I 1 Z(I)"),
  ]

  @Test(arguments: failing)
  func `after an error everything is skipped until Sync`(requests: [[UInt8]], expected: String)
    throws
  {
    let summary = try answers(requests.flatMap { $0 }, Requests.parse("SELECT 1"), Requests.sync)
      .summary
    #expect(summary == expected)
  }

  static let counts: [(value: [UInt8], format: UInt16)] = [
    (Array("300".utf8), 0), (Requests.integer(UInt16(300)), 1), (Requests.integer(UInt32(300)), 1),
    (Requests.integer(UInt64(300)), 1),
  ]

  @Test(arguments: counts)
  func `repeat takes its count from a parameter`(value: [UInt8], format: UInt16) throws {
    let messages = try answers(
      Requests.parse("SELECT repeat('x', $1)"),
      Requests.bind(parameters: [value], parameterFormat: format), Requests.execute(),
      Requests.sync)
    #expect(messages.summary == "1 2 D C(SELECT 1) Z(I)")
    #expect(messages[2].body.count == 306)
  }

  @Test(arguments: ["-1", "x", "", "99999999999"])
  func `a count that can't be is refused`(value: String) throws {
    let summary = try answers(
      Requests.parse("SELECT repeat('x', $1)"), Requests.bind(parameters: [Array(value.utf8)]),
      Requests.execute(), Requests.sync
    ).summary
    #expect(summary == "1 E(22023) Z(I)")
  }

  @Test func `columns come in the format that is asked for`() throws {
    let messages = try answers(
      Requests.parse("SELECT 5", as: "a"), Requests.bind("a", columnFormats: [1]),
      Requests.describe("P"), Requests.execute(),
      Requests.parse("SELECT 'a', 7::int8, true", as: "b"),
      Requests.bind("b", columnFormats: [0, 1, 1]), Requests.execute(), Requests.sync)
    #expect(messages.summary == "1 2 T D C(SELECT 1) 1 2 D C(SELECT 1) Z(I)")
    let five: [UInt8] = [0, 1, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 5]
    #expect(messages[3].body == five)
    let three: [UInt8] = [
      0, 3, 0, 0, 0, 1, 97, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0, 1, 1,
    ]
    #expect(messages[7].body == three)
  }

  @Test func `portals have names, and are suspended`() throws {
    let messages = try answers(
      Requests.parse("SELECT 5"), Requests.bind(portal: "p"), Requests.execute("p", rows: 1),
      Requests.execute("p", rows: 1), Requests.close("P", "p"), Requests.execute("p"), Requests.sync
    )
    #expect(messages.summary == "1 2 D s C(SELECT 0) 3 E(34000) Z(I)")
  }

  @Test func `transactions work by Execute, too`() throws {
    var run = SessionRun()
    for (text, status) in [("BEGIN", "T"), ("SELECT 1", "T"), ("COMMIT", "I")] {
      run.take(
        Requests.parse(text) + Requests.bind() + Requests.describe("P") + Requests.execute()
          + Requests.sync)
      let last = try run.takeMessages().last?.text
      #expect(last == status)
    }
  }

  @Test func `many statements are found by their names`() throws {
    var run = SessionRun()
    for number in 0..<500 {
      run.take(Requests.parse("SELECT \(number)", as: "s\(number)"))
    }
    _ = try run.takeMessages()
    for number in [0, 499, 250, 250, 3] {
      run.take(Requests.bind("s\(number)") + Requests.execute())
      let value = try run.takeMessages()[1].value
      #expect(value == "\(number)")
    }
    run.take(Requests.query("DEALLOCATE ALL") + Requests.bind("s3") + Requests.sync)
    let summary = try run.takeMessages().summary
    #expect(summary == "C(DEALLOCATE ALL) Z(I) E(26000) Z(I)")
  }
}
