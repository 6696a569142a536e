public import Routing
internal import Synchronization

/// What a worker gives back.
extension TenantTable {
  /// When ``giveBack(now:)`` has something to do next; nil while nothing is held. Costs some loads.
  public var nextChore: MonotonicTime? {
    if held.firstDue != TenantRecord.endOfHeld {
      return MonotonicTime(nanoseconds: held.latest)
    }
    var next = UInt64.max
    if held.first != TenantRecord.endOfHeld { next = held.since + AdmissionLimits.holdNanoseconds }
    if idle.first != .max {
      next = min(
        next, details.at(idle.first).pointee.idleSince &+ AdmissionLimits.idleNanoseconds)
    }
    return next == .max ? nil : MonotonicTime(nanoseconds: next)
  }

  /// Gives back what the worker has taken of its tenants' rates and does not use, and forgets tenants
  /// that had no session for a while; a slice of the table a call: at most
  /// ``AdmissionLimits/givenBackAtOnce`` tenants. Call it whenever ``nextChore`` says so.
  ///
  /// - Returns: when to call it again; nil when nothing is held.
  @discardableResult
  public mutating func giveBack(now: MonotonicTime) -> MonotonicTime? {
    held.latest = max(held.latest, now.nanoseconds)
    directory.common.latest.pointee.store(held.latest, ordering: .relaxed)
    if held.first != TenantRecord.endOfHeld
      && now.nanoseconds >= held.since &+ AdmissionLimits.holdNanoseconds
    {
      held.turn()
    }
    for _ in 0..<AdmissionLimits.givenBackAtOnce {
      guard let place = held.popDue(in: records) else { break }
      guard let cell = records.at(place).pointee.cell else { continue }
      giveTokensBack(place, cell)
      giveUnitsBack(place, cell, now: now)
    }
    forgetIdle(now: now)
    return nextChore
  }

  private mutating func forgetIdle(now: MonotonicTime) {
    for _ in 0..<AdmissionLimits.forgottenAtOnce {
      let place = idle.first
      guard place != .max else { return }
      let isOneTooMany = idle.count > AdmissionLimits.idleTenants
      let isOld =
        details.at(place).pointee.idleSince &+ AdmissionLimits.idleNanoseconds <= now.nanoseconds
      // What is held of it is given back soon; until then its slot is linked.
      guard isOld || isOneTooMany, records.at(place).pointee.nextHeld == TenantRecord.notHeld
      else { return }
      if isInDebt(place, now: now) && !isOneTooMany {
        stayIdle(place, now: now)
      } else {
        forget(place)
      }
    }
  }

  private func isInDebt(_ place: UInt32, now: MonotonicTime) -> Bool {
    records.at(place).pointee.cell?.pointee.isInDebt(now: now) ?? false
  }

  /// Remembers a tenant without sessions for as long again.
  private mutating func stayIdle(_ place: UInt32, now: MonotonicTime) {
    idle.remove(place, in: details)
    details.at(place).pointee.idleSince = now.nanoseconds
    idle.append(place, in: details)
  }

  /// Gives the unspent part of a slice back.
  mutating func giveTokensBack(_ place: UInt32, _ cell: UnsafeMutablePointer<TenantCell>) {
    let record = records.at(place)
    let tokens = UInt64(record.pointee.tokens)
    record.pointee.tokens = 0
    guard tokens > 0 && record.pointee.isRated,
      let limit = cell.pointee.transactionLimit(share: share(of: cell))
    else { return }
    SharedRate.giveBack(tokens, to: cell.pointee.rate, limit: limit)
    cell.pointee.wanted.wrappingSubtract(tokens, ordering: .relaxed)
  }

  /// Gives server connections back that no transaction uses, and begins to give back those above an
  /// equal part while another worker seeks one, or more are taken than may be.
  private mutating func giveUnitsBack(
    _ place: UInt32, _ cell: UnsafeMutablePointer<TenantCell>, now: MonotonicTime
  ) {
    let record = records.at(place)
    let tenant = details.at(place)
    if tenant.pointee.soughtAt != 0 {
      if now.nanoseconds >= tenant.pointee.soughtAt &+ AdmissionLimits.seekerNanoseconds {
        stopSeeking(place, cell)
      } else {
        hold(place)
      }
    }
    if record.pointee.allowance == TenantRecord.unlimited { return }
    let hadUnits = tenant.pointee.units > 0
    giveUnusedUnitsBack(place, cell)
    let limit = TenantCell.part(
      share(of: cell), of: cell.pointee.serverConnections.load(ordering: .relaxed))
    let isSought = cell.pointee.unitSeekers.load(ordering: .relaxed) & ~seekerBit != 0
    let isShort = isSought || cell.pointee.unitsTaken.load(ordering: .relaxed) > limit
    let fair = fairUnits(of: limit)
    record.pointee.allowance = isShort ? min(tenant.pointee.units, fair) : tenant.pointee.units
    if isSought && hadUnits && fair == 0 { yield(place, now: now) }
  }

  /// Lets another worker that seeks a server connection have the next one.
  mutating func yield(_ place: UInt32, now: MonotonicTime) {
    details.at(place).pointee.yieldsUntil =
      now.nanoseconds &+ 2 &* AdmissionLimits.seekNanoseconds
  }

  mutating func giveUnusedUnitsBack(_ place: UInt32, _ cell: UnsafeMutablePointer<TenantCell>) {
    let tenant = details.at(place)
    let unused = tenant.pointee.units - min(records.at(place).pointee.running, tenant.pointee.units)
    if unused == 0 { return }
    tenant.pointee.units -= unused
    cell.pointee.unitsTaken.subtract(unused, ordering: .relaxed)
  }

  /// Begins or ends to count a tenant's server connections.
  mutating func adaptUnits(
    _ place: UInt32, _ cell: UnsafeMutablePointer<TenantCell>, isLimited: Bool
  ) {
    let record = records.at(place)
    let tenant = details.at(place)
    guard isLimited != (record.pointee.allowance != TenantRecord.unlimited) else { return }
    if isLimited {
      // Those under way count, even where they are more than may be.
      tenant.pointee.units = record.pointee.running
      record.pointee.allowance = record.pointee.running
      cell.pointee.unitsTaken.add(record.pointee.running, ordering: .relaxed)
    } else {
      cell.pointee.unitsTaken.subtract(tenant.pointee.units, ordering: .relaxed)
      tenant.pointee.units = 0
      record.pointee.allowance = TenantRecord.unlimited
      stopSeeking(place, cell)
    }
  }
}
