public import LoadResults
public import LoadScenario

/// What the checkers of one load on one worker know: which writes were acknowledged when, and what
/// reads saw.
///
/// One for each load and worker, since it is changed without a lock. Counters are rows of
/// `shardway_bench_counter` that no other ledger of the run writes: their ids have the load's and
/// the worker's number in them.
///
/// **Own writes**: a session increases its own counter by tier `strong` and reads it by the load's
/// tier; to read less than it has written is a violation.
///
/// **Staleness**: each tenant has a counter. A staleness transaction increases it, by `strong`,
/// when no other of the tenant's does so, at least ``StalenessLimits/readsBetweenWrites`` have read
/// since, and a part of the bound has passed since the last one
/// (``StalenessLimits/writesPerBound``); else it reads, by `bounded:BOUND`. So busy tenants are
/// written often enough to see an age to a tenth of the bound, and quiet ones are read three times
/// out of four. A read of the value v that was sent at a moment is as old as the time since v + 1
/// was acknowledged; to be older than the bound is a violation. An acknowledgement counts from when
/// it is read, and a read from when it is sent, so that no age is measured too great. Where the
/// target is a Shardway router, a read goes between BEGIN and COMMIT with `SHOW shardway.route`,
/// which tells what the router has proven; another target refuses that once and isn't asked again.
public struct ConsistencyLedger: Sendable {
  /// What is known of a tenant's counter.
  private struct TenantCounter {
    var writes = AcknowledgedWrites()
    var isWriting = false
    /// When the last write began; nil before the first.
    var lastWriteBegan: Int64?
    var readsSinceWrite = 0
  }

  /// Acknowledged writes that were not there any more when the next one was, as after a failover
  /// without synchronous replication.
  public private(set) var lostWrites = 0
  /// Whether the target may be a router that tells its route.
  var asksForRoute = true

  private let hasCheckers: Bool
  private let idBase: Int64
  private var counters: [TenantCounter]
  private var bound: Duration?
  private var samples = StalenessSamples(limit: ConsistencyResult.Staleness.limit)
  private var reads = 0
  private var readsOnReplica = 0
  private var violations = 0
  private var oldestNanoseconds: Int64 = 0
  private var ownReads = 0
  private var ownViolations = 0

  /// A ledger without entries.
  ///
  /// - Parameters:
  ///   - load: what is checked; a load without checkers costs nothing.
  ///   - number: the load's number in its scenario, 0 to 16,383.
  ///   - worker: the worker's number, 0 to 16,383.
  public init(_ load: Load, number: Int, worker: Int) {
    precondition((0..<1 << 14).contains(number) && (0..<1 << 14).contains(worker))
    var hasCheckers = false
    for entry in load.mix {
      switch entry.transaction {
      case .staleness(let bound):
        hasCheckers = true
        // Each read is judged by its own; the report has room for one.
        self.bound = max(self.bound ?? bound, bound)
      case .readYourWrite: hasCheckers = true
      case .selectOnly, .tpcbLike, .payload, .script, .connect: break
      }
    }
    self.hasCheckers = hasCheckers
    counters =
      bound == nil ? [] : Array(repeating: TenantCounter(), count: load.tenants.names.count)
    idBase = Int64(number) << 48 | Int64(worker) << 34
  }

  /// Forgets what was counted, and keeps what is known of counters: call it when the warm-up ends.
  public mutating func beginMeasurement() {
    samples.removeAll()
    reads = 0
    readsOnReplica = 0
    violations = 0
    oldestNanoseconds = 0
    ownReads = 0
    ownViolations = 0
    lostWrites = 0
  }

  /// What was found since ``beginMeasurement()``; nil for a load without checkers. Copies the
  /// samples.
  public var result: ConsistencyResult? {
    guard hasCheckers else { return nil }
    let staleness = bound.map { bound in
      ConsistencyResult.Staleness(
        boundMilliseconds: Self.milliseconds(bound.nanoseconds),
        measuredMilliseconds: samples.measured, provenMilliseconds: samples.proven, reads: reads,
        readsOnReplica: readsOnReplica, violations: violations,
        oldestMilliseconds: Self.milliseconds(oldestNanoseconds))
    }
    return ConsistencyResult(
      staleness: staleness, ownWriteReads: ownReads, ownWriteViolations: ownViolations)
  }

  private static func milliseconds(_ nanoseconds: Int64) -> Double { Double(nanoseconds) / 1e6 }
}

// MARK: Counters

extension ConsistencyLedger {
  /// The id of a tenant's counter.
  func tenantCounter(_ tenant: Int) -> Int64 { idBase | Int64(tenant) }

  /// The id of a connection's counter.
  func connectionCounter(_ connection: Int) -> Int64 { idBase | 1 << 33 | Int64(connection) }

  /// Whether a staleness transaction that begins writes the tenant's counter; then
  /// ``endWrite(of:)`` must follow.
  mutating func takesWrite(of tenant: Int, bound: Int64, at now: Int64) -> Bool {
    let isDue =
      !counters[tenant].isWriting
      && (counters[tenant].lastWriteBegan.map { began in
        counters[tenant].readsSinceWrite >= StalenessLimits.readsBetweenWrites
          && now - began >= bound / StalenessLimits.writesPerBound
      } ?? true)
    if isDue {
      counters[tenant].isWriting = true
      counters[tenant].lastWriteBegan = now
      counters[tenant].readsSinceWrite = 0
    } else {
      counters[tenant].readsSinceWrite += 1
    }
    return isDue
  }

  /// The transaction that was to write the tenant's counter is over.
  mutating func endWrite(of tenant: Int) { counters[tenant].isWriting = false }

  /// A write of the tenant's counter was acknowledged.
  mutating func acknowledge(_ value: Int64, of tenant: Int, at now: Int64) {
    if let last = counters[tenant].writes.last(), value <= last {
      // There is one writer at a time, so what was acknowledged before is gone: begin again.
      lostWrites += 1
      counters[tenant].writes.removeAll()
    }
    counters[tenant].writes.append(value, at: now)
  }
}

// MARK: Reads

/// What a read of a tenant's counter saw.
struct StalenessRead {
  var value: Int64
  var sentAt: Int64
  var boundNanoseconds: Int64
  var isOnReplica: Bool
  /// What the router has proven; nil where it said nothing.
  var provenMilliseconds: Int64?
}

extension ConsistencyLedger {
  /// Judges a read of the tenant's counter.
  mutating func record(_ read: StalenessRead, of tenant: Int) {
    reads += 1
    if read.isOnReplica { readsOnReplica += 1 }
    guard let acknowledged = counters[tenant].writes.firstTime(after: read.value),
      acknowledged < read.sentAt
    else { return }
    let age = read.sentAt - acknowledged
    oldestNanoseconds = max(oldestNanoseconds, age)
    if age > read.boundNanoseconds { violations += 1 }
    samples.append(
      measured: Self.milliseconds(age), proven: read.provenMilliseconds.map(Double.init) ?? -1)
  }

  /// Judges what a session has read of the counter that it had written before.
  mutating func checkOwnWrite(_ written: Int64, read: Int64) {
    ownReads += 1
    if read < written { ownViolations += 1 }
  }
}
