import Telemetry
import Testing

@Suite("A page of histograms")
struct HistogramPageTests {
  private static let bounds = HistogramBounds(nanoseconds: [10, 20, 40])

  private func counts(_ page: HistogramPage, _ series: Int) -> HistogramCounts {
    var counts = HistogramCounts(bounds: page.bounds)
    page.read(series, into: &counts)
    return counts
  }

  /// A time, and the bucket that it belongs into: a bound is the last of its bucket.
  private static let places: [(nanoseconds: UInt64, bucket: Int)] = [
    (0, 0), (10, 0), (11, 1), (20, 1), (21, 2), (40, 2), (41, 3), (.max, 3),
  ]

  @Test("counts a time in the first bucket that ends at it or later", arguments: places)
  func bucket(nanoseconds: UInt64, bucket: Int) throws {
    let page = HistogramPage(bounds: Self.bounds, capacity: 1)
    let series = try #require(page.add(label: 7))
    page.note(series, nanoseconds: nanoseconds)
    var expected: [UInt64] = [0, 0, 0, 0]
    expected[bucket] = 1
    #expect(counts(page, series).buckets == expected)
    #expect(counts(page, series).sumNanoseconds == nanoseconds)
  }

  @Test("keeps its series apart, with their labels")
  func series() throws {
    let page = HistogramPage(bounds: Self.bounds, capacity: 2)
    let one = try #require(page.add(label: 5))
    page.note(one, nanoseconds: 15)
    let other = try #require(page.add(label: 6))
    page.note(other, nanoseconds: 30)
    page.note(other, nanoseconds: 30)
    #expect(page.seriesCount == 2)
    #expect([page.label(of: one), page.label(of: other)] == [5, 6])
    #expect(counts(page, one).buckets == [0, 1, 0, 0])
    #expect(counts(page, other).buckets == [0, 0, 2, 0])
  }

  @Test("has no room for more series than it was made for")
  func full() {
    let page = HistogramPage(bounds: Self.bounds, capacity: 1)
    #expect(page.add(label: 1) == 0)
    #expect(page.add(label: 2) == nil)
    #expect(page.seriesCount == 1)
  }

  @Test("adds up what several pages have counted")
  func adding() throws {
    var sum = HistogramCounts(bounds: Self.bounds)
    for nanoseconds in [5, 15] as [UInt64] {
      let page = HistogramPage(bounds: Self.bounds, capacity: 1)
      let series = try #require(page.add(label: 0))
      page.note(series, nanoseconds: nanoseconds)
      page.read(series, into: &sum)
    }
    #expect(sum.buckets == [1, 1, 0, 0])
    #expect(sum.sumNanoseconds == 20)
    #expect(sum.count == 2)
  }

  /// Counts by bucket, a part, and the bound that so many are within.
  private static let quantiles: [(buckets: [UInt64], part: Double, bound: UInt64?)] = [
    ([0, 0, 0, 0], 0.5, nil), ([1, 1, 1, 1], 0.5, 20), ([1, 1, 1, 1], 1, nil),
    ([99, 1, 0, 0], 0.99, 10), ([99, 1, 0, 0], 0.991, 20), ([0, 0, 1, 0], 0, 10),
  ]

  @Test("tells the bound that a part of all is within", arguments: quantiles)
  func quantile(buckets: [UInt64], part: Double, bound: UInt64?) {
    var counts = HistogramCounts(bounds: Self.bounds)
    counts.buckets = buckets
    #expect(counts.quantile(part, Self.bounds) == bound)
  }

  private static let faults: [[UInt64]] = [
    [], [0], [5, 5], [6, 5], (1...33).map { UInt64($0) },
  ]

  @Test("takes no bounds that don't grow or are too many", arguments: faults)
  func badBounds(nanoseconds: [UInt64]) {
    #expect(!HistogramBounds.areValid(nanoseconds))
  }
}
