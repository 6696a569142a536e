internal import ShardMap

/// A request on its way.
struct Flight: Sendable {
  /// What it is for.
  enum Lane: Sendable {
    /// The fixed schedule: it confirms, and it is what refreshes pull forward.
    case steady
    /// Waits at the control plane for a change.
    case long
  }

  let request: SyncRequest
  let lane: Lane
  /// What was stored when it was sent.
  let base: MapEdition?
  let sent: FreshnessClock
  /// The count of wishes for a refresh when it was sent.
  let refresh: UInt32
  /// Whether it was sent before its time in the schedule.
  let isPulled: Bool
  /// How long the control plane says it had waited before it answered.
  var waited = Duration.zero
  /// When it is given up, in nanoseconds of the boot clock.
  var deadline: Int64
  private let lastDeadline: Int64

  init(
    _ request: SyncRequest, _ lane: Lane, base: MapEdition?, sent: FreshnessClock, refresh: UInt32,
    isPulled: Bool
  ) {
    self.request = request
    self.lane = lane
    self.base = base
    self.sent = sent
    self.refresh = refresh
    self.isPulled = isPulled
    let now = sent.bootNanoseconds
    switch request.kind {
    case .delta(_, let wait):
      deadline = now + wait.wholeNanoseconds + SyncLimits.answer.wholeNanoseconds
      lastDeadline = deadline
    case .snapshot:
      deadline = now + SyncLimits.snapshotSilence.wholeNanoseconds
      lastDeadline = now + SyncLimits.snapshot.wholeNanoseconds
    }
  }

  /// Part of the answer has come. A delta has to be whole in time; a snapshot only has to go on.
  mutating func progress(_ now: Int64) {
    guard case .snapshot = request.kind else { return }
    deadline = min(now + SyncLimits.snapshotSilence.wholeNanoseconds, lastDeadline)
  }
}
