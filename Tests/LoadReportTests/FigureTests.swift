import Drawing
import LoadResults
import Testing

@testable import LoadReport

@Suite struct TickTextTests {
  @Test(arguments: [
    (0.0, "0"), (1e6, "1 ms"), (2.5e6, "2.5 ms"), (1e7, "10 ms"), (3e9, "3 s"), (500, "500 ns"),
  ])
  func `times have no zeros that say nothing`(nanoseconds: Double, text: String) {
    #expect(TickText.time(nanoseconds: nanoseconds) == text)
  }

  @Test(arguments: [
    (0.0, "0"), (0.5, "500 ms"), (30, "30 s"), (60, "1 min"), (90, "90 s"), (3_600, "60 min"),
    (7_200, "2 h"), (9_000, "150 min"),
  ])
  func `moments are told in the unit of their marks`(seconds: Double, text: String) {
    #expect(TickText.moment(seconds) == text)
  }

  @Test(arguments: [(2.0, 0.5), (30, 5), (60, 10), (90, 10), (3_600, 600), (86_400, 21_600)])
  func `marks of time are round`(seconds: Double, step: Double) {
    let ticks = TickText.moments(Axis(.linear, 0...seconds, from: 0, to: 1))
    #expect(ticks.count <= 11 && ticks[0] == 0 && ticks[1] == step, "\(ticks)")
  }
}

@Suite struct WindowSeriesTests {
  @Test func `neighbours are taken together, and nothing is lost`() {
    let result = SyntheticRun.capacity
    let series = WindowSeries(result.loads[0], of: result, most: 240)
    #expect(series.windows.count == 240)
    #expect(series.windows.reduce(0) { $0 + $1.completed } == result.loads[0].completed)
    #expect(series.windows.reduce(0) { $0 + $1.seconds } == 1_200)
    #expect(series.windows.compactMap(\.latency.max).max() == result.loads[0].latency.max)
  }

  @Test func `a last window that was cut off has its own length, or is left out`() throws {
    var result = SyntheticRun.smoke()
    result.seconds = 29.5
    let half = WindowSeries(result.loads[0], of: result, most: 240)
    #expect(half.windows.count == 30 && half.windows.last?.seconds == 0.5)
    result.seconds = 29.1
    #expect(WindowSeries(result.loads[0], of: result, most: 240).windows.count == 29)
  }
}

@Suite struct ErrorCausesTests {
  @Test func `the most frequent causes have colours, the rest one together`() {
    let causes = ErrorCauses(["a": 1, "b": 9, "c": 3, "d": 4, "e": 5, "f": 6, "none": 0])
    #expect(causes.shown.map(\.cause) == ["b", "f", "e", "d", "other"])
    #expect(Set(causes.shown.map(\.style)).count == 5)
    let window = WindowSeries.Window(
      at: 0, seconds: 1, due: 10, completed: 0, errors: 10,
      errorsByCause: ["b": 4, "a": 1, "c": 2, "e": 3], latency: LatencyCounts())
    #expect(causes.counts(window) == [4, 0, 3, 0, 3])
  }
}

@Suite struct FaultBandsTests {
  @Test func `names that would lie on each other have rows of their own`() {
    var result = SyntheticRun.smoke()
    let axis = Axis(.linear, 0...30, from: 0, to: 900)
    func height(_ starts: [Double]) -> Double {
      result.faults = starts.map { FaultMark(title: "router-restart", from: $0, to: $0 + 1) }
      return FaultBands(result, on: axis).height
    }
    #expect(height([]) == 0)
    #expect(height([1, 10, 20]) == 16)
    #expect(height([1, 2]) == 32)
    #expect(height(Array(repeating: 5, count: 40)) == 48)
  }
}
