internal import ShardMap

// What an answer means.
extension SyncMachine {
  mutating func takeAnswer(_ id: RequestID, _ answer: SyncAnswer, _ now: FreshnessClock) {
    // Nobody waits for it any more: it was given up, and its body with it.
    guard let flight = land(id) else { return }
    switch answer {
    case .document(let waited): takeDocument(flight, waited, now)
    case .nothingNew(let edition, let waited): takeNothingNew(flight, edition, waited, now)
    case .tooFarBehind:
      snapshotReason = snapshotReason ?? "the control plane has no delta from here"
      linkWorks(flight, now)
      actions.append(.note(.needsSnapshot(snapshotReason ?? "")))
    case .versionAhead(let text):
      guard flight.base == stored else { return }
      let refusal = SyncRefusal(code: SyncCodes.olderVersion, text: text)
      fail(flight, refusal, .refusing, now)
    case .problem(let code, let text):
      if flight.lane == .long {
        // The control plane answers, and doesn't want anybody to wait there. What is really wrong,
        // the steady request finds out.
        putOffLong(now)
        return
      }
      fail(flight, SyncRefusal(code: code, text: text), .unreachable, now)
    case .failed(let text):
      if flight.lane == .long { putOffLong(now) }
      fail(flight, SyncRefusal(code: SyncCodes.noAnswer, text: text), .unreachable, now)
    }
  }

  private mutating func putOffLong(_ now: FreshnessClock) {
    longNotBefore = now.bootNanoseconds + longBackoff.next(&random)
  }

  private mutating func land(_ id: RequestID) -> Flight? {
    if let flight = steady, flight.request.id == id {
      steady = nil
      return flight
    }
    if let flight = long, flight.request.id == id {
      long = nil
      return flight
    }
    return nil
  }

  private mutating func takeDocument(
    _ flight: Flight, _ waited: Duration, _ now: FreshnessClock
  ) {
    // Something newer than what it was asked from is here already, or on its way in.
    guard applying == nil, flight.base == stored else {
      actions.append(.discard(flight.request.id))
      return
    }
    if flight.lane == .long { longBackoff.reset() }
    var flight = flight
    flight.waited = waited
    applying = (flight.request.id, flight)
    actions.append(.apply(flight.request.id))
  }

  private mutating func takeNothingNew(
    _ flight: Flight, _ edition: MapEdition, _ waited: Duration, _ now: FreshnessClock
  ) {
    if flight.lane == .long {
      // A control plane that doesn't wait must not be asked without a pause.
      longNotBefore = flight.sent.bootNanoseconds + settings.wait.wholeNanoseconds
      longBackoff.reset()
    }
    // It says something about a map that is history by now.
    guard applying == nil, flight.base == stored, let base = flight.base else { return }
    guard edition == base else {
      if edition.version > base.version {
        // A change came between its looking and its answering.
        linkWorks(flight, now)
        hint = Hint(sequence: edition.version, since: now.bootNanoseconds)
        return
      }
      fail(flight, Self.contradiction(edition, base), .refusing, now)
      return
    }
    linkWorks(flight, now)
    guard published == stored else { return }
    confirm(flight, waited, now)
  }

  private static func contradiction(_ found: MapEdition, _ own: MapEdition) -> SyncRefusal {
    found.version < own.version
      ? SyncRefusal(
        code: SyncCodes.olderVersion,
        text:
          "the control plane's newest map is version \(found.version), and version \(own.version) is in use; it lags, or was restored from an older copy",
        mapVersion: found.version)
      : SyncRefusal(
        code: SyncCodes.wrongRoot,
        text:
          "the control plane's version \(found.version) has the root \(found.root), and the one in use has \(own.root); its history is another one",
        mapVersion: found.version)
  }

  // MARK: After applying

  mutating func applied(_ id: RequestID, _ edition: MapEdition, _ now: FreshnessClock) {
    guard let work = applying, work.id == id else { return }
    applying = nil
    let before = published
    published = edition
    stored = edition
    snapshotReason = nil
    if let hint, hint.sequence <= edition.version { self.hint = nil }
    if before != edition { actions.append(.note(.published(edition, from: before?.version))) }
    if let flight = work.flight {
      linkWorks(flight, now)
      if flight.isPulled { schedule.giveBack(now.bootNanoseconds) }
      if case .snapshot = flight.request.kind { snapshotIsFree = false }
      confirm(flight, flight.waited, now)
    } else if case .untried = link {
      condition = .starting
      errorInForce = nil
    }
  }

