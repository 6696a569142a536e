internal import ShardMap

// The stream of events. It is never content: the worst that a wrong or a missing one does is a
// question too many, or the interval's delay.
extension SyncMachine {
  mutating func takeHint(_ sequence: UInt64, _ now: FreshnessClock) {
    counts.eventsSeen += 1
    if let lastEvent, sequence > lastEvent + 1 { counts.eventsMissed += sequence - lastEvent - 1 }
    lastEvent = max(lastEvent ?? 0, sequence)
    guard sequence > stored?.version ?? 0, sequence > hint?.sequence ?? 0 else { return }
    hint = Hint(sequence: sequence, since: now.bootNanoseconds)
  }

  /// Opens the stream behind what is known already. Changes that came while it was closed had no
  /// hint: they count as missed.
  mutating func openEvents() {
    events = .open(since: nil)
    let known = stored?.version ?? 0
    if let lastEvent, known > lastEvent { counts.eventsMissed += known - lastEvent }
    lastEvent = max(lastEvent ?? 0, known)
    actions.append(.openEvents(controlPlane: controlPlane, after: lastEvent ?? 0))
  }

  mutating func eventsEnded(_ now: FreshnessClock) {
    guard case .open(let since) = events else { return }
    // One that is open for a moment only must not be opened again and again.
    if let since, now.bootNanoseconds - since >= settings.interval.wholeNanoseconds {
      eventsBackoff.reset()
    }
    events = .closed(until: now.bootNanoseconds + eventsBackoff.next(&random))
  }
}
