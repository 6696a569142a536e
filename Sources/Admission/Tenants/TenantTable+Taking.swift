public import Routing
internal import Synchronization

/// What a worker takes of what all workers share.
extension TenantTable {
  /// Takes what the worker doesn't have for one more transaction, and admits it if that was there.
  @usableFromInline
  mutating func takeAndAdmit(
    _ slot: TenantSlot, now: MonotonicTime, isRetry: Bool
  ) -> TransactionAdmission {
    let record = records.at(slot.index)
    if let cell = record.pointee.cell {
      held.latest = max(held.latest, now.nanoseconds)
      let share = share(of: cell)
      if let until = cell.pointee.byteRest(now: now) {
        nominate(cell)
        return .overRate(until: until)
      }
      if record.pointee.tokens == 0,
        let until = takeTokens(slot.index, cell, share: share, now: now, isRetry: isRetry)
      {
        return .overRate(until: until)
      }
      if record.pointee.running >= record.pointee.allowance
        && !takeUnits(slot.index, cell, share: share, now: now)
      {
        return .tooManyInFlight
      }
    } else {
      record.pointee.tokens = TenantRecord.tokensOfUnlimited
    }
    record.pointee.tokens &-= 1
    record.pointee.running &+= 1
    return .admitted
  }

  /// Takes a slice of a tenant's rate; nil if it got one, otherwise when it will.
  private mutating func takeTokens(
    _ place: UInt32, _ cell: UnsafeMutablePointer<TenantCell>, share: UInt32, now: MonotonicTime,
    isRetry: Bool
  ) -> MonotonicTime? {
    let record = records.at(place)
    guard record.pointee.isRated else {
      record.pointee.tokens = TenantRecord.tokensOfUnlimited
      return nil
    }
    guard let limit = cell.pointee.transactionLimit(share: share) else {
      // Another worker has heard already that there is no limit any more.
      record.pointee.tokens = 1
      return nil
    }
    let taken = SharedRate.takeSlice(
      from: cell.pointee.rate, limit: limit, workers: workers, now: now)
    guard taken.events > 0 else {
      // Less than nothing for a moment, where a retry got a slice, no server connection, and gave it back.
      cell.pointee.holdBack(until: taken.until, now: now)
      if !isRetry { cell.pointee.wanted.wrappingAdd(1, ordering: .relaxed) }
      nominate(cell)
      return taken.until
    }
    record.pointee.tokens = UInt32(truncatingIfNeeded: taken.events)
    cell.pointee.wanted.wrappingAdd(taken.events &- (isRetry ? 1 : 0), ordering: .relaxed)
    noteUse(cell, ticks: taken.events &* limit.period, now: now)
    hold(place)
    return nil
  }

  /// Takes server connections of a tenant; false when there is none for this worker.
  ///
  /// A worker that has less than an equal part and found none is a seeker. Until it has one, or stops to
  /// ask, others begin no more than their equal parts, and give up what becomes free above those; the
  /// chores see to it that they notice. Where the parts are less than one, workers take turns. Where the
  /// limit was lowered, all give up what is above their parts, until no more are taken than may be.
  private mutating func takeUnits(
    _ place: UInt32, _ cell: UnsafeMutablePointer<TenantCell>, share: UInt32, now: MonotonicTime
  ) -> Bool {
    let record = records.at(place)
    let tenant = details.at(place)
    let limit = TenantCell.part(
      share, of: cell.pointee.serverConnections.load(ordering: .relaxed))
    let fair = fairUnits(of: limit)
    let running = record.pointee.running
    let isSought = cell.pointee.unitSeekers.load(ordering: .relaxed) & ~seekerBit != 0
    if tenant.pointee.units > running {
      // The chores have lowered the allowance, because another one sought, or too many were taken.
      let isShort = isSought || cell.pointee.unitsTaken.load(ordering: .relaxed) > limit
      if !isShort || running < fair {
        record.pointee.allowance = tenant.pointee.units
        return true
      }
      giveUnusedUnitsBack(place, cell)
      if isSought { yield(place, now: now) }
      return refuseUnit(place, cell, isSeeker: running == 0, now: now)
    }
    let isSeeker = running < max(fair, 1)
    let mustYield = !isSeeker || now.nanoseconds < tenant.pointee.yieldsUntil
    let taken = isSought && mustYield ? 0 : cell.pointee.takeUnits(limit: limit, workers: workers)
    guard taken > 0 else { return refuseUnit(place, cell, isSeeker: isSeeker, now: now) }
    stopSeeking(place, cell)
    tenant.pointee.units += taken
    record.pointee.allowance = tenant.pointee.units
    hold(place)
    let all = cell.pointee.unitsTaken.load(ordering: .relaxed)
    if UInt64(all) &* 2 >= UInt64(limit) { nominate(cell) }
    return true
  }

  private mutating func refuseUnit(
    _ place: UInt32, _ cell: UnsafeMutablePointer<TenantCell>, isSeeker: Bool, now: MonotonicTime
  ) -> Bool {
    cell.pointee.unitsRefused.add(1, ordering: .relaxed)
    nominate(cell)
    if isSeeker {
      cell.pointee.unitSeekers.bitwiseOr(seekerBit, ordering: .relaxed)
      details.at(place).pointee.soughtAt = max(now.nanoseconds, 1)
      hold(place)
    }
    return false
  }

  /// An equal part of a tenant's server connections, rounded down.
  func fairUnits(of limit: UInt32) -> UInt32 { limit / UInt32(truncatingIfNeeded: workers) }

