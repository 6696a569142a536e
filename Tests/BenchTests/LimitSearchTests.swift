import Testing

@testable import shardway_bench

/// The search for the highest rate.
@Suite struct LimitSearchTests {
  @Test(arguments: [100.0, 130, 1_000, 4_321, 99_999])
  func `it comes within its precision of the limit`(limit: Double) throws {
    var search = LimitSearch(range: 100...1_000_000)
    var tries = 0
    while let rate = search.next {
      search.tell(allHeld: rate <= limit)
      tries += 1
      try #require(tries < 100)
    }
    let held = try #require(search.held)
    let broke = try #require(search.broke)
    #expect(held <= limit && limit < broke)
    #expect(broke / held <= search.precision)
  }

  @Test func `what breaks at once has no limit`() {
    var search = LimitSearch(range: 100...1000)
    #expect(search.next == 100)
    search.tell(allHeld: false)
    #expect(search.next == 100, "it is tried again")
    search.tell(allHeld: false)
    #expect(search.next == nil)
    #expect(search.held == nil)
  }

  @Test func `what never breaks ends at the highest rate`() {
    var search = LimitSearch(range: 100...1000)
    var rates: [Double] = []
    while let rate = search.next {
      rates.append(rate)
      search.tell(allHeld: true)
    }
    #expect(rates == [100, 150, 225, 337.5, 506.25, 759.375, 1000])
    #expect(search.held == 1000)
    #expect(search.broke == nil)
  }

  @Test func `one failure that does not come again changes nothing`() {
    var (calm, disturbed) = (LimitSearch(range: 100...1000), LimitSearch(range: 100...1000))
    while let rate = calm.next { calm.tell(allHeld: rate < 400) }
    var failed: Set<Double> = []
    while let rate = disturbed.next {
      disturbed.tell(allHeld: rate < 400 && !failed.insert(rate).inserted)
    }
    #expect(disturbed.held == calm.held)
    #expect(disturbed.broke == calm.broke)
  }
}
