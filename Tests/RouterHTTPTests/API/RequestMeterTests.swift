import DataPlane
import Telemetry
import Testing

@testable import RouterHTTP

@Suite("What requests took in the last seconds") struct RequestMeterTests {
  /// Up to 1 ms, 10 ms and 100 ms, and longer.
  private static let bounds = HistogramBounds(
    nanoseconds: [1_000_000, 10_000_000, 100_000_000])

  private static func counts(_ shards: [Int: [UInt64]]) -> RequestMeter.Counts {
    shards.mapValues {
      var counts = HistogramCounts(bounds: bounds)
      counts.buckets = $0
      return counts
    }
  }

  private static func meter(_ looks: [(shards: [Int: [UInt64]], seconds: Double)]) -> RequestMeter {
    var meter = RequestMeter(bounds: bounds)
    for look in looks { meter.note(counts(look.shards), after: look.seconds) }
    return meter
  }

  @Test("is not known before there were two looks")
  func first() {
    #expect(Self.meter([]).all == nil && Self.meter([]).shards.isEmpty)
    let meter = Self.meter([([1: [5, 0, 0, 0]], 1)])
    #expect(meter.all == nil && meter.lastLook == nil && meter.shards.isEmpty)
  }

  @Test("is what was counted between two looks, a second")
  func rate() throws {
    let meter = Self.meter([([1: [5, 0, 0, 0]], 1), ([1: [25, 0, 0, 0], 2: [0, 10, 0, 0]], 2)])
    #expect(meter.all?.requestsPerSecond == 15)
    #expect(meter.shards[1]?.requestsPerSecond == 10)
    // A shard that is new has counted from 0.
    #expect(meter.shards[2]?.requestsPerSecond == 5)
  }

  @Test("has quantiles within their buckets")
  func quantiles() throws {
    let figures = try #require(Self.meter([([:], 1), ([1: [50, 40, 10, 0]], 1)]).all)
    #expect(figures.p50Microseconds == 1_000)
    // Half of the ten between 10 and 100 ms.
    #expect(figures.p95Microseconds == 55_000)
    #expect(figures.p99Microseconds == 91_000)
  }

  @Test("is the last bound where requests took longer")
  func longest() throws {
    let figures = try #require(Self.meter([([:], 1), ([1: [0, 0, 0, 3]], 1)]).all)
    #expect(figures.p50Microseconds == 100_000 && figures.p99Microseconds == 100_000)
  }

  @Test("has no quantiles where there were no requests")
  func none() throws {
    let figures = try #require(Self.meter([([1: [7, 0, 0, 0]], 1), ([1: [7, 0, 0, 0]], 1)]).all)
    #expect(figures == RequestFigures())
  }

  @Test("looks back a few seconds for figures, and one for a point")
  func span() throws {
    let looks = (0...20).map { (shards: [1: [UInt64($0 * $0), 0, 0, 0]], seconds: 1.0) }
    let meter = Self.meter(looks)
    #expect(meter.lastLook?.requestsPerSecond == Double(20 * 20 - 19 * 19))
    #expect(meter.all?.requestsPerSecond == Double(20 * 20 - 15 * 15) / 5)
  }

  @Test("counts requests that got to a server, of all workers and tiers")
  func pages() throws {
    let pages = [
      HistogramPage(bounds: Self.bounds, capacity: 8),
      HistogramPage(bounds: Self.bounds, capacity: 8),
    ]
    for page in pages {
      for outcome in RequestOutcome.allCases {
        let label = RequestSeries(shard: 3, tier: .strong, outcome: outcome).label
        page.note(try #require(page.add(label: label)), nanoseconds: 2_000_000)
      }
      let other = RequestSeries(shard: 4, tier: .eventual, outcome: .served).label
      page.note(try #require(page.add(label: other)), nanoseconds: 500_000)
    }
    let counts = RequestMeter.Counts(pages, Self.bounds)
    #expect(counts[3]?.buckets == [0, 4, 0, 0])
    #expect(counts[4]?.buckets == [2, 0, 0, 0])
  }
}
