public import Routing
public import ShardMap
internal import Tables

/// The sessions of one worker that wait because their tenants are over a limit, or the router is short:
/// served by weighted round-robin over tenants, first come first served inside each.
///
/// A tenant is ready from the time on at which it may go on, and its turn is as many sessions as its
/// weight. Tenants whose work is of a higher priority go first; but after
/// ``AdmissionLimits/turnsBeforeLower`` turns of theirs, one of a lower priority has a turn, so that
/// nobody waits for ever.
///
/// Every operation costs a few loads and stores, or the logarithm of how many wait where times are
/// compared; nothing allocates after the beginning. Memory: 100 bytes a session.
public struct FairQueue: ~Copyable {
  /// Sessions that wait.
  public private(set) var count = 0

  private let sessions: UnsafeMutablePointer<WaitingSession>
  private let capacity: Int
  private var sessionLists: SlotLinks
  private var deadlines: SlotHeap
  /// Sessions whose deadlines have passed.
  private var expired = SlotList()
  private var lines: LineTable
  /// Lines that are not ready yet.
  private var timers: SlotHeap
  /// Lines that are ready, by priority.
  private var rings = InlineArray<3, SlotList>(repeating: SlotList())
  private var ringLinks: SlotLinks
  /// Sessions served of rings above one that has lines, since that one had a turn.
  private var overtaken = InlineArray<3, Int>(repeating: 0)

  /// Room for sessions in slots 0..<`sessions`.
  public init(sessions: Int) {
    capacity = sessions
    self.sessions = .allocate(capacity: max(sessions, 1))
    self.sessions.initialize(repeating: WaitingSession(), count: sessions)
    sessionLists = SlotLinks(capacity: sessions)
    deadlines = SlotHeap(capacity: sessions)
    lines = LineTable(capacity: sessions)
    timers = SlotHeap(capacity: sessions)
    ringLinks = SlotLinks(capacity: sessions)
  }

  // What keeps the pointer safe: it holds `capacity` initialized elements, and a session is checked by
  // `sessionLists`, which has as many slots, before use.
  deinit { sessions.deallocate() }

  // MARK: Coming and going

  /// Adds a session; its tenant may go on at `ready`, which counts for all of the tenant's sessions.
  /// With `isRetry`, ``next(now:)`` has just served it, and it could not go on: then it is put before the
  /// others of its tenant instead of behind them.
  ///
  /// - Precondition: it doesn't wait.
  public mutating func push(
    session: UInt32, tenant: TenantSlot, weight: UInt16, priority: WorkPriority,
    ready: MonotonicTime, deadline: MonotonicTime, now: MonotonicTime, isRetry: Bool = false
  ) {
    precondition(!contains(session: session), "a session can't wait twice")
    let line = lines.find(tenant) ?? lines.add(tenant)
    lines.at(line).pointee.weight = max(weight, 1)
    setRing(of: line, to: priority)
    if isRetry {
      sessionLists.prepend(session, to: &lines.at(line).pointee.sessions)
    } else {
      sessionLists.append(session, to: &lines.at(line).pointee.sessions)
    }
    lines.at(line).pointee.count += 1
    sessions[Int(session)] = WaitingSession(line: line)
    deadlines.insert(session, at: deadline.nanoseconds)
    count += 1
    schedule(line, ready: ready.nanoseconds, now: now.nanoseconds)
  }

  /// Whether a session waits here.
  public func contains(session: UInt32) -> Bool { sessionLists.isLinked(session) }

  /// Takes a session out; false when it doesn't wait here.
  public mutating func remove(session: UInt32) -> Bool {
    guard contains(session: session) else { return false }
    let line = sessions[Int(session)].line
    if line == WaitingSession.expired {
      sessionLists.remove(session, from: &expired)
    } else {
      deadlines.remove(session)
      takeOut(session, of: line)
    }
    count -= 1
    return true
  }

  /// A tenant may go on at another time than was thought. Nothing happens when none of its sessions waits.
  public mutating func setReady(_ tenant: TenantSlot, at ready: MonotonicTime) {
    guard let line = lines.find(tenant) else { return }
    schedule(line, ready: ready.nanoseconds, now: 0)
  }

  // MARK: Serving