  mutating func refused(_ id: RequestID, _ refusal: SyncRefusal, _ now: FreshnessClock) {
    guard let work = applying, work.id == id else { return }
    applying = nil
    if refusal.remedy == .snapshot { snapshotReason = refusal.text }
    guard let flight = work.flight else {
      // What was stored turned out to be of no use.
      stored = nil
      snapshotReason = refusal.text
      report(refusal, .refusing, now)
      actions.append(.note(.notPublished(refusal)))
      return
    }
    fail(flight, refusal, .refusing, now)
  }

  mutating func notPublished(
    _ id: RequestID, _ refusal: SyncRefusal, _ stored: MapEdition?, _ now: FreshnessClock
  ) {
    guard let work = applying, work.id == id else { return }
    applying = nil
    self.stored = stored
    if stored == nil { snapshotReason = refusal.text }
    publishAt = now.bootNanoseconds + settings.interval.wholeNanoseconds
    if let flight = work.flight {
      linkWorks(flight, now)
      longNotBefore = publishAt
    }
    report(refusal, .refusing, now)
    actions.append(.note(.notPublished(refusal)))
  }

  // MARK: The link

  mutating func linkWorks(_ flight: Flight, _ now: FreshnessClock) {
    guard flight.request.controlPlane == controlPlane else { return }
    if case .failing = link {
      actions.append(.note(.reached(controlPlane: controlPlane, failures: backoff.failures)))
    }
    link = .working
    backoff.reset()
  }

  /// The control plane has said that what is published is its newest. It said so when it answered,
  /// which is no earlier than the time it had waited after the question.
  private mutating func confirm(_ flight: Flight, _ waited: Duration, _ now: FreshnessClock) {
    let elapsed = max(0, now.bootNanoseconds - flight.sent.bootNanoseconds)
    let age = elapsed - min(max(0, waited.wholeNanoseconds), elapsed)
    let moment = FreshnessClock(
      bootNanoseconds: now.bootNanoseconds - age,
      wallMilliseconds: now.wallMilliseconds - age / 1_000_000, bootID: now.bootID)
    let isLater =
      confirmed.map {
        $0.bootID != moment.bootID || $0.bootNanoseconds < moment.bootNanoseconds
      } ?? true
    if isLater { confirmed = moment }
    if Int32(bitPattern: flight.refresh &- answered) > 0 { answered = flight.refresh }
    if let hint, hint.since <= flight.sent.bootNanoseconds { self.hint = nil }
    if case .delta = flight.request.kind { snapshotIsFree = true }
    condition = .current
    errorInForce = nil
  }

  private mutating func report(
    _ refusal: SyncRefusal, _ condition: SidecarCondition, _ now: FreshnessClock
  ) {
    self.condition = condition
    lastError = refusal
    lastErrorAt = now
    errorInForce = refusal
    if condition == .refusing { counts.refusals += 1 } else { counts.failures += 1 }
  }

  /// A control plane gave no usable answer: the next one is tried after a pause. Whatever else is
  /// under way there is given up.
  mutating func fail(
    _ flight: Flight, _ refusal: SyncRefusal, _ condition: SidecarCondition, _ now: FreshnessClock
  ) {
    for other in [steady, long].compactMap({ $0 }) { actions.append(.cancel(other.request.id)) }
    steady = nil
    long = nil
    report(refusal, condition, now)
    var pause = backoff.next(&random)
    // What was refused will be refused again: everybody else is asked soon, the same one at the
    // interval. A snapshot is worth one attempt out of turn.
    let isCurable = refusal.remedy == .snapshot && snapshotIsFree
    if condition == .refusing, backoff.failures >= settings.controlPlanes, !isCurable {
      pause = max(pause, settings.interval.wholeNanoseconds)
    }
    link = .failing(retryAt: now.bootNanoseconds + pause)
    let place = flight.request.controlPlane
    actions.append(
      .note(
        condition == .refusing
          ? .refused(controlPlane: place, refusal) : .unreachable(controlPlane: place, refusal)))
    guard settings.controlPlanes > 1 else { return }
    controlPlane = (place + 1) % settings.controlPlanes
    if case .open = events { actions.append(.closeEvents) }
    events = .closed(until: now.bootNanoseconds)
  }
}
