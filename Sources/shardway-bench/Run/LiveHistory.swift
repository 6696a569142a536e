internal import LoadGenerator
internal import LoadReport
internal import LoadScenario

/// What the progress of a run comes to over time, as the live view shows it.
struct LiveHistory: Sendable {
  private let title: String
  private let warmUp: Double
  private let duration: Double
  private let window: Double
  /// The beginning of the window that goes on, and what had been counted by then.
  private var start: LoadProgress?
  private var rates: [(due: Double, completed: Double)] = []
  private var p99: [[UInt64?]] = []

  /// Nothing has been seen yet.
  init(_ scenario: Scenario, title: String) {
    self.title = title
    warmUp = scenario.warmUp.inSeconds
    duration = scenario.duration.inSeconds
    window = scenario.window.inSeconds
  }

  /// Takes what a run says of itself, and says what to show.
  mutating func view(of progress: LoadProgress, broken: [String]) -> LiveView {
    follow(progress)
    let (phase, elapsed, total) = time(of: progress)
    return LiveView(
      phase: "\(title): \(phase)", elapsedSeconds: elapsed, totalSeconds: total,
      loads: progress.loads.enumerated().map { place, load in
        let rate = rates.isEmpty ? (due: 0, completed: 0) : rates[place]
        return LiveView.Load(
          name: load.load, duePerSecond: rate.due, completedPerSecond: rate.completed,
          errors: load.errors, p50Nanoseconds: load.p50Nanoseconds,
          p99Nanoseconds: load.p99Nanoseconds, p99History: p99.isEmpty ? [] : p99[place])
      }, activeFaults: broken)
  }

  /// Notes the figures of a window that is over.
  private mutating func follow(_ progress: LoadProgress) {
    guard case .measuring = progress.phase else { return }
    guard let start else { return self.start = progress }
    let seconds = progress.elapsedSeconds - start.elapsedSeconds
    guard seconds >= window else { return }
    rates = zip(start.loads, progress.loads).map { before, now in
      (Double(now.due - before.due) / seconds, Double(now.completed - before.completed) / seconds)
    }
    if p99.isEmpty { p99 = progress.loads.map { _ in [] } }
    for (place, load) in progress.loads.enumerated() { p99[place].append(load.p99Nanoseconds) }
    self.start = progress
  }

  private func time(
    of progress: LoadProgress
  ) -> (phase: String, elapsed: Double, total: Double?) {
    switch progress.phase {
    case .connecting(let opened, let all): ("connecting \(opened) of \(all)", 0, nil)
    case .warmUp: ("warm-up", warmUp + progress.elapsedSeconds, warmUp)
    case .measuring: ("measuring", progress.elapsedSeconds, duration)
    case .ending, .ended: ("ending", progress.elapsedSeconds, duration)
    }
  }
}
