import Synchronization

/// The most connections that the workers of one router have to one instance, shared without a lock.
///
/// **The rules.** One connection is reserved for each worker, which can always have it. All others are
/// lent to whoever asks first, so that a worker whose clients need them can have nearly all. An equal
/// part of those is each worker's ``fairShare``. A worker that is refused stands in line, and a
/// connection that is given back while somebody stands in line is handed to that one and to nobody
/// else: first to those below their fair share, then to the others, each time to who has waited
/// longest. While somebody below its fair share stands in line, each worker above its own
/// ``owes(_:leaving:)`` connections. What a worker doesn't use goes to whoever stands in line (``isWanted(from:leaving:)``).
///
/// **What follows.** There are never more than ``total`` connections. While one below its fair share
/// stands in line, somebody is above its own (all shares together are at most all that is lent), so that
/// the line moves as fast as transactions end. Workers that all want more than they get end up at their
/// fair shares or above; what one doesn't want, the others have.
///
/// Each worker calls the methods that name it from its own thread. One that was refused stands in line
/// until ``take(_:)`` succeeds or it calls ``withdraw(_:)``; what is handed to it meanwhile stays its own
/// to take. Taking and giving back cost a few atomic operations that nobody else contends for, and a
/// look at each worker where somebody may stand in line.
///
/// Invariants: of the lent connections, those free, borrowed, handed over and not yet taken, or just
/// passing through a method are always `total - workers` together; a worker's `held - borrowed` is 0 or
/// 1, its reserved one. What keeps the pointer safe: `cells` holds `workers` initialized cells for the
/// life of the object, and a worker's number is checked before use.
public final class InstanceCap: Sendable {
  /// The most connections at a time.
  public let total: Int
  /// How many workers share them.
  public let workers: Int
  /// Each worker's fair share of the connections that are lent: those beyond its reserved one.
  public let fairShare: Int

  /// Lent connections that nobody has; never below 0.
  private let free: Atomic<Int>
  /// How many stand in line below their fair share. May be wrong while somebody joins or leaves the line.
  private let claims = Atomic<Int>(0)
  private let lastTicket = Atomic<UInt64>(0)
  private nonisolated(unsafe) let cells: UnsafeMutablePointer<Cell>

  /// What belongs to one worker, in a cache line of its own. Only the worker changes `held` and `borrowed`.
  private struct Cell: ~Copyable {
    let held = Atomic<Int>(0)
    let borrowed = Atomic<Int>(0)
    let standing = Atomic<UInt64>(Standing.content.rawValue)
    let padding = InlineArray<5, UInt64>(repeating: 0)
  }

  /// A cap that is shared by this many workers, at least 1.
  ///
  /// - Parameters:
  ///   - limit: the most connections. One below the number of workers is raised to it, since a worker
  ///     without any connection could never serve its clients.
  ///   - workers: how many there are; they are numbered from 0.
  public init(limit: Int, workers: Int) {
    precondition(workers >= 1, "a cap needs a worker that it is for")
    self.workers = workers
    total = max(limit, workers)
    fairShare = (total - workers) / workers
    free = Atomic(total - workers)
    let memory = UnsafeMutableRawPointer.allocate(
      byteCount: workers * MemoryLayout<Cell>.stride, alignment: 64)
    cells = memory.bindMemory(to: Cell.self, capacity: workers)
    for worker in 0..<workers { (cells + worker).initialize(to: Cell()) }
  }

  deinit {
    cells.deinitialize(count: workers)
    cells.deallocate()
  }

  /// Takes a connection for a worker, or puts the worker in line.
  public func take(_ worker: Int) -> Bool {
    let cell = cell(worker)
    var ticket: UInt64?
    while true {
      let before = leaveLine(cell)
      if before.kind == .granted {
        hold(cell, borrowed: true)
        return true
      }
      if !usesReserved(cell) {
        hold(cell, borrowed: false)
        return true
      }
      if takeFree() {
        hold(cell, borrowed: true)
        return true
      }
      let place = ticket ?? before.ticket ?? nextTicket()
      ticket = place
      joinLine(cell, ticket: place)
      // Whoever gave one back before we stood in line has made it free; after that he has seen us.
      if free.load(ordering: .sequentiallyConsistent) <= 0 { return false }
    }
  }

