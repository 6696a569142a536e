public import Routing
internal import Synchronization

/// A worker's tenants: those that have sessions or had one lately, and what it holds of their envelopes.
///
/// A worker takes a slice of a tenant's rate from what all workers share, and spends it by itself; it
/// takes server connections likewise. What it doesn't use it gives back within 16 ms
/// (``giveBack(now:)``). A tenant whose envelope limits nothing is only counted.
///
/// Memory: 32 bytes a tenant that transactions touch, 128 more that they don't, and some 16 of the
/// index. Nothing that a transaction calls allocates.
public struct TenantTable: ~Copyable {
  let directory: TenantDirectory
  let worker: Int
  /// Their number, and the worker's bit among those that seek server connections.
  let workers: UInt64
  let seekerBit: UInt64

  @usableFromInline var records = StableArray<TenantRecord>()
  var details = StableArray<TenantDetails>()
  var index = PlaceIndex()
  /// Slots without a tenant, linked by ``TenantDetails/nextIdle``.
  var free: UInt32 = .max
  var idle = IdleTenants()
  @usableFromInline var held = HeldTenants()

  /// A table for a worker, numbered from 0.
  public init(directory: TenantDirectory, worker: Int) {
    precondition(
      worker >= 0 && worker < directory.workers, "the directory has no worker \(worker)")
    self.directory = directory
    self.worker = worker
    workers = UInt64(directory.workers)
    seekerBit = 1 &<< UInt64(worker % 64)
  }

  /// Tenants that the table knows, those without sessions included.
  public var count: Int { index.count }

  /// Slots that any tenant has or had: all have smaller places.
  public var slotCount: Int { records.count }

  /// A tenant's id.
  public func name(of slot: TenantSlot) -> [UInt8] { details.at(slot.index).pointee.name.bytes }

  // MARK: Transactions

  /// Whether one more transaction may begin; counted if it may. Costs a few loads and stores where the
  /// worker has some of the tenant's rate left, and an exchange on a shared word where it takes more.
  ///
  /// - Parameters:
  ///   - slot: the tenant's.
  ///   - now: the time.
  ///   - isRetry: whether it was refused before, and is not wanted once more.
  /// - Returns: whether it may, otherwise when to ask again. For one of too many in flight that is when
  ///   one of its tenant has ended here, or after ``AdmissionLimits/seekNanoseconds``.
  @inlinable
  public mutating func admitTransaction(
    _ slot: TenantSlot, now: MonotonicTime, isRetry: Bool = false
  ) -> TransactionAdmission {
    let record = records.at(slot.index)
    let tokens = record.pointee.tokens
    let running = record.pointee.running
    guard tokens > 0 && running < record.pointee.allowance else {
      return takeAndAdmit(slot, now: now, isRetry: isRetry)
    }
    record.pointee.tokens = tokens &- 1
    record.pointee.running = running &+ 1
    return .admitted
  }

  /// A transaction that was admitted is over.
  @inlinable
  public mutating func transactionEnded(_ slot: TenantSlot) {
    let record = records.at(slot.index)
    precondition(record.pointee.running > 0, "a transaction ended that had not begun")
    record.pointee.running &-= 1
    // What it leaves free is to be given back, unless it is used again soon.
    if record.pointee.nextHeld == TenantRecord.notHeld
      && record.pointee.allowance != TenantRecord.unlimited
    {
      held.append(slot.index, in: records)
    }
  }

  /// Transactions of a tenant that are under way in this worker.
  public func running(_ slot: TenantSlot) -> Int { Int(records.at(slot.index).pointee.running) }

  // MARK: Bytes

  /// Bytes that were moved for a tenant: what is above its limit delays its next transactions, and
  /// makes its sessions rest (``pause(_:now:)``).
  @inlinable
  public mutating func charge(
    _ slot: TenantSlot, bytesIn: Int, bytesOut: Int, now: MonotonicTime
  ) {
    let record = records.at(slot.index)
    let roomIn = Int(record.pointee.roomIn) &- bytesIn
    let roomOut = Int(record.pointee.roomOut) &- bytesOut
    guard roomIn >= 0 && roomOut >= 0 else {
      return chargeShared(slot, bytesIn: bytesIn, bytesOut: bytesOut, now: now)
    }
    record.pointee.roomIn = Int32(truncatingIfNeeded: roomIn)
    record.pointee.roomOut = Int32(truncatingIfNeeded: roomOut)
  }
}

/// The tenants of which a worker holds something that it may have to give back: those that were added
/// since `since`, and those before, whose time has come. Linked by ``TenantRecord/nextHeld``.
@usableFromInline
struct HeldTenants: BitwiseCopyable {
  @usableFromInline var first: UInt32 = TenantRecord.endOfHeld
  @usableFromInline var last: UInt32 = TenantRecord.endOfHeld
  @usableFromInline var firstDue: UInt32 = TenantRecord.endOfHeld
  /// Not later than the first was added, in nanoseconds.
  @usableFromInline var since: UInt64 = 0
  /// The latest time known, in nanoseconds.
  @usableFromInline var latest: UInt64 = 0

  init() {}

  @inlinable
  mutating func append(_ index: UInt32, in records: borrowing StableArray<TenantRecord>) {
    records.at(index).pointee.nextHeld = TenantRecord.endOfHeld
    if first == TenantRecord.endOfHeld {
      first = index
      since = latest
    } else {
      records.at(last).pointee.nextHeld = index
    }
    last = index
  }

  /// Begins to give back what was added until now, where nothing else is due.
  mutating func turn() {
    guard firstDue == TenantRecord.endOfHeld else { return }
    firstDue = first
    first = TenantRecord.endOfHeld
    last = TenantRecord.endOfHeld
  }

  mutating func popDue(in records: borrowing StableArray<TenantRecord>) -> UInt32? {
    let index = firstDue
    if index == TenantRecord.endOfHeld { return nil }
    firstDue = records.at(index).pointee.nextHeld
    records.at(index).pointee.nextHeld = TenantRecord.notHeld
    return index
  }
}

/// The two ends of the list of tenants without sessions, oldest first.
struct IdleTenants: BitwiseCopyable {
  var first: UInt32 = .max
  var last: UInt32 = .max
  var count = 0

  mutating func append(_ index: UInt32, in details: borrowing StableArray<TenantDetails>) {
    details.at(index).pointee.previousIdle = last
    details.at(index).pointee.nextIdle = .max
    if last == .max { first = index } else { details.at(last).pointee.nextIdle = index }
    last = index
    count += 1
  }

  mutating func remove(_ index: UInt32, in details: borrowing StableArray<TenantDetails>) {
    let (previous, next) = (
      details.at(index).pointee.previousIdle, details.at(index).pointee.nextIdle
    )
    if previous == .max { first = next } else { details.at(previous).pointee.nextIdle = next }
    if next == .max { last = previous } else { details.at(next).pointee.previousIdle = previous }
    count -= 1
  }
}
