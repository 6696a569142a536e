internal import Console
internal import LoadGenerator
internal import LoadResults

/// Shows how a run goes on, while it does.
struct LiveDisplay: Sendable {
  /// From one look at the run to the next.
  private static let refresh: Duration = .milliseconds(250)

  let terminal: Terminal

  /// Follows a run until its task is cancelled.
  func follow(_ run: LoadRun, title: String, marks: FaultMarks) async {
    while !Task.isCancelled {
      let progress = run.progress
      terminal.status("\(title): \(progress.phase) \(progress.elapsedSeconds) \(marks.active)")
      try? await Task.sleep(for: Self.refresh)
    }
  }
}
