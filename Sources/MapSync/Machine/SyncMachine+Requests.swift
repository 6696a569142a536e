internal import ShardMap

// What is sent, and when.
extension SyncMachine {
  /// Sends what is due.
  mutating func advance(_ now: FreshnessClock) {
    guard applying == nil else { return }
    let time = now.bootNanoseconds
    if let stored, stored != published, time >= publishAt {
      let id = newID()
      applying = (id, nil)
      actions.append(.publish(id))
      return
    }
    if steady == nil, let turn = steadyTurn(time) { sendSteady(turn, now) }
    guard case .working = link else { return }
    if settings.longPoll, long == nil, snapshotReason == nil, let stored, time >= longNotBefore {
      let kind = SyncRequest.Kind.delta(from: stored.version, wait: settings.wait)
      long = send(kind, .long, isPulled: false, now)
    }
    if settings.events, case .closed(let until) = events, time >= until {
      openEvents()
    }
  }

  /// Why a steady request is sent.
  private enum Turn {
    /// By the schedule, or before its time in it.
    case scheduled, pulled
    /// At its own pace: the first of all where no map is at hand, after a failure, or because a
    /// snapshot is the answer to the last one.
    case unscheduled
  }

  private func steadyTurn(_ time: Int64) -> Turn? {
    switch link {
    case .failing(let retryAt):
      return time >= retryAt ? .unscheduled : nil
    case .untried:
      if time >= schedule.next { return .scheduled }
      return published == nil ? .unscheduled : nil
    case .working:
      if snapshotReason != nil, snapshotIsFree { return .unscheduled }
      if time >= schedule.next { return .scheduled }
      guard wantsPull(time), schedule.mayPull(time) else { return nil }
      return .pulled
    }
  }

  private func wantsPull(_ time: Int64) -> Bool {
    if refreshIsWanted { return true }
    guard let due = hintDue else { return false }
    return time >= due
  }

  /// When a hint asks by itself: at once, unless a long poll is there that should bring the answer.
  private var hintDue: Int64? {
    guard let hint else { return nil }
    let longIsWaiting = long != nil && long?.base == stored
    return longIsWaiting ? hint.since + SyncLimits.hintGrace.wholeNanoseconds : hint.since
  }

  private mutating func sendSteady(_ turn: Turn, _ now: FreshnessClock) {
    switch turn {
    case .scheduled, .pulled: schedule.take(now.bootNanoseconds)
    case .unscheduled: schedule.skip(now.bootNanoseconds)
    }
    let kind: SyncRequest.Kind
    if snapshotReason == nil, let stored {
      kind = .delta(from: stored.version, wait: .zero)
    } else {
      kind = .snapshot
      snapshotIsFree = false
    }
    steady = send(kind, .steady, isPulled: turn == .pulled, now)
  }

  private mutating func send(
    _ kind: SyncRequest.Kind, _ lane: Flight.Lane, isPulled: Bool, _ now: FreshnessClock
  ) -> Flight {
    let request = SyncRequest(id: newID(), controlPlane: controlPlane, kind: kind)
    counts.requests += 1
    actions.append(.request(request))
    return Flight(
      request, lane, base: stored, sent: now, refresh: wanted, isPulled: isPulled)
  }

  /// Requests that have taken too long have failed.
  mutating func giveUpLate(_ now: FreshnessClock) {
    let late = [steady, long].compactMap { $0 }.first { now.bootNanoseconds >= $0.deadline }
    guard let late else { return }
    let refusal = SyncRefusal(
      code: SyncCodes.timeout, text: "no answer in time; check that the control plane is well")
    fail(late, refusal, .unreachable, now)
  }

  /// When ``handle(_:now:)`` is to be called with ``SyncEvent/clock`` at the latest, in nanoseconds of
  /// the boot clock.
  public var sleepUntil: Int64 {
    var times = [steady, long].compactMap { $0?.deadline }
    guard applying == nil else { return times.min() ?? .max }
    if stored != nil, stored != published { times.append(publishAt) }
    if steady == nil { times.append(nextSteady) }
    if case .working = link {
      if settings.longPoll, long == nil, stored != nil, snapshotReason == nil {
        times.append(longNotBefore)
      }
      if settings.events, case .closed(let until) = events { times.append(until) }
    }
    return times.min() ?? .max
  }

  /// When the next steady request is sent if nothing else happens, in nanoseconds of the boot clock.
  var nextSteady: Int64 {
    switch link {
    case .failing(let retryAt): return retryAt
    case .untried: return published == nil ? .min : schedule.next
    case .working:
      var time = schedule.next
      if refreshIsWanted { time = min(time, schedule.nextPull) }
      if let due = hintDue { time = min(time, max(due, schedule.nextPull)) }
      return time
    }
  }
}
