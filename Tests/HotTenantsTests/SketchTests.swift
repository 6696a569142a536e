import HotTenants
import RandomNumbers
import Testing

@Suite("Sketches that count")
struct SketchTests {
  @Test(
    "different things are counted within 5 %, however often each was seen",
    arguments: [0, 1, 10, 1000, 5000, 20_000, 200_000])
  func distinct(count: Int) {
    var sketch = DistinctCount()
    var random = SplitMix64(seed: UInt64(count))
    for _ in 0..<count {
      let hash = random.next()
      sketch.insert(hash: hash)
      sketch.insert(hash: hash)
    }
    #expect(abs(sketch.estimate - count) * 20 <= count)
  }

  @Test("two counts merged are what one would have counted of both")
  func distinctMerged() {
    var random = SplitMix64(seed: 7)
    let hashes = (0..<9000).map { _ in random.next() }
    var (whole, left, right) = (DistinctCount(), DistinctCount(), DistinctCount())
    for (number, hash) in hashes.enumerated() {
      whole.insert(hash: hash)
      if number % 3 != 0 { left.insert(hash: hash) }
      if number % 3 != 1 { right.insert(hash: hash) }
    }
    left.merge(right)
    #expect(left == whole)
  }

  @Test("a duration is in the range that ends behind it, at most an eighth too long")
  func latencyRanges() {
    var nanoseconds: UInt64 = 1
    while nanoseconds < 130_000_000_000 {
      let end = LatencyCounts.end(of: Int(LatencyCounts.range(ofNanoseconds: nanoseconds)))
      #expect(end > nanoseconds)
      #expect(nanoseconds < 262_144 || Double(end) <= Double(nanoseconds) * 1.125 + 1)
      nanoseconds += nanoseconds / 7 + 1
    }
    let last = LatencyCounts.rangeCount - 1
    #expect(Int(LatencyCounts.range(ofNanoseconds: .max)) == last)
  }

  @Test("a percentile is that of the durations, at most an eighth too long; of none there is none")
  func percentiles() {
    var counts = LatencyCounts()
    #expect(counts.percentile(95) == nil)
    for milliseconds in 1...1000 {
      counts.count(range: LatencyCounts.range(ofNanoseconds: UInt64(milliseconds) * 1_000_000))
    }
    for percent in [1, 50, 95, 99, 100] {
      let found = Double(counts.percentile(percent) ?? 0)
      let exact = Double(percent) * 10_000_000
      #expect(found >= exact && found <= exact * 1.126)
    }
  }
}
