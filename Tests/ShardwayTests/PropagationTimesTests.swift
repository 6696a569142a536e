import RandomNumbers
import Testing

@testable import shardway

@Suite struct PropagationTimesTests {
  private let times = try? PropagationTimes(bounds: [1, 2, 4], counts: [10, 60, 20, 10])

  @Test(arguments: [
    (-1.0, 1.0), (0, 1), (0.5, 0.95), (1, 0.9), (1.5, 0.6), (2, 0.3), (3, 0.2), (4, 0.1), (99, 0.1),
  ])
  func `shares are read off the buckets`(seconds: Double, share: Double) throws {
    let times = try #require(times)
    #expect(abs(times.share(longerThan: seconds) - share) < 1e-12)
  }

  @Test(arguments: [(0.95, 0.5), (0.9, 1.0), (0.6, 1.5), (0.3, 2), (0.1, 4)])
  func `a time is found again by its share`(share: Double, seconds: Double) throws {
    let found = try #require(times?.time(exceededBy: share))
    #expect(abs(found - seconds) < 1e-9)
  }

  @Test func `what lies behind the last bound has no time`() throws {
    #expect(try #require(times).time(exceededBy: 0.05) == nil)
  }

  @Test(arguments: [(-3.0, -1.0), (-1, 1), (0, 4), (0.3, 1.7), (1.2, 1.9), (3, 8), (5, 6)])
  func `the mean over a range is that of many points`(lower: Double, upper: Double) throws {
    let times = try #require(times)
    let steps = 20_000
    let sum = (0..<steps).reduce(0.0) { sum, step in
      sum
        + times.share(
          longerThan: lower + (upper - lower) * (Double(step) + 0.5) / Double(steps))
    }
    #expect(abs(times.meanShare(from: lower, to: upper) - sum / Double(steps)) < 1e-6)
  }

  @Test func `what is no histogram is refused`() {
    let cases: [([Double], [UInt64], PropagationTimesError)] = [
      ([], [], .uneven(bounds: 0, counts: 0)), ([1], [1, 2, 3], .uneven(bounds: 1, counts: 3)),
      ([1, 1], [1, 1], .notGrowing(1, 1)), ([0, 1], [1, 1], .notGrowing(0, 0)),
      ([1, 2], [0, 0, 0], .empty),
    ]
    for (bounds, counts, expected) in cases {
      #expect(throws: expected) { try PropagationTimes(bounds: bounds, counts: counts) }
    }
  }

  @Test(arguments: [(0.0, 100.0), (0, 30_000), (0.01, 1000), (0.5, 40), (1, 10)])
  func `the upper end of a share holds in 95 of 100 samples`(share: Double, samples: Double) {
    let upper = ShareBound.upper(share, of: samples)
    #expect(upper > share || share == 1)
    #expect(upper <= 1)
    // With the bound as the truth, a sample as low as this one is rare: 5 in 100.
    var generator = SplitMix64(seed: 11)
    guard upper < 1, samples <= 1000 else { return }
    let rounds = 4000
    let low = (0..<rounds).count { _ in
      let hits = (0..<Int(samples)).count { _ in
        Double.random(in: 0..<1, using: &generator) < upper
      }
      return Double(hits) <= share * samples
    }
    #expect((0.02...0.09).contains(Double(low) / Double(rounds)))
  }
}
