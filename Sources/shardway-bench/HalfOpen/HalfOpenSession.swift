internal import Console
internal import LoadGenerator
internal import LoadResults
internal import LoadScenario

/// Holds handshakes half open until it is cancelled, or for a time.
struct HalfOpenSession: Sendable {
  let target: LoadTarget
  let serverName: String
  let count: Int
  /// How many are opened a second, at most.
  let rate: Int
  let duration: Duration?
  let terminal: Terminal

  /// How often some are opened.
  private static let step: Duration = .milliseconds(5)
  /// How often it is looked which ones the target has ended, in steps: each asks the kernel about all.
  private static let stepsALook = 10

  /// Returns when the time is over or the task is cancelled, and tells what became of them.
  ///
  /// - Throws: `BenchError.load`.
  func run() async throws(BenchError) {
    var handshakes = try begun()
    let start = ContinuousClock.now
    var step = 0
    while !Task.isCancelled, duration.map({ ContinuousClock.now < start + $0 }) ?? true {
      step += 1
      if step % Self.stepsALook == 0 { handshakes.forgetEnded() }
      handshakes.open(atMost: Self.due(rate, at: step) - Self.due(rate, at: step - 1))
      // Steps that are late are not made up for: that would be a burst.
      try? await Task.sleep(for: Self.step)
    }
    terminal.line(
      "\(FigureText.count(handshakes.openCount)) were open at the end,"
        + " \(FigureText.count(handshakes.openedCount)) were opened,"
        + " \(FigureText.count(handshakes.endedCount)) the target has ended")
  }

  private func begun() throws(BenchError) -> HalfOpenHandshakes {
    do throws(LoadError) {
      return try HalfOpenHandshakes(count, at: target, serverName: serverName)
    } catch {
      throw .load(error)
    }
  }

  /// How many may have been opened by the end of a step.
  private static func due(_ rate: Int, at step: Int) -> Int {
    rate * step / Int(.seconds(1) / Self.step)
  }
}
