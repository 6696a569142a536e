import LoadClient
import LoadResults
import Synchronization

/// What a worker does by the clock and by order: the beginning, the end, time-outs, reports.
extension Worker {
  /// Looks at what the run's other threads have said, and where in the run it is.
  mutating func followOrders() {
    if beginsAt == .max { lookForBeginning() }
    let stopsAt = state.stopsAt.load(ordering: .relaxed)
    if stopsAt < endsAt { endsAt = stopsAt }
    if state.resetCount.load(ordering: .relaxed) > resetsSeen {
      let share = state.resetShare(resetsSeen)
      resetsSeen += 1
      resetConnections(share: share)
    }
    if !isMeasuring && now >= beginsAt && now < endsAt { beginMeasurement() }
    if now >= endsAt { lookForEnd(wasStopped: stopsAt != .max) }
  }

  private mutating func lookForBeginning() {
    let moment = state.beginsAt.load(ordering: .acquiring)
    guard moment != 0 else { return }
    beginsAt = moment
    endsAt = min(endsAt, moment + plan.duration)
    for load in 0..<loads.count { loads[load].begin(at: moment) }
    startClosedLoops()
  }

  private mutating func beginMeasurement() {
    isMeasuring = true
    for load in 0..<loads.count { loads[load].ledger.beginMeasurement() }
    state.measurementHasBegun()
  }

  /// The measurement is over: what is under way may end, for a while.
  private mutating func lookForEnd(wasStopped: Bool) {
    var pending = 0
    for load in 0..<loads.count {
      // Arrivals that were due before the end count, however late they are taken.
      guard loads[load].nextArrival >= endsAt else { return }
      pending += loads[load].recorder.pending
    }
    if pending > 0 && wasStopped && now >= endsAt + GeneratorLimits.stopGrace { interruptAll() }
    if pending == 0 { isFinished = true }
  }

  /// Fails all that is under way.
  private mutating func interruptAll() {
    for place in 0..<connections.count
    where connections[place].phase.hasTransaction || connections[place].isAttempt {
      connectionBroke(place, Failure(.interrupted))
    }
    for load in 0..<loads.count {
      while let arrival = loads[load].waiting.popOldest() {
        recordUnsent(load, arrival.tenant, arrival.intended, Failure(.interrupted))
      }
    }
  }

  /// Ends what has taken too long.
  mutating func sweep() {
    guard now >= nextSweep else { return }
    nextSweep = now + GeneratorLimits.sweepInterval
    for place in deadlines.indices where deadlines[place] <= now {
      let isOpening = connections[place].phase.isOpening
      connectionBroke(place, Failure(isOpening ? .connectTimeout : .timeout))
    }
  }

  /// Tells how far it is, now and then.
  mutating func report() {
    guard now >= nextReport else { return }
    nextReport = now + GeneratorLimits.reportInterval
    var report = WorkerReport(opened: opened)
    for load in 0..<loads.count {
      if isMeasuring { loads[load].recorder.roll(to: recordedMoment) }
      report.loads.append(loads[load].recorder.report)
    }
    state.report(report, of: number)
  }

  /// Takes leave of the idle sessions, closes all sockets, and hands over the figures.
  consuming func finish() -> WorkerFigures {
    nextReport = 0
    report()
    for place in 0..<connections.count where connections[place].phase.isOpen {
      let start = batch.bytes.count
      connections[place].machine.close(into: &batch.bytes)
      queueSession(place, from: start)
      leave(place, reopenAfter: nil)
    }
    exchange()
    // The kernel lets go of those that are not closed by now when the ring ends, with the worker.
    for place in 0..<connections.count where connections[place].socket >= 0 {
      close(place)
    }
    var figures = WorkerFigures(
      worker: number, loads: [], scheduleError: scheduleErrors.counts, troubles: [],
      logFailure: log?.end())
    for load in 0..<loads.count {
      figures.loads.append(loads[load].recorder.figures(consistency: loads[load].ledger.result))
      figures.troubles += loads[load].troubles.troubles(ofLoad: load)
    }
    return figures
  }
}