  /// Gives one of the worker's connections back, once it is closed.
  ///
  /// - Returns: the worker it was handed to, which is to be told that ``take(_:)`` will succeed; nil for
  ///   none. It may be the same worker, where another pool of it stands in line.
  public func giveBack(_ worker: Int) -> Int? {
    let cell = cell(worker)
    let held = cell.pointee.held.load(ordering: .relaxed)
    precondition(held > 0, "worker \(worker) gave back a connection that it didn't have")
    cell.pointee.held.store(held - 1, ordering: .relaxed)
    let borrowed = cell.pointee.borrowed.load(ordering: .relaxed)
    if borrowed == 0 { return nil }
    cell.pointee.borrowed.store(borrowed - 1, ordering: .relaxed)
    if borrowed - 1 < fairShare { claimInLine(cell) }
    return handOver()
  }

  /// Takes a worker out of the line: nobody waits for its connection any more.
  ///
  /// - Returns: the worker that was handed what had been meant for this one, if anything was; nil for none.
  public func withdraw(_ worker: Int) -> Int? {
    leaveLine(cell(worker)).kind == .granted ? handOver() : nil
  }

  /// Whether the worker has more than its fair share while one with less stands in line: then it gives
  /// back an idle connection, or the next that becomes idle; those that are `leaving`, on their way back
  /// already, count. Costs a load, or two.
  public func owes(_ worker: Int, leaving: Int) -> Bool {
    cell(worker).pointee.borrowed.load(ordering: .relaxed) - leaving > fairShare
      && claims.load(ordering: .relaxed) > leaving
  }

  /// Whether a connection that the worker doesn't use, whatever its share, would be used by another one
  /// that stands in line, although some are `leaving` already. Costs a load for each worker.
  public func isWanted(from worker: Int, leaving: Int) -> Bool {
    guard mayGive(worker, leaving: leaving) else { return false }
    var others = 0
    for other in 0..<workers where other != worker && isInLine(other) { others += 1 }
    return others > leaving
  }

  /// Whether the worker has any connection that another could have: not only its reserved one. Any
  /// thread may ask.
  public func mayGive(_ worker: Int, leaving: Int = 0) -> Bool {
    cell(worker).pointee.borrowed.load(ordering: .relaxed) > leaving
  }

  /// Whether the worker stands in line, and nothing was handed to it.
  public func isInLine(_ worker: Int) -> Bool {
    Standing(rawValue: cell(worker).pointee.standing.load(ordering: .relaxed)).ticket != nil
  }

  /// How many connections the worker could take now, if no other worker took any meanwhile.
  public func room(for worker: Int) -> Int {
    let cell = cell(worker)
    let granted =
      Standing(rawValue: cell.pointee.standing.load(ordering: .relaxed)).kind == .granted
    return (granted ? 1 : 0) + (usesReserved(cell) ? 0 : 1) + free.load(ordering: .relaxed)
  }

  /// How many connections the worker has. Any thread may ask.
  public func held(by worker: Int) -> Int { cell(worker).pointee.held.load(ordering: .relaxed) }
}

/// Whether a worker stands in line, in one word: a ticket in bits 2-63, the kind in bits 0 and 1.
private struct Standing {
  enum Kind: UInt64 {
    /// It doesn't stand in line.
    case content
    /// It stands in line, at or above its fair share.
    case wanting
    /// It stands in line below its fair share.
    case claiming
    /// A connection was handed to it.
    case granted
  }

  static let content = Standing(.content, ticket: 0)
  static let granted = Standing(.granted, ticket: 0)

  let rawValue: UInt64

  init(rawValue: UInt64) { self.rawValue = rawValue }

  init(_ kind: Kind, ticket: UInt64) { rawValue = ticket &<< 2 | kind.rawValue }

  var kind: Kind { Kind(rawValue: rawValue & 3) ?? .content }
  /// Its place in line: smaller is earlier.
  var ticket: UInt64? { kind == .wanting || kind == .claiming ? rawValue &>> 2 : nil }

