import Testing

@testable import RouterHTTP

@Suite("The gate of scrapes")
struct ScrapeGateTests {
  @Test("lets so many in at a time, and one more when one has left")
  func limit() {
    let gate = ScrapeGate(limit: 2)
    #expect(gate.enter())
    #expect(gate.enter())
    #expect(!gate.enter())
    gate.leave()
    #expect(gate.enter())
    #expect(gate.counts.served == 3)
    #expect(gate.counts.refused == 1)
    #expect(gate.counts.underWay == 2)
  }

  @Test("expects a text about as long as the last")
  func expectation() {
    let gate = ScrapeGate(limit: 1)
    gate.wrote(1 << 20)
    #expect(gate.expectedBytes >= 1 << 20)
    gate.wrote(100)
    #expect(gate.expectedBytes < 1000)
  }
}
