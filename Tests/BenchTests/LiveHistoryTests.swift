import LoadReport
import LoadScenario
import Testing

@testable import LoadGenerator
@testable import shardway_bench

/// What the live view shows of a run's progress.
@Suite struct LiveHistoryTests {
  @Test func `rates are those of the window that is over`() throws {
    var history = LiveHistory(Self.scenario, title: "test")
    #expect(
      history.view(of: Self.progress(.connecting(1, of: 4), 0, 0, 0), broken: []).loads.count == 1)
    let warm = history.view(of: Self.progress(.warmUp, -1.5, 0, 0), broken: [])
    #expect(warm.elapsedSeconds == 0.5 && warm.totalSeconds == 2)
    _ = history.view(of: Self.progress(.measuring, 0, 0, 0), broken: [])
    let early = history.view(of: Self.progress(.measuring, 0.5, 60, 50), broken: [])
    #expect(early.loads[0].duePerSecond == 0)
    let first = history.view(of: Self.progress(.measuring, 1, 120, 100), broken: ["x"])
    #expect(first.loads[0].duePerSecond == 120 && first.loads[0].completedPerSecond == 100)
    #expect(first.activeFaults == ["x"])
    let second = history.view(of: Self.progress(.measuring, 3, 200, 300), broken: [])
    #expect(second.loads[0].duePerSecond == 40 && second.loads[0].completedPerSecond == 100)
    #expect(second.loads[0].p99History == [7, 7])
    #expect(second.totalSeconds == 10)
  }

  private static let scenario = Scenario(
    name: "test", duration: .seconds(10),
    loads: [
      Load(
        name: "a", tenants: .uniform(["t"]), connections: 4, arrivals: .closed(pause: .zero),
        mix: [WeightedTransaction(.selectOnly)])
    ])

  private static func progress(
    _ phase: LoadProgress.Phase, _ elapsed: Double, _ due: Int, _ completed: Int
  ) -> LoadProgress {
    LoadProgress(
      phase: phase, elapsedSeconds: elapsed,
      loads: [
        LoadProgress.Figures(
          load: "a", due: due, completed: completed, errors: 0, p50Nanoseconds: 3,
          p99Nanoseconds: 7)
      ])
  }
}