  mutating func stopSeeking(_ place: UInt32, _ cell: UnsafeMutablePointer<TenantCell>) {
    let tenant = details.at(place)
    if tenant.pointee.soughtAt == 0 { return }
    tenant.pointee.soughtAt = 0
    cell.pointee.unitSeekers.bitwiseAnd(~seekerBit, ordering: .relaxed)
  }

  // MARK: Bytes

  /// Charges all bytes that a worker has moved for a tenant since it last did.
  @usableFromInline
  mutating func chargeShared(
    _ slot: TenantSlot, bytesIn: Int, bytesOut: Int, now: MonotonicTime
  ) {
    let record = records.at(slot.index)
    let tenant = details.at(slot.index)
    guard let cell = record.pointee.cell else {
      (record.pointee.roomIn, record.pointee.roomOut) = (.max, .max)
      return
    }
    let movedIn = Int(tenant.pointee.roomIn) - Int(record.pointee.roomIn) + max(bytesIn, 0)
    let movedOut = Int(tenant.pointee.roomOut) - Int(record.pointee.roomOut) + max(bytesOut, 0)
    let share = share(of: cell)
    let ticks =
      cell.pointee.chargeIn(UInt64(movedIn), share: share, now: now)
      + cell.pointee.chargeOut(UInt64(movedOut), share: share, now: now)
    noteUse(cell, ticks: ticks, now: now)
    adaptRoom(slot.index, cell, now: now)
    (record.pointee.roomIn, record.pointee.roomOut) = (
      tenant.pointee.roomIn, tenant.pointee.roomOut
    )
    // The next transaction has to look at the bytes again.
    if cell.pointee.byteRest(now: now) != nil {
      giveTokensBack(slot.index, cell)
      nominate(cell)
    }
  }

  /// Until when a tenant's clients and servers should not be read from, because it has moved more bytes
  /// than it may; nil when they may. At most ``AdmissionLimits/byteDebtNanoseconds`` ahead. Costs a load
  /// where nothing limits the tenant, some more otherwise.
  public mutating func pause(_ slot: TenantSlot, now: MonotonicTime) -> MonotonicTime? {
    records.at(slot.index).pointee.cell?.pointee.byteRest(now: now)
  }

  /// Lets a worker move so many bytes together as its tenant's limits, as they are now, allow.
  mutating func adaptRoom(
    _ place: UInt32, _ cell: UnsafeMutablePointer<TenantCell>, now: MonotonicTime
  ) {
    let record = records.at(place)
    let tenant = details.at(place)
    let share = share(of: cell)
    let roomIn = cell.pointee.bytesInRoom(share: share)
    let roomOut = cell.pointee.bytesOutRoom(share: share)
    // What was moved stays uncharged in what is left.
    if roomIn != tenant.pointee.roomIn {
      let moved = tenant.pointee.roomIn == .max ? 0 : tenant.pointee.roomIn - record.pointee.roomIn
      record.pointee.roomIn = max(0, roomIn - moved)
      tenant.pointee.roomIn = roomIn
    }
    if roomOut != tenant.pointee.roomOut {
      let moved =
        tenant.pointee.roomOut == .max ? 0 : tenant.pointee.roomOut - record.pointee.roomOut
      record.pointee.roomOut = max(0, roomOut - moved)
      tenant.pointee.roomOut = roomOut
    }
  }

  // MARK: Who comes near to a limit

  func share(of cell: UnsafeMutablePointer<TenantCell>) -> UInt32 {
    cell.pointee.share(
      standard: directory.common.standardShare.pointee.load(ordering: .relaxed))
  }

  /// Notes that so long a part of a rate was used, and names the tenant to the directory if all workers
  /// have used a half of what they may in a second, or in less.
  func noteUse(
    _ cell: UnsafeMutablePointer<TenantCell>, ticks: UInt64, now: MonotonicTime
  ) {
    if cell.pointee.watch.load(ordering: .relaxed) != TenantCell.unwatched { return }
    let second = UInt32(truncatingIfNeeded: now.nanoseconds / 1_000_000_000) &<< 20
    let last = cell.pointee.recentUse.load(ordering: .relaxed)
    let part = UInt32(
      truncatingIfNeeded: min(ticks / (1_000 &* RateLimit.ticksPerNanosecond), 500_000))
    let used = (last &>> 20 == second &>> 20 ? last & (1 &<< 20 - 1) : 0) &+ part
    cell.pointee.recentUse.store(second | min(used, 500_000), ordering: .relaxed)
    if used >= 500_000 { nominate(cell) }
  }

  /// Names a tenant to the directory, unless that was done.
  func nominate(_ cell: UnsafeMutablePointer<TenantCell>) {
    if cell.pointee.watch.load(ordering: .relaxed) != TenantCell.unwatched { return }
    // Before the directory can hear of it: what that makes of the word must not be written over.
    let (isFirst, _) = cell.pointee.watch.compareExchange(
      expected: TenantCell.unwatched, desired: TenantCell.nominated, ordering: .relaxed)
    guard isFirst else { return }
    let isNamed = directory.common.nominations[worker].add(
      place: cell.pointee.place, generation: cell.pointee.generation.load(ordering: .relaxed))
    if isNamed { return }
    _ = cell.pointee.watch.compareExchange(
      expected: TenantCell.nominated, desired: TenantCell.unwatched, ordering: .relaxed)
  }

  mutating func hold(_ place: UInt32) {
    if records.at(place).pointee.nextHeld == TenantRecord.notHeld {
      held.append(place, in: records)
    }
  }
}
