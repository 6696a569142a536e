import Histogram
import Testing

@testable import LoadResults

@Suite struct PercentileDistributionTests {
  @Test(arguments: [1, 2, 10, 1_000, 30_000])
  func `the steps are those of the library`(count: Int) {
    let times = randomTimes(count, seed: UInt64(count))
    var reference = Histogram<UInt64>(numberOfSignificantValueDigits: .three)
    for time in times { reference.record(time) }
    let expected = Array(reference.percentiles(ticksPerHalfDistance: 5))
    let steps = PercentileDistribution(counts(of: times)).steps
    #expect(steps.map(\.percentile) == expected.map(\.percentileLevelIteratedTo))
    #expect(steps.map(\.count) == expected.map { Int($0.totalCountToThisValue) })
    for (step, expected) in zip(steps, expected) {
      #expect(abs(Double(step.nanoseconds) / Double(expected.value) - 1) < 0.001)
    }
  }

  @Test func `the text has the columns and the end of an hgrm file`() {
    let text = PercentileDistribution(counts(of: [1_000_000, 1_000_000, 1_000_000, 5_000_000])).hgrm
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    #expect(lines[0] == "       Value     Percentile TotalCount 1/(1-Percentile)")
    #expect(lines[2] == "    1.000447 0.000000000000          3           1.00")
    #expect(lines.contains("    5.000000 1.000000000000          4"))
    #expect(lines.suffix(4).map { $0.prefix(4) } == ["#[Me", "#[Ma", "#[Bu", ""])
    #expect(text.contains("#[Max     =     5.000000, Total count    =            4]"))
    // A mean of 2 ms and a standard deviation of √3 ms, within a bucket.
    #expect(
      text.contains("#[Mean    =     1.999") && text.contains("StdDeviation   =     1.73"),
      "\(text)")
  }

  @Test func `nothing counted is a file without steps`() {
    let distribution = PercentileDistribution(LatencyCounts())
    #expect(distribution.steps.isEmpty)
    #expect(distribution.hgrm.contains("Total count    =            0]"))
  }
}
