import RandomNumbers
public import ShardMap

/// Decides when to ask which control plane for what, and what an answer means. No IO: events and
/// the clock in, actions out.
///
/// Two requests may be under way. The **steady** one follows a fixed schedule with a random start,
/// asks without waiting, and confirms the map's age; routers that want a refresh, and hints, pull
/// its next turns forward by a few and no more. The **long** one waits at the control plane for a
/// change. So what a control plane has to do depends on the interval and on what changes, never on
/// traffic. One document at a time is applied; whatever was asked before that is void then.
///
/// ```
/// untried ──▶ working ◀──▶ failing        failing: the next control plane, after a pause
///                │                         with back-off and jitter
///                └─ long poll, events
/// ```
public struct SyncMachine: Sendable {
  enum Link: Sendable {
    case untried
    case working
    /// The next attempt, in nanoseconds of the boot clock.
    case failing(retryAt: Int64)
  }
  enum Events: Sendable {
    /// Not before this moment, in nanoseconds of the boot clock.
    case closed(until: Int64)
    /// Since when it brings events; nil while it is being opened.
    case open(since: Int64?)
  }
  struct Hint: Sendable {
    var sequence: UInt64
    var since: Int64
  }

  /// What it was told to do.
  public let settings: SyncSettings
  let writerPID: Int32
  var random: SplitMix64
  var schedule: PollSchedule
  var backoff: Backoff
  var eventsBackoff: Backoff
  var longBackoff: Backoff

  var published: MapEdition?
  var stored: MapEdition?
  var confirmed: FreshnessClock?
  var condition = SidecarCondition.starting
  var lastError: SyncRefusal?
  var lastErrorAt: FreshnessClock?
  /// The error that is told on the page, until it is over.
  var errorInForce: SyncRefusal?

  var controlPlane: Int
  var link = Link.untried
  var steady: Flight?
  var long: Flight?
  var longNotBefore = Int64.min
  /// What is being applied; no request is sent meanwhile.
  var applying: (id: RequestID, flight: Flight?)?
  /// When to try again to publish what is stored.
  var publishAt = Int64.min
  /// Why the next request is for a snapshot.
  var snapshotReason: String?
  /// Whether a snapshot may be asked for at once, outside the schedule.
  var snapshotIsFree = false

  var wanted: UInt32
  var answered: UInt32
  var events = Events.closed(until: .min)
  var hint: Hint?
  var lastEvent: UInt64?
  var counts = SyncCounts()

  private var nextID: UInt64 = 1
  private var stamped: SidecarStatement?
  var actions: [SyncAction] = []

  /// A machine that begins now. `seed` decides every draw.
  public init(
    _ settings: SyncSettings, start: SyncStart, seed: UInt64, writerPID: Int32,
    now: FreshnessClock
  ) {
    self.settings = settings
    self.writerPID = writerPID
    var random = SplitMix64(seed: seed)
    let interval = settings.interval.wholeNanoseconds
    let jitter = Int64.random(in: 0..<max(interval, 1), using: &random)
    schedule = PollSchedule(first: now.bootNanoseconds + jitter, interval: interval)
    backoff = Backoff(
      first: SyncLimits.firstBackoff.wholeNanoseconds,
      longest: interval * Int64(SyncLimits.backoffIntervals))
    eventsBackoff = backoff
    // It is an extra: who refuses it, or breaks it off, is left in peace for longer.
    longBackoff = Backoff(
      first: interval,
      longest: max(interval, settings.wait.wholeNanoseconds) * Int64(SyncLimits.backoffIntervals))
    controlPlane = Int.random(in: 0..<max(settings.controlPlanes, 1), using: &random)
    self.random = random
    published = start.published
    confirmed = start.confirmed
    wanted = start.refreshWanted
    answered = start.refreshAnswered
    // Records older than what is in use are of no use: following them would lead back.
    if let stored = start.stored, stored.version >= (start.published?.version ?? 0) {
      self.stored = stored
    } else {
      snapshotReason = "no records are at hand"
    }
  }

  /// Takes an event and gives what is to be done, in order.
  public mutating func handle(_ event: SyncEvent, now: FreshnessClock) -> [SyncAction] {
    actions = []
    switch event {
    case .clock: break
    case .answered(let id, let answer): takeAnswer(id, answer, now)
    case .progress(let id): if steady?.request.id == id { steady?.progress(now.bootNanoseconds) }
    case .applied(let id, let edition): applied(id, edition, now)
    case .refused(let id, let refusal): refused(id, refusal, now)
    case .notPublished(let id, let refusal, let stored): notPublished(id, refusal, stored, now)
    case .refreshWanted(let count): wanted = count
    case .eventsOpened:
      if case .open = events { events = .open(since: now.bootNanoseconds) }
    case .eventsEnded: eventsEnded(now)
    case .hint(let sequence): takeHint(sequence, now)
    case .tokenChanged: if case .failing = link { link = .failing(retryAt: now.bootNanoseconds) }
    }
    giveUpLate(now)
    advance(now)
    stamp()
    return actions
  }

  mutating func newID() -> RequestID {
    defer { nextID += 1 }
    return RequestID(number: nextID)
  }

  /// Whether routers wait for a confirmation.
  var refreshIsWanted: Bool { Int32(bitPattern: wanted &- answered) > 0 }

  /// What the routers are to know follows from the state; it is written when it has changed.
  private mutating func stamp() {
    guard let published, let confirmed else { return }
    let statement = SidecarStatement(
      mapVersion: published.version, root: published.root,
      confirmedAtBootNanoseconds: confirmed.bootNanoseconds,
      confirmedAtWallMilliseconds: confirmed.wallMilliseconds, bootID: confirmed.bootID,
      condition: condition, refreshAnswered: answered, writerPID: writerPID,
      lastErrorCode: errorInForce?.code ?? "")
    guard statement != stamped else { return }
    stamped = statement
    actions.append(.stamp(statement))
  }
}
