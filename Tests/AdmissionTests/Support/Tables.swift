import Routing
import ShardMap
import Synchronization

@testable import Admission

/// A router with one tenant: a table and the tenant's slot in it for each worker.
///
/// An object, so that tests may call tables in any order; each test has its own, in one thread.
final class OneTenant {
  let id: [UInt8]
  let directory: TenantDirectory
  private(set) var slots: [TenantSlot] = []
  private let tables: UnsafeMutablePointer<TenantTable>

  init(_ envelope: Envelope, use: EnvelopeUse = .full, workers: Int = 1) {
    let id = Array("tenant".utf8)
    self.id = id
    directory = TenantDirectory(workers: workers)
    tables = .allocate(capacity: workers)
    for worker in 0..<workers {
      (tables + worker).initialize(to: TenantTable(directory: directory, worker: worker))
      slots.append(
        tables[worker].join(id.span.bytes, envelope: envelope, use: use, now: .origin))
    }
  }

  deinit { tables.deinitialize(count: slots.count).deallocate() }

  func admit(_ worker: Int = 0, now: MonotonicTime) -> TransactionAdmission {
    tables[worker].admitTransaction(slots[worker], now: now)
  }

  /// Begins and ends a transaction; false when it may not begin.
  func run(_ worker: Int = 0, now: MonotonicTime) -> Bool {
    guard admit(worker, now: now) == .admitted else { return false }
    end(worker)
    return true
  }

  /// How many transactions can be begun and ended at once, one after the other.
  func runAll(_ worker: Int = 0, now: MonotonicTime) -> Int {
    var count = 0
    while run(worker, now: now) { count += 1 }
    return count
  }

  func end(_ worker: Int = 0) { tables[worker].transactionEnded(slots[worker]) }

  func connect(_ worker: Int = 0, now: MonotonicTime = .origin) -> ConnectionAdmission {
    tables[worker].admitConnection(slots[worker], now: now)
  }

  func disconnect(_ worker: Int = 0) { tables[worker].connectionEnded(slots[worker]) }

  func charge(_ worker: Int = 0, bytesIn: Int = 0, bytesOut: Int = 0, now: MonotonicTime) {
    tables[worker].charge(slots[worker], bytesIn: bytesIn, bytesOut: bytesOut, now: now)
  }

  func pause(_ worker: Int = 0, now: MonotonicTime) -> MonotonicTime? {
    tables[worker].pause(slots[worker], now: now)
  }

  func adapt(
    _ worker: Int = 0, to envelope: Envelope, use: EnvelopeUse = .full,
    now: MonotonicTime = .origin
  ) {
    tables[worker].adapt(slots[worker], to: envelope, use: use, now: now)
  }

  var nextChore: MonotonicTime? { tables[0].nextChore }

  /// Does all chores that are due at a time.
  func giveBack(_ worker: Int = 0, now: MonotonicTime) {
    while let next = tables[worker].nextChore, next <= now {
      tables[worker].giveBack(now: now)
    }
  }

  /// The cell that the workers share.
  var unitsTaken: Int {
    directory.state.withLock { Int($0.cell(at: 0).pointee.unitsTaken.load(ordering: .relaxed)) }
  }
}

extension OneTenant {
  /// Whether nothing is held of a tenant that nothing limits.
  var unlimitedNeedsNoChore: Bool { nextChore == nil }
}
