public import Routing
public import ShardMap
internal import Synchronization

/// Sessions and client connections.
extension TenantTable {
  /// A session of a tenant begins; it holds the slot until ``leave(_:now:)``.
  ///
  /// The first one of a tenant that is limited waits for the directory's lock.
  ///
  /// - Parameters:
  ///   - id: the tenant's id, 1...63 bytes.
  ///   - envelope: what its policy says.
  ///   - use: what of that is in force.
  ///   - now: the time.
  /// - Returns: the slot; the same one for all sessions of a tenant.
  public mutating func join(
    _ id: RawSpan, envelope: Envelope, use: EnvelopeUse, now: MonotonicTime
  ) -> TenantSlot {
    let name = TenantName(id)
    let hash = TenantDigest.of(id, key: DirectoryState.hashKey)
    let place =
      index.find(hash, where: { details.at($0).pointee.name.isEqual(to: name) })
      ?? addTenant(name, hash: hash)
    let tenant = details.at(place)
    if tenant.pointee.sessions == 0 { idle.remove(place, in: details) }
    tenant.pointee.sessions += 1
    let slot = TenantSlot(index: place)
    adapt(slot, to: envelope, use: use, now: now)
    return slot
  }

  /// A session of a tenant is over.
  public mutating func leave(_ slot: TenantSlot, now: MonotonicTime) {
    let tenant = details.at(slot.index)
    precondition(tenant.pointee.sessions > 0, "a session of a tenant ended that had not begun")
    tenant.pointee.sessions -= 1
    if tenant.pointee.sessions > 0 { return }
    tenant.pointee.idleSince = now.nanoseconds
    idle.append(slot.index, in: details)
  }

  /// The tenant's policy says something else, or another part of it is in force. Costs some loads when
  /// nothing has changed.
  public mutating func adapt(
    _ slot: TenantSlot, to envelope: Envelope, use: EnvelopeUse, now: MonotonicTime
  ) {
    let record = records.at(slot.index)
    guard TenantCell.isNeeded(for: envelope) else {
      if record.pointee.cell != nil { leaveCell(slot.index) }
      return
    }
    let cell = record.pointee.cell ?? joinCell(slot.index)
    cell.pointee.configure(envelope, use: use, share: share(of: cell), now: now)
    if record.pointee.isRated != (envelope.transactionsPerSecond != nil) {
      giveTokensBack(slot.index, cell)
      record.pointee.isRated.toggle()
    }
    adaptUnits(slot.index, cell, isLimited: envelope.serverConnections != nil)
    adaptRoom(slot.index, cell, now: now)
  }

  // MARK: Connections

  /// Whether one more client connection may begin; counted if it may. Costs an exchange or two on
  /// shared words.
  public mutating func admitConnection(
    _ slot: TenantSlot, now: MonotonicTime
  ) -> ConnectionAdmission {
    let tenant = details.at(slot.index)
    guard let cell = records.at(slot.index).pointee.cell else {
      tenant.pointee.connections += 1
      return .admitted
    }
    let share = share(of: cell)
    if let limit = cell.pointee.attemptLimit(share: share) {
      cell.pointee.attemptsMade.add(1, ordering: .relaxed)
      if let until = SharedRate.takeOne(from: cell.pointee.attempts, limit: limit, now: now) {
        nominate(cell)
        return .tooFast(until: until)
      }
      noteUse(cell, ticks: limit.period, now: now)
    }
    let limit = TenantCell.part(
      share, of: cell.pointee.clientConnections.load(ordering: .relaxed))
    guard let open = cell.pointee.connections.increment(below: limit) else {
      cell.pointee.connectionsRefused.add(1, ordering: .relaxed)
      nominate(cell)
      return .tooMany(limit: Int(limit))
    }
    if limit != TenantCell.none && UInt64(open) &* 2 >= UInt64(limit) { nominate(cell) }
    tenant.pointee.connections += 1
    return .admitted
  }

  /// Counts a client connection that was admitted by another process, whose clients are this one's now: over the
  /// tenant's limit, too.
  public mutating func addConnection(_ slot: TenantSlot) {
    details.at(slot.index).pointee.connections += 1
    records.at(slot.index).pointee.cell?.pointee.connections.add(1, ordering: .relaxed)
  }

  /// A client connection that was admitted is over.
  public mutating func connectionEnded(_ slot: TenantSlot) {
    let tenant = details.at(slot.index)
    precondition(tenant.pointee.connections > 0, "a connection ended that had not begun")
    tenant.pointee.connections -= 1
    records.at(slot.index).pointee.cell?.pointee.connections.subtract(1, ordering: .relaxed)
  }
}

extension TenantTable {
  private mutating func addTenant(_ name: TenantName, hash: UInt64) -> UInt32 {
    let place: UInt32
    if free != .max {
      place = free
      free = details.at(place).pointee.nextIdle
      details.at(place).pointee = TenantDetails(name: name, hash: hash)
      records.at(place).pointee = TenantRecord()
    } else {
      place = details.append(TenantDetails(name: name, hash: hash))
      _ = records.append(TenantRecord())
    }
    index.insert(hash, place: place)
    // It has no session yet.
    idle.append(place, in: details)
    return place
  }

  /// Forgets a tenant without sessions.
  mutating func forget(_ place: UInt32) {
    if records.at(place).pointee.cell != nil { leaveCell(place) }
    idle.remove(place, in: details)
    index.remove(details.at(place).pointee.hash, place: place)
    details.at(place).pointee.nextIdle = free
    free = place
  }

  private mutating func joinCell(_ place: UInt32) -> UnsafeMutablePointer<TenantCell> {
    let tenant = details.at(place)
    let record = records.at(place)
    let cell = directory.join(tenant.pointee.name, hash: tenant.pointee.hash)
    record.pointee.cell = cell
    record.pointee.tokens = 0
    record.pointee.isRated = true
    cell.pointee.connections.add(tenant.pointee.connections, ordering: .relaxed)
    return cell
  }

  private mutating func leaveCell(_ place: UInt32) {
    let tenant = details.at(place)
    let record = records.at(place)
    guard let cell = record.pointee.cell else { return }
    giveTokensBack(place, cell)
    adaptUnits(place, cell, isLimited: false)
    cell.pointee.connections.subtract(tenant.pointee.connections, ordering: .relaxed)
    directory.leave(cell, name: tenant.pointee.name, hash: tenant.pointee.hash)
    record.pointee.cell = nil
    record.pointee.isRated = false
    (tenant.pointee.roomIn, tenant.pointee.roomOut) = (.max, .max)
    (record.pointee.roomIn, record.pointee.roomOut) = (.max, .max)
  }
}

extension Atomic<UInt32> {
  /// Adds one where the value is below a limit; the new value, or nil.
  fileprivate func increment(below limit: UInt32) -> UInt32? {
    var seen = load(ordering: .relaxed)
    while seen < limit {
      let (exchanged, original) = weakCompareExchange(
        expected: seen, desired: seen &+ 1, ordering: .relaxed)
      if exchanged { return seen &+ 1 }
      seen = original
    }
    return nil
  }
}
