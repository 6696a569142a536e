import RouterAPI
import Testing

@testable import RouterHTTP

@Suite("The series of latencies") struct LatencySeriesTests {
  private static func series(_ count: Int) -> LatencySeries {
    var series = LatencySeries()
    for second in 0..<count {
      series.add(
        LatencyDocument.Point(atMilliseconds: Int64(second + 1) * 1000, transactionsPerSecond: 0))
    }
    return series
  }

  @Test(
    "has the last ten minutes in order, however long it runs", arguments: [1, 599, 600, 601, 1500])
  func bounded(count: Int) {
    let seconds = Self.series(count).points(after: 0).map { Int($0.atMilliseconds / 1000) }
    #expect(seconds == Array(max(1, count - 599)...count))
  }

  @Test("gives only what is behind a moment")
  func after() {
    #expect(Self.series(700).points(after: 698_000).map(\.atMilliseconds) == [699_000, 700_000])
    #expect(Self.series(700).points(after: 700_000).isEmpty)
  }
}
