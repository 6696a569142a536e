internal import LoadScenario
internal import LocalFleet

/// Breaks things at their moments of a run, and mends them.
struct FaultSchedule: Sendable {
  let faults: [ScheduledFault]
  let act: FaultAct
  let marks: FaultMarks
  /// Gets a line for each thing that could not be done.
  let report: @Sendable (String) -> Void

  /// Does all that is due; returns when all is done, or soon after its task is cancelled.
  ///
  /// What a command has begun is ended in any case. What the end of the fleet ends is left to that.
  /// - Parameter start: the beginning of the measurement.
  func run(from start: ContinuousClock.Instant) async {
    await withDiscardingTaskGroup { group in
      for fault in faults { group.addTask { await follow(fault, from: start) } }
    }
  }

  private func follow(_ fault: ScheduledFault, from start: ContinuousClock.Instant) async {
    guard await sleep(until: start + fault.at) else { return }
    let place = marks.begin(fault.action.title, at: start.secondsAgo)
    do {
      switch try await act.begin(fault) {
      case .over:
        marks.end(place, at: start.secondsAgo)
      case .lasts(let mend):
        await waitForEnd(of: fault, from: start)
        // In a task of its own, which a cancelled run doesn't cancel.
        try await Task { try await mend() }.value
        marks.end(place, at: start.secondsAgo)
      case .lastsWithFleet(let mend):
        guard await waitForEnd(of: fault, from: start) else { return }
        try await mend()
        marks.end(place, at: start.secondsAgo)
      }
    } catch FleetError.cancelled {
      marks.fail(place, "the run ended before it was done")
    } catch {
      marks.fail(place, "\(error)")
      report("\(fault.action.title): \(error)")
    }
  }

  /// Waits until a fault is to be mended.
  ///
  /// - Returns: false when that is the end of the run.
  @discardableResult
  private func waitForEnd(
    of fault: ScheduledFault, from start: ContinuousClock.Instant
  ) async -> Bool {
    guard let lasts = fault.lasts else {
      // Until it is cancelled.
      return await sleep(until: start + .seconds(1_000_000_000))
    }
    return await sleep(until: start + fault.at + lasts)
  }

  private func sleep(until instant: ContinuousClock.Instant) async -> Bool {
    (try? await Task.sleep(until: instant, clock: .continuous)) != nil
  }
}

extension ContinuousClock.Instant {
  /// How long ago it was, in seconds.
  var secondsAgo: Double { duration(to: .now).inSeconds }
}
