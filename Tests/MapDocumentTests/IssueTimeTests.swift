import MapDocument
import Testing

@Suite("An issue time")
struct IssueTimeTests {
  @Test(
    "reads RFC 3339 and gives it back",
    arguments: [
      ("2026-11-21T00:00:00Z", 1_795_219_200_000), ("1970-01-01T00:00:00Z", 0),
      ("2026-11-21T00:00:00.250Z", 1_795_219_200_250),
    ])
  func roundTrip(text: String, milliseconds: Int64) throws {
    let time = try #require(IssueTime(text))
    #expect(time.millisecondsSince1970 == milliseconds)
    #expect(time.description == text)
  }

  @Test("refuses other text", arguments: ["", "2026-11-21", "now", "2026-13-01T00:00:00Z", "7"])
  func refused(text: String) {
    #expect(IssueTime(text) == nil)
  }
}
