internal import Routing
internal import Synchronization

/// A tenant that a directory watches, with what its counters said at the last look.
struct WatchedTenant {
  let place: UInt32
  let generation: UInt32
  private let name: [UInt8]
  private var counts: UseCounts
  /// When those were noted, in nanoseconds.
  private var since: UInt64
  /// Looks in a row at which it used less than half of its share.
  private(set) var quietLooks = 0
  /// What the last look has found; nil when it used less than half of its share, and that is the standard
  /// one. Its share is the one under which that was found, which may have changed since.
  private(set) var demand: TenantDemand?

  /// A tenant that is watched from now on.
  ///
  /// - Parameters:
  ///   - cell: its cell.
  ///   - name: its id.
  ///   - share: its share.
  ///   - isNear: whether it is known to come near to that, though its counters tell nothing yet.
  ///   - now: the time in nanoseconds.
  init(
    _ cell: borrowing TenantCell, name: [UInt8], share: UInt32, isNear: Bool, now: UInt64
  ) {
    place = cell.place
    generation = cell.generation.load(ordering: .relaxed)
    self.name = name
    counts = UseCounts(cell, now: now)
    since = now
    demand = TenantDemand(tenant: name, wanted: isNear ? max(share, 1) : 0, share: share)
  }

  /// Measures what was wanted since the last look, all of which the cell's share must have been in force
  /// for; not, if that was less than ``AdmissionLimits/leastLookNanoseconds`` ago.
  mutating func look(at cell: borrowing TenantCell, now: UInt64, standard: UInt32) {
    guard now >= since &+ AdmissionLimits.leastLookNanoseconds else { return }
    let next = UseCounts(cell, now: now)
    let share = cell.share(standard: standard)
    let base = UInt64(max(share, 1))
    var wanted = min(
      next.wanted(since: counts, of: cell, share: share, nanoseconds: now &- since),
      base &* AdmissionLimits.demandPerShare, UInt64(UInt32.max))
    // Clients that wait for their turn ask for no more than they get: that they wait is what tells.
    if next.heldBack(since: counts) >= (now &- since) / 100 &* AdmissionLimits.heldBackPercent {
      wanted = max(wanted, UInt64(RegionalShares.whole.standard))
    }
    counts = next
    since = now
    // Of one whose share is its own, the control plane has to hear that it wants less.
    let hasOwnShare = cell.share.load(ordering: .relaxed) != TenantCell.none
    guard wanted &* 2 >= base || hasOwnShare else {
      demand = nil
      quietLooks += 1
      return
    }
    quietLooks = 0
    demand = TenantDemand(tenant: name, wanted: UInt32(wanted), share: share)
  }
}

/// A cell's counters at a time.
private struct UseCounts {
  private let transactions: UInt64
  private let heldBackTime: UInt64
  private let attempts: UInt64
  private let bytesIn: UInt64
  private let bytesOut: UInt64
  private let unitsRefused: UInt32
  private let connectionsRefused: UInt32

  init(_ cell: borrowing TenantCell, now: UInt64) {
    transactions = cell.wanted.load(ordering: .relaxed)
    heldBackTime = cell.heldBack(until: now)
    attempts = cell.attemptsMade.load(ordering: .relaxed)
    bytesIn = cell.bytesInMoved.load(ordering: .relaxed)
    bytesOut = cell.bytesOutMoved.load(ordering: .relaxed)
    unitsRefused = cell.unitsRefused.load(ordering: .relaxed)
    connectionsRefused = cell.connectionsRefused.load(ordering: .relaxed)
  }

  /// For how long the rate has held transactions back, in nanoseconds.
  func heldBack(since earlier: UseCounts) -> UInt64 {
    // Words that are read one after the other may say less than nothing.
    UInt64(max(0, Int64(bitPattern: heldBackTime &- earlier.heldBackTime)))
  }