  /// Whether it is served before another that stands in line.
  func precedes(_ other: Standing) -> Bool {
    if kind != other.kind { return kind == .claiming }
    return rawValue < other.rawValue
  }
}

extension InstanceCap {
  private func cell(_ worker: Int) -> UnsafeMutablePointer<Cell> {
    precondition(worker >= 0 && worker < workers, "the cap has no worker \(worker)")
    return cells + worker
  }

  private func usesReserved(_ cell: UnsafeMutablePointer<Cell>) -> Bool {
    cell.pointee.held.load(ordering: .relaxed) > cell.pointee.borrowed.load(ordering: .relaxed)
  }

  private func hold(_ cell: UnsafeMutablePointer<Cell>, borrowed: Bool) {
    cell.pointee.held.store(cell.pointee.held.load(ordering: .relaxed) + 1, ordering: .relaxed)
    if !borrowed { return }
    cell.pointee.borrowed.store(
      cell.pointee.borrowed.load(ordering: .relaxed) + 1, ordering: .relaxed)
  }

  private func nextTicket() -> UInt64 { lastTicket.add(1, ordering: .relaxed).newValue }

  private func joinLine(_ cell: UnsafeMutablePointer<Cell>, ticket: UInt64) {
    let isBelow = cell.pointee.borrowed.load(ordering: .relaxed) < fairShare
    if isBelow { claims.add(1, ordering: .relaxed) }
    let standing = Standing(isBelow ? .claiming : .wanting, ticket: ticket)
    cell.pointee.standing.store(standing.rawValue, ordering: .sequentiallyConsistent)
  }

  /// Lets a worker that stands in line be served as one below its fair share, which it is now.
  private func claimInLine(_ cell: UnsafeMutablePointer<Cell>) {
    let standing = Standing(rawValue: cell.pointee.standing.load(ordering: .relaxed))
    guard standing.kind == .wanting, let ticket = standing.ticket else { return }
    claims.add(1, ordering: .relaxed)
    let (exchanged, _) = cell.pointee.standing.compareExchange(
      expected: standing.rawValue, desired: Standing(.claiming, ticket: ticket).rawValue,
      ordering: .sequentiallyConsistent)
    if !exchanged { claims.subtract(1, ordering: .relaxed) }
  }

  /// Takes a worker out of the line, and says how it stood.
  private func leaveLine(_ cell: UnsafeMutablePointer<Cell>) -> Standing {
    let standing = Standing(
      rawValue: cell.pointee.standing.exchange(
        Standing.content.rawValue, ordering: .sequentiallyConsistent))
    if standing.kind == .claiming { claims.subtract(1, ordering: .relaxed) }
    return standing
  }

  private func takeFree() -> Bool {
    var seen = free.load(ordering: .sequentiallyConsistent)
    while seen > 0 {
      let (exchanged, original) = free.weakCompareExchange(
        expected: seen, desired: seen - 1, ordering: .sequentiallyConsistent)
      if exchanged { return true }
      seen = original
    }
    return false
  }

  /// Hands a lent connection that nobody has to the first in line, or makes it free.
  private func handOver() -> Int? {
    while true {
      if let worker = grantToFirst() { return worker }
      free.add(1, ordering: .sequentiallyConsistent)
      // One who joined the line before it was free and looked at `free` too early is seen here.
      if firstInLine() == nil || !takeFree() { return nil }
    }
  }

  private func grantToFirst() -> Int? {
    while let (worker, standing) = firstInLine() {
      let (exchanged, _) = cells[worker].standing.compareExchange(
        expected: standing.rawValue, desired: Standing.granted.rawValue,
        ordering: .sequentiallyConsistent)
      if !exchanged { continue }
      if standing.kind == .claiming { claims.subtract(1, ordering: .relaxed) }
      return worker
    }
    return nil
  }

  private func firstInLine() -> (worker: Int, standing: Standing)? {
    var first: (worker: Int, standing: Standing)?
    for worker in 0..<workers {
      let standing = Standing(
        rawValue: cells[worker].standing.load(ordering: .sequentiallyConsistent))
      guard standing.ticket != nil else { continue }
      if let earlier = first, !standing.precedes(earlier.standing) { continue }
      first = (worker, standing)
    }
    return first
  }
}
