internal import Console
internal import LoadGenerator
internal import LoadReport
internal import LoadScenario

/// Shows how a run goes on, while it does: in place on a terminal, and else a line now and then.
struct LiveDisplay: Sendable {
  /// From one drawing to the next.
  private static let refresh: Duration = .milliseconds(250)
  /// From one line to the next where there is no terminal, in drawings.
  private static let drawingsALine = 20

  let terminal: Terminal
  private let area: LiveArea

  init(terminal: Terminal) {
    self.terminal = terminal
    area = LiveArea(terminal)
  }

  /// Prints a line above what is drawn.
  func say(_ line: String) { area.say(line) }

  /// Follows a run until its task is cancelled.
  func follow(_ run: LoadRun, of scenario: Scenario, title: String, marks: FaultMarks) async {
    var history = LiveHistory(scenario, title: title)
    var drawings = 0
    while !Task.isCancelled {
      let view = history.view(of: run.progress, broken: marks.active)
      area.show(view.lines(columns: terminal.columns - 1))
      if !terminal.isTerminal, drawings % Self.drawingsALine == Self.drawingsALine - 1 {
        area.say(view.line)
      }
      drawings += 1
      try? await Task.sleep(for: Self.refresh)
    }
    area.clear()
  }
}
