import ShardMap
import Testing

@Suite("A tier")
struct ConsistencyTests {
  @Test(
    "is read from its text, and written back",
    arguments: [
      ("strong", .strong), ("session", .session), ("eventual", .eventual),
      ("bounded:5s", .bounded(milliseconds: 5000)), ("bounded:1ms", .bounded(milliseconds: 1)),
      ("bounded:2m", .bounded(milliseconds: 120_000)),
      ("bounded:24h", .bounded(milliseconds: 86_400_000)),
    ] as [(String, Consistency)])
  func reads(text: String, expected: Consistency) {
    #expect(Consistency(parsing: Array(text.utf8)) == expected)
    #expect(Consistency(parsing: expected.name.utf8) == expected)
    #expect(expected.isValid)
  }

  @Test("has one name, however it was written")
  func names() {
    for text in ["bounded:5s", "bounded:5000ms", "bounded:05s"] {
      #expect(Consistency(parsing: text.utf8)?.name == "bounded:5s")
    }
    #expect(Consistency.bounded(milliseconds: 1500).name == "bounded:1500ms")
  }

  @Test(
    "is nothing else",
    arguments: [
      "", "Strong", "sessions", "session:5s", "bounded", "bounded:", "bounded:5", "bounded:s",
      "bounded:0s", "bounded:-1s", "bounded:25h", "bounded:1d", "bounded:5 s", "bounded:5s ",
      "bounded:0x5s", "bounded:99999999999999999999s", "bounded:٥s",
    ])
  func refuses(text: String) {
    #expect(Consistency(parsing: text.utf8) == nil)
  }

  @Test("with a bound of zero or of more than a day is not valid")
  func validity() {
    #expect(!Consistency.bounded(milliseconds: 0).isValid)
    #expect(!Consistency.bounded(milliseconds: 86_400_001).isValid)
  }
}
