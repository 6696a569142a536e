import MapSync
import ShardMap
import Testing

@Suite("What the control plane answers to a report of shares")
struct StatusAnswerTests {
  private static let answer = """
    {"shares":{"grant":7,"standard":500000,"tenants":{"acme":900000,"odd":2000000},"leaseSeconds":9},
    "eventsTaken":4,"somethingNewer":[1]}
    """
  private static let told = GrantedShares(
    grant: 7, standard: 500_000, tenants: [Array("acme".utf8): 900_000], eventsTaken: 4)

  @Test("is passed on to the router, and what can't be right is left out")
  func passedOn() throws {
    let answer = try #require(StatusAnswer(body: Array(Self.answer.utf8)))
    #expect(answer.news(after: nil, for: RouterReport()) == Self.told)
  }

  @Test("is news while the router doesn't go by it, or an event was taken")
  func news() throws {
    let answer = try #require(StatusAnswer(body: Array(Self.answer.utf8)))
    #expect(answer.news(after: Self.told, for: RouterReport(grant: 7)) == nil)
    #expect(answer.news(after: Self.told, for: RouterReport(grant: 0)) == Self.told)
    var before = Self.told
    before.eventsTaken = 3
    #expect(answer.news(after: before, for: RouterReport(grant: 7)) == Self.told)
    before.eventsTaken = 9
    #expect(answer.news(after: before, for: RouterReport(grant: 7)) == nil)
    before.grant = 6
    #expect(answer.news(after: before, for: RouterReport(grant: 6))?.eventsTaken == 9)
  }

  @Test("says nothing when it is empty, too long or no answer at all")
  func unusable() throws {
    for text in ["", "{", "[]", "\"x\"", #"{"shares":{"grant":-1,"standard":1,"tenants":{}}}"#] {
      #expect(StatusAnswer(body: Array(text.utf8)) == nil, "\(text)")
    }
    let long = Array(Self.answer.utf8) + Array(repeating: UInt8(ascii: " "), count: 64 << 10)
    #expect(StatusAnswer(body: long) == nil)
    let receipt = try #require(StatusAnswer(body: Array("{}".utf8)))
    #expect(receipt.news(after: nil, for: RouterReport()) == GrantedShares())
  }
}
