public import ShardMap

/// Judges a history of writes and reads by what each tier promises.
///
/// Pure: events in, the first broken promise out. It knows nothing of routers: who asked, what was committed when, what was seen.
/// - `strong`: a read finds all that anybody had been told was committed when it was asked, and at most one instance writes in an epoch.
/// - `session`: it finds all that its own session had been told, and the positions that the session was given.
/// - `bounded(d)`: it finds all that was committed earlier than `d` before it was asked.
/// - `eventual`: it finds something that has been.
///
/// A mode may take some of that away: `relaxed` widens bounds, and `eventual-only` makes every tier `eventual`.
public struct TierChecker {
  /// What has happened. Positions are those of a shard's log; times are nanoseconds of one clock.
  public enum Event: Sendable {
    /// An instance has committed up to a position.
    case committed(shard: String, position: UInt64, instance: String, epoch: UInt64, at: UInt64)
    /// A session was told that what it wrote up to a position is committed.
    case acknowledged(session: Int, shard: String, position: UInt64)
    /// A session was given a position.
    case given(session: Int, shard: String, position: UInt64)
    /// A session asks for a read.
    case asked(read: Int, session: Int, shard: String, tier: Consistency, at: UInt64)
    /// A mode may be in force for the read: it has less to find.
    case degraded(read: Int, mode: ServiceMode)
    /// The read has run where everything up to a position was visible.
    case ran(read: Int, position: UInt64)
  }

  /// A promise that was broken.
  public enum Violation: Equatable, Sendable {
    case staleRead(read: Int, position: UInt64, required: UInt64)
    /// What was read was never committed.
    case unknownPosition(read: Int, position: UInt64)
    case ranTwice(read: Int)
    case neverAsked(read: Int)
    case twoPrimaries(shard: String, epoch: UInt64)
    /// A commit of an epoch that is over, or not above the one before it.
    case lostOrder(shard: String, position: UInt64)
  }

  private struct Log {
    var commits: [(position: UInt64, at: UInt64)] = []
    var epoch: UInt64 = 0
    var writer = ""
    /// The highest position that anybody was told of.
    var known: UInt64 = 0

    var end: UInt64 { commits.last?.position ?? 0 }

    /// The highest position that was committed before a time.
    func position(before time: UInt64) -> UInt64 {
      var (low, high) = (0, commits.count)
      while low < high {
        let middle = (low + high) / 2
        if commits[middle].at < time { low = middle + 1 } else { high = middle }
      }
      return low == 0 ? 0 : commits[low - 1].position
    }
  }

  private struct Knowledge: Hashable {
    let session: Int
    let shard: String
  }

  private struct Read {
    let shard: String
    let tier: Consistency
    let askedAt: UInt64
    var required: UInt64
    var hasRun = false
  }

  private var logs: [String: Log] = [:]
  private var known: [Knowledge: UInt64] = [:]
  private var reads: [Int: Read] = [:]
  /// Reads that were judged.
  public private(set) var judged = 0
  /// Those of them that had to find something.
  public private(set) var demanding = 0

  private let relaxedBoundMilliseconds: UInt32

  /// An empty history, in which the mode `relaxed` widens bounds to so many milliseconds.
  public init(relaxedBoundMilliseconds: UInt32 = 0) {
    self.relaxedBoundMilliseconds = relaxedBoundMilliseconds
  }

  /// Takes the next event; what it breaks, if anything.
  public mutating func observe(_ event: Event) -> Violation? {
    switch event {
    case .committed(let shard, let position, let instance, let epoch, let time):
      return committed(shard, position, instance, epoch, time)
    case .acknowledged(let session, let shard, let position):
      know(session, shard, position)
      logs[shard, default: Log()].known = max(logs[shard]?.known ?? 0, position)
    case .given(let session, let shard, let position):
      know(session, shard, position)
    case .asked(let read, let session, let shard, let tier, let time):
      reads[read] = Read(
        shard: shard, tier: tier, askedAt: time, required: required(session, shard, tier, time))
    case .degraded(let read, let mode):
      degrade(read, mode)
    case .ran(let read, let position):
      return ran(read, position)
    }
    return nil
  }

  private mutating func degrade(_ number: Int, _ mode: ServiceMode) {
    guard let read = reads[number] else { return }
    switch (mode, read.tier) {
    case (.eventualOnly, _): reads[number]?.required = 0
    case (.relaxed, .bounded(let milliseconds)):
      let relaxed = Consistency.bounded(milliseconds: max(milliseconds, relaxedBoundMilliseconds))
      let required = required(0, read.shard, relaxed, read.askedAt)
      reads[number]?.required = min(required, read.required)
    case (.normal, _), (.relaxed, _), (.readOnly, _), (.paused, _): break
    }
  }

  private mutating func know(_ session: Int, _ shard: String, _ position: UInt64) {
    let key = Knowledge(session: session, shard: shard)
    known[key] = max(known[key] ?? 0, position)
  }

  private mutating func committed(
    _ shard: String, _ position: UInt64, _ instance: String, _ epoch: UInt64, _ time: UInt64
  ) -> Violation? {
    var log = logs[shard] ?? Log()
    defer { logs[shard] = log }
    if epoch == log.epoch, instance != log.writer {
      return .twoPrimaries(shard: shard, epoch: epoch)
    }
    guard epoch >= log.epoch, position > log.end else {
      return .lostOrder(shard: shard, position: position)
    }
    (log.epoch, log.writer) = (epoch, instance)
    log.commits.append((position, time))
    return nil
  }

  private func required(
    _ session: Int, _ shard: String, _ tier: Consistency, _ time: UInt64
  ) -> UInt64 {
    let log = logs[shard] ?? Log()
    switch tier {
    case .strong: return log.known
    case .session: return known[Knowledge(session: session, shard: shard)] ?? 0
    case .bounded(let milliseconds):
      let bound = UInt64(milliseconds) * 1_000_000
      return time < bound ? 0 : log.position(before: time - bound)
    case .eventual: return 0
    }
  }

  private mutating func ran(_ read: Int, _ position: UInt64) -> Violation? {
    guard let asked = reads[read] else { return .neverAsked(read: read) }
    guard !asked.hasRun else { return .ranTwice(read: read) }
    reads[read]?.hasRun = true
    judged += 1
    if asked.required > 0 { demanding += 1 }
    if position > logs[asked.shard]?.end ?? 0 {
      return .unknownPosition(read: read, position: position)
    }
    guard position >= asked.required else {
      return .staleRead(read: read, position: position, required: asked.required)
    }
    return nil
  }
}