  /// The session whose turn it is, taken out; nil when no tenant is ready. Never one whose deadline has
  /// passed.
  public mutating func next(now: MonotonicTime) -> UInt32? {
    expire(now: now.nanoseconds)
    while let line = timers.popFirst(notAfter: now.nanoseconds) { enterRing(line) }
    guard let ring = nextRing() else { return nil }
    let line = rings[ring].first
    let session = lines.at(line).pointee.sessions.first
    let credit = lines.at(line).pointee.credit - 1
    lines.at(line).pointee.credit = credit
    deadlines.remove(session)
    count -= 1
    if takeOut(session, of: line) && credit == 0 {
      ringLinks.remove(line, from: &rings[ring])
      enterRing(line)
    }
    return session
  }

  /// A session whose deadline has passed, taken out. Call until nil.
  public mutating func nextExpired(now: MonotonicTime) -> UInt32? {
    expire(now: now.nanoseconds)
    guard !expired.isEmpty else { return nil }
    let session = expired.first
    sessionLists.remove(session, from: &expired)
    count -= 1
    return session
  }

  /// When ``next(now:)`` or ``nextExpired(now:)`` may have something, the clock's origin for at once;
  /// nil when nobody waits.
  public var nextWake: MonotonicTime? {
    if !expired.isEmpty || rings.indices.contains(where: { !rings[$0].isEmpty }) { return .origin }
    guard let deadline = deadlines.firstTime else { return nil }
    return MonotonicTime(nanoseconds: min(deadline, timers.firstTime ?? .max))
  }
}

extension FairQueue {
  /// Takes all out of their lines whose deadlines have passed.
  private mutating func expire(now: UInt64) {
    while let session = deadlines.popFirst(notAfter: now) {
      takeOut(session, of: sessions[Int(session)].line)
      sessionLists.append(session, to: &expired)
      sessions[Int(session)].line = WaitingSession.expired
    }
  }

  /// Takes a session out of a line; false when that was the last one, and the line is gone.
  @discardableResult
  private mutating func takeOut(_ session: UInt32, of line: UInt32) -> Bool {
    sessionLists.remove(session, from: &lines.at(line).pointee.sessions)
    lines.at(line).pointee.count -= 1
    if lines.at(line).pointee.count > 0 { return true }
    unschedule(line)
    lines.remove(line)
    return false
  }

  private mutating func setRing(of line: UInt32, to priority: WorkPriority) {
    let ring = priority.rawValue
    guard lines.at(line).pointee.ring != ring else { return }
    let isReady = ringLinks.isLinked(line)
    if isReady { unschedule(line) }
    lines.at(line).pointee.ring = ring
    if isReady { enterRing(line) }
  }

  private mutating func schedule(_ line: UInt32, ready: UInt64, now: UInt64) {
    let isReady = ready <= now
    if isReady && ringLinks.isLinked(line) { return }
    unschedule(line)
    if isReady { enterRing(line) } else { timers.insert(line, at: ready) }
  }

  private mutating func unschedule(_ line: UInt32) {
    if ringLinks.isLinked(line) {
      ringLinks.remove(line, from: &rings[Int(lines.at(line).pointee.ring)])
    } else if timers.contains(line) {
      timers.remove(line)
    }
  }

  /// Puts a line behind the others that are ready, with a whole turn before it.
  private mutating func enterRing(_ line: UInt32) {
    lines.at(line).pointee.credit = UInt32(lines.at(line).pointee.weight)
    ringLinks.append(line, to: &rings[Int(lines.at(line).pointee.ring)])
  }

  /// The ring whose turn it is: the highest that has lines, unless a lower one was passed over too often.
  private mutating func nextRing() -> Int? {
    var chosen: Int?
    for ring in rings.indices {
      if rings[ring].isEmpty { overtaken[ring] = 0 } else if chosen == nil { chosen = ring }
    }
    guard var chosen else { return nil }
    for ring in rings.indices.reversed()
    where ring > chosen && overtaken[ring] >= AdmissionLimits.turnsBeforeLower {
      chosen = ring
      break
    }
    overtaken[chosen] = 0
    for ring in rings.indices where ring > chosen && !rings[ring].isEmpty { overtaken[ring] += 1 }
    return chosen
  }
}

/// Where a session waits.
private struct WaitingSession: BitwiseCopyable {
  /// The line, or ``expired``.
  var line: UInt32 = expired

  static let expired: UInt32 = .max
}
