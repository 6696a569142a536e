import Foundation
import Histogram
import LoadModel
import Testing

@testable import LoadResults

/// Times of a seed, from 100 ns to 10 s, each decade as often as the next.
func randomTimes(_ count: Int, seed: UInt64) -> [UInt64] {
  var random = RandomSource(seed: seed)
  return (0..<count).map { _ in UInt64(pow(10, 2 + 8 * random.unit())) }
}

/// What a histogram of these times has counted.
func counts(of times: [UInt64]) -> LatencyCounts {
  var histogram = LatencyHistogram()
  for time in times { histogram.record(nanoseconds: time) }
  return histogram.counts
}

@Suite struct LatencyHistogramTests {
  @Test func `times are counted at the places of the library`() {
    let powers: [UInt64] = (0..<42).map { 1 << UInt64($0) }
    let edges = powers + powers.map { $0 - 1 } + powers.map { $0 + 1 }
    for time in edges + randomTimes(2_000, seed: 5) + [LatencyHistogram.longestNanoseconds] {
      var reference = Histogram<UInt64>(numberOfSignificantValueDigits: .three)
      reference.record(LatencyHistogram.longestNanoseconds)
      let range = reference.equivalentRangeForValue(time)
      #expect(LatencyBuckets.longest(with: time) == range.upperBound)
      #expect(LatencyBuckets.longest(at: LatencyBuckets.place(of: time)) == range.upperBound)
      let middle = Double(range.lowerBound + range.upperBound) / 2
      #expect(LatencyBuckets.middle(with: time) == middle)
    }
  }

  @Test(arguments: [0.0, 0.1, 1, 50, 99, 99.9, 99.999, 100])
  func `a percentile is the one of the library`(percentile: Double) {
    for count in [1, 2, 3, 10, 999, 5_000] {
      var (own, reference) = (
        LatencyHistogram(), Histogram<UInt64>(numberOfSignificantValueDigits: .three)
      )
      for time in randomTimes(count, seed: UInt64(count)) {
        own.record(nanoseconds: time)
        reference.record(time)
      }
      // The library answers 0 with the shortest time itself, not with its place.
      let expected = reference.valueAtPercentile(max(percentile, 1e-9))
      #expect(own.percentile(percentile) == expected, "\(count)")
    }
  }

  @Test(arguments: [0.1, 1, 25, 50, 90, 99, 99.9, 99.99, 100])
  func `a percentile is the exact one within a thousandth`(percentile: Double) throws {
    let times = randomTimes(20_000, seed: 1)
    var histogram = LatencyHistogram()
    for time in times { histogram.record(nanoseconds: time) }
    let rank = Int((percentile / 100 * Double(times.count)).rounded(.up))
    let exact = Double(times.sorted()[rank - 1])
    let found = try #require(histogram.percentile(percentile))
    #expect(abs(Double(found) / exact - 1) < 0.001)
    #expect(histogram.counts.percentile(percentile) == found)
  }

  @Test func `nothing recorded has no percentile, no mean and no maximum`() {
    var histogram = LatencyHistogram()
    histogram.record(nanoseconds: 5)
    histogram.reset()
    #expect(histogram.count == 0 && histogram.percentile(50) == nil)
    #expect(histogram.counts == LatencyCounts())
    #expect(LatencyCounts().percentile(50) == nil && LatencyCounts().mean == nil)
    #expect(LatencyCounts().max == nil && LatencyCounts().total == 0)
  }

  @Test func `times beyond an hour count as an hour`() {
    let counts = counts(of: [7, .max, LatencyHistogram.longestNanoseconds + 1])
    #expect(counts.total == 3)
    #expect(counts.max == LatencyHistogram.longestNanoseconds)
    #expect(counts.nanoseconds == [7, LatencyHistogram.longestNanoseconds])
  }
}

@Suite struct LatencyCountsTests {
  @Test(arguments: 1...20)
  func `what was counted apart and merged is what was counted together`(seed: UInt64) {
    let times = randomTimes(3_000, seed: seed)
    var random = RandomSource(seed: seed + 100)
    var parts = [[UInt64]](repeating: [], count: 4)
    for time in times { parts[Int(random.number(in: 0...3))].append(time) }
    var merged = LatencyCounts()
    for part in parts { merged.merge(counts(of: part)) }
    #expect(merged == counts(of: times))
    #expect(merged.histogram.counts == merged)
    #expect(merged.max == times.max() && merged.total == times.count)
  }

  @Test func `a sum of times that no 64 bits can hold is no trap`() throws {
    let text = #"{"counts":[9000000000000000000],"nanoseconds":[3600000000000]}"#
    let counts = try JSONDecoder().decode(LatencyCounts.self, from: Data(text.utf8))
    #expect(counts.histogram.counts == counts)
    #expect(try #require(counts.mean) > 3.59e12)
  }

  @Test func `the mean is the exact one within a thousandth`() throws {
    let times = randomTimes(5_000, seed: 3)
    let exact = times.reduce(0.0) { $0 + Double($1) } / Double(times.count)
    let mean = try #require(counts(of: times).mean)
    #expect(abs(mean / exact - 1) < 0.001)
  }

  @Test func `JSON is two arrays, and reads back as what it was`() throws {
    let few = counts(of: [1, 1, 900])
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let text = try String(decoding: encoder.encode(few), as: UTF8.self)
    #expect(text == #"{"counts":[2,1],"nanoseconds":[1,900]}"#)
    let many = counts(of: randomTimes(1_000, seed: 9))
    #expect(try JSONDecoder().decode(LatencyCounts.self, from: encoder.encode(many)) == many)
  }

  @Test(arguments: [
    #"{"counts":[1],"nanoseconds":[1,2]}"#, #"{"counts":[1,1],"nanoseconds":[2,1]}"#,
    #"{"counts":[1,0],"nanoseconds":[1,2]}"#, #"{"counts":[1,1],"nanoseconds":[2,2]}"#,
    #"{"counts":[18446744073709551615,1],"nanoseconds":[1,2]}"#,
    #"{"counts":[1],"nanoseconds":[3600000000001]}"#,
  ])
  func `what no histogram counts is refused`(text: String) {
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(LatencyCounts.self, from: Data(text.utf8))
    }
  }
}
