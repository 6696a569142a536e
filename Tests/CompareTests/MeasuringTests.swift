import Glibc
import Testing

@testable import shardway_compare

@Suite struct LatencyLogTests {
  @Test func `the third field of each line is the latency`() {
    let log = "0 199 2241 0 1175850568 995598\n0 200 2465 0 1175850568 998079\n1 3 7 0 1 2\n"
    #expect(LatencyLog.parse(log.utf8) == [2241, 2465, 7])
  }

  @Test(arguments: [(50, 50.0), (99, 99), (100, 100), (1, 1)])
  func `a percentile is the smallest value that enough don't exceed`(share: Int, value: Double) {
    #expect(LatencyLog(microseconds: (1...100).reversed()).percentile(share) == value)
  }

  @Test func `the only value is every percentile`() {
    #expect(LatencyLog(microseconds: [7]).percentile(1) == 7)
    #expect(LatencyLog(microseconds: [7]).percentile(99) == 7)
  }
}

@Suite struct PgbenchReportTests {
  private static let text = """
    number of clients: 8
    number of transactions actually processed: 20231
    number of failed transactions: 0 (0.000%)
    initial connection time = 9.135 ms
    tps = 20321.456789 (without initial connection time)

    """

  @Test func `transactions and their rate are read`() throws {
    let report = try PgbenchReport(Self.text)
    #expect(report.transactions == 20_231)
    #expect(report.transactionsPerSecond == 20_321.456789)
  }

  @Test(arguments: [
    ("transactions: 0 (0", "transactions: 3 (0"), ("processed: 20231", "processed: 0"),
    ("tps = ", "tps: "),
  ])
  func `a run with failures or without figures is refused`(good: String, bad: String) {
    #expect(throws: (any Error).self) {
      try PgbenchReport(Self.text.replacing(good, with: bad))
    }
  }
}

@Suite struct ProcessClockTests {
  @Test func `the clock of this process moves on while it works`() {
    let clock = ProcessClock(of: getpid())
    let before = clock.nanoseconds
    var work = 0
    for number in 0..<10_000_000 { work &+= number ^ work }
    #expect(work != 1 && clock.nanoseconds > before)
  }
}
