import Routing
import ShardMap
import Telemetry

/// Modes over time: what ends them, what that sets free, and who is told.
extension Worker where K: ~Copyable {
  /// The moment on both clocks.
  var wallClock: WallClock { kernel.wallClock }

  /// The mode that work of a session is under; `normal` for one whose tenant the map doesn't have.
  mutating func mode(of handle: SlabHandle) -> ModeInForce {
    guard let target = sessions[handle].target,
      let tenant = map.tenant(id: target.tenant.array.span.bytes)
    else { return .normal }
    return resolver.mode(of: tenant, map: map, health: health, now: kernel.now)
  }

  /// Something begins, or waits, under a mode: it is looked at again when that ends.
  mutating func noteMode(_ mode: ModeInForce) {
    guard mode.ends < ModeInForce.never, modes.endsAt.map({ mode.ends < $0 }) ?? true else {
      return
    }
    modes.endsAt = mode.ends
    scheduleReview()
  }

  // MARK: Evidence

  /// An instance has failed, or has answered: tells the others what that means for its shard.
  mutating func noteEvidence() {
    guard health.absentCount != modes.absentTold else { return }
    modes.absentTold = health.absentCount
    var lacking: Set<String> = []
    if health.absentCount > 0 {
      for shard in map.shardRecords
      where shard.replicaCount > 0 && health.isAbsent(shard.primary, at: kernel.now) {
        lacking.insert(map.text(shard.id))
      }
    }
    tellControlPlane(
      context.modes.note(
        lackedBy: context.index, lacking, atMilliseconds: kernel.wallMilliseconds))
    scheduleReview()
  }

  /// Takes a probe's word that a primary is back, where nobody has work for it.
  private mutating func askProbes() {
    guard context.settings.probes != nil else { return }
    for shard in map.shardRecords where health.isAbsent(shard.primary, at: kernel.now) {
      let slot = health.slot(of: shard.primary)
      guard let since = health[slot].absence.since, let sample = samples.read(shard.primary),
        sample.role == .primary, sample.takenAt > since
      else { continue }
      health.recordAnswer(slot)
    }
  }

  /// Whether a pool's instance is a primary that counts as absent.
  mutating func lacksPrimary(_ pool: Int) -> Bool {
    guard health.absentCount > 0 else { return false }
    return map.shardRecords.contains {
      $0.replicaCount > 0 && health.slot(of: $0.primary) == pools[pool].slot
        && health.isAbsent($0.primary, at: kernel.now)
    }
  }

  // MARK: Review

  /// Looks at what ends by itself. Those who waited for it choose again, and sessions that belong
  /// elsewhere now are moved.
  mutating func reviewModes() {
    if health.absentCount > 0 {
      health.forgetOldEvidence(at: kernel.now)
      askProbes()
    }
    noteEvidence()
    if let end = modes.endsAt, end <= kernel.now {
      modes.endsAt = nil
      routesVersion += 1
      releasePaused()
      beginMoveWalk()
    }
    if context.index == 0 { tellModesOfMap() }
    scheduleReview()
  }

  /// One worker tells of the map's modes for all.
  private mutating func tellModesOfMap() {
    var modes: [String: ModeBook.Entry] = [:]
    self.modes.mapEndsAt = nil
    for shard in map.shardRecords where shard.mode.mode != .normal {
      let end = resolver.clock.end(of: shard.mode)
      guard kernel.now < end else { continue }
      if end < ModeInForce.never {
        self.modes.mapEndsAt = min(end, self.modes.mapEndsAt ?? end)
      }
      modes[map.text(shard.id)] = ModeBook.Entry(
        mode: shard.mode.mode, cause: .mapShard, why: map.text(shard.modeCause),
        untilMilliseconds: shard.mode.untilMilliseconds)
    }
    tellControlPlane(context.modes.note(byMap: modes, atMilliseconds: kernel.wallMilliseconds))
  }

  private mutating func tellControlPlane(_ events: [RouterEvent]) {
    for event in events { context.outbox.put(event) }
  }

  private mutating func scheduleReview() {
    var due = modes.endsAt ?? ModeInForce.never
    if let end = modes.mapEndsAt { due = min(due, end) }
    if health.absentCount > 0 {
      due = min(due, kernel.now.advanced(byNanoseconds: ModeLimits.evidenceLookNanoseconds))
    }
    modes.due = due < ModeInForce.never ? due : nil
    if let due = modes.due { choresDue = min(choresDue ?? due, due) }
  }
}