  /// The largest of what was wanted of each of a tenant's limits, in parts per million of the region's.
  func wanted(
    since earlier: UseCounts, of cell: borrowing TenantCell, share: UInt32, nanoseconds: UInt64
  ) -> UInt64 {
    func rate(_ now: UInt64, _ before: UInt64, of limit: UInt32) -> UInt64 {
      limit == TenantCell.none ? 0 : rate(now, before, of: UInt64(limit))
    }
    func rate(_ now: UInt64, _ before: UInt64, of limit: UInt64) -> UInt64 {
      // What was given back of an earlier second's may be more than what was taken in this one.
      let count = UInt64(max(0, Int64(bitPattern: now &- before)))
      if limit == .max || count > UInt64(Int64.max) / 1_000_000 { return limit == .max ? 0 : .max }
      let whole = max(limit, 1).multipliedFullWidth(by: nanoseconds)
      let used = (count &* 1_000_000).multipliedFullWidth(by: 1_000_000_000)
      guard whole.high == 0 else { return 0 }
      return used.high < whole.low ? whole.low.dividingFullWidth(used).quotient : .max
    }
    func level(_ count: UInt32, of limit: UInt32, isRefused: Bool) -> UInt64 {
      if limit == TenantCell.none { return 0 }
      let used = UInt64(count) &* 1_000_000 / UInt64(max(limit, 1))
      // Nobody knows how many more it wants: as many again, until nobody is refused.
      return isRefused ? 2 &* max(used, UInt64(share)) : used
    }
    return max(
      rate(
        transactions, earlier.transactions,
        of: cell.transactionsPerSecond.load(ordering: .relaxed)),
      rate(attempts, earlier.attempts, of: cell.attemptsPerSecond.load(ordering: .relaxed)),
      max(
        rate(bytesIn, earlier.bytesIn, of: cell.bytesInPerSecond.load(ordering: .relaxed)),
        rate(bytesOut, earlier.bytesOut, of: cell.bytesOutPerSecond.load(ordering: .relaxed))),
      max(
        level(
          cell.unitsTaken.load(ordering: .relaxed),
          of: cell.serverConnections.load(ordering: .relaxed),
          isRefused: unitsRefused != earlier.unitsRefused),
        level(
          cell.connections.load(ordering: .relaxed),
          of: cell.clientConnections.load(ordering: .relaxed),
          isRefused: connectionsRefused != earlier.connectionsRefused)))
  }
}

extension DirectoryState {
  /// Begins to watch a cell, unless it was given to another tenant, or too many are watched.
  ///
  /// - Parameters:
  ///   - place: the cell's.
  ///   - generation: what it was when somebody wanted that.
  ///   - share: the tenant's share.
  ///   - isNear: whether it comes near to that.
  ///   - now: the time in nanoseconds.
  mutating func watch(
    _ place: UInt32, generation: UInt32, share: UInt32, isNear: Bool, now: UInt64
  ) {
    let cell = cell(at: place)
    guard cell.pointee.generation.load(ordering: .relaxed) == generation,
      cell.pointee.watch.load(ordering: .relaxed) != TenantCell.watched
    else { return }
    guard watched.count < AdmissionLimits.watchedTenants else {
      cell.pointee.watch.store(TenantCell.unwatched, ordering: .relaxed)
      return
    }
    cell.pointee.watch.store(TenantCell.watched, ordering: .relaxed)
    watched.append(
      WatchedTenant(
        cell.pointee, name: name(at: place), share: share, isNear: isNear, now: now))
  }

  /// Looks at all that are watched, as far as that tells anything, and stops to watch those that are gone
  /// or use little.
  ///
  /// - Parameters:
  ///   - now: the time in nanoseconds.
  ///   - standard: the share of those that have none of their own.
  mutating func lookAtWatched(now: UInt64, standard: UInt32) {
    var left: [WatchedTenant] = []
    for var tenant in watched {
      let cell = cell(at: tenant.place)
      guard cell.pointee.generation.load(ordering: .relaxed) == tenant.generation else { continue }
      tenant.look(at: cell.pointee, now: now, standard: standard)
      if tenant.quietLooks < AdmissionLimits.quietLooks {
        left.append(tenant)
      } else {
        cell.pointee.watch.store(TenantCell.unwatched, ordering: .relaxed)
      }
    }
    watched = left
  }

  /// What the last looks have found, and those that have a share of their own and no session here; the
  /// neediest first.
  var demands: [TenantDemand] {
    // By what they want of what they have, then by name, so that the order is the same each time.
    (watched.compactMap(\.demand) + absent).sorted { one, other in
      let left = UInt64(one.wanted) * UInt64(max(other.share, 1))
      let right = UInt64(other.wanted) * UInt64(max(one.share, 1))
      return left != right ? left > right : one.tenant.lexicographicallyPrecedes(other.tenant)
    }
  }
}
