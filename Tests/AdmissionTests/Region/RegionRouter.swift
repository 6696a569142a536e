import Admission
import Routing
import ShardMap

/// A router of the simulated region: a directory, a table for each worker with all tenants joined, and the
/// last grant it was told.
final class RegionRouter {
  let name: [UInt8]
  let workers: Int
  let directory: TenantDirectory
  /// Whether it and the control plane hear each other.
  var isConnected = true
  private(set) var grant = ShareGrant(number: 0, shares: .whole)
  private let tables: UnsafeMutablePointer<TenantTable>
  /// What its file beside the freshness page says. It is written once a second, and as soon as other shares
  /// are in force; the sidecar sends it at times of its own.
  private(set) var written: ShareReport
  private var nextWriting: MonotonicTime
  private var nextSending: MonotonicTime
  private var slots: [[TenantSlot]] = []
  private var random: RandomSource
  /// By tenant, who came first first.
  private var waiting: [[Waiting]]

  private struct Waiting {
    let worker: Int
    let deadline: MonotonicTime
    var wasRefused: Bool
  }

  init(
    name: [UInt8], workers: Int, tenants: [RegionTenant], bootstrapShare: UInt32,
    now: MonotonicTime, seed: UInt64
  ) {
    self.name = name
    self.workers = workers
    directory = TenantDirectory(workers: workers)
    grant.shares = RegionalShares(standard: bootstrapShare, tenants: [:])
    written = ShareReport(router: name, name: name, standard: bootstrapShare)
    nextWriting = now
    directory.apply(grant.shares)
    random = RandomSource(seed: seed)
    nextSending = now.advanced(byNanoseconds: UInt64(random.index(below: 1_000)) * 1_000_000)
    waiting = Array(repeating: [], count: tenants.count)
    tables = .allocate(capacity: workers)
    for worker in 0..<workers {
      (tables + worker).initialize(to: TenantTable(directory: directory, worker: worker))
      slots.append([])
      for tenant in tenants {
        let id = tenant.id
        slots[worker].append(
          tables[worker].join(id.span.bytes, envelope: tenant.envelope, use: .full, now: now))
      }
    }
  }

  deinit { tables.deinitialize(count: workers).deallocate() }

  /// A transaction of a tenant comes to any of the workers, behind those that wait. One too many is refused.
  func offer(tenant: Int, until deadline: MonotonicTime) {
    guard waiting[tenant].count < 100 else { return }
    waiting[tenant].append(
      Waiting(worker: random.index(below: workers), deadline: deadline, wasRefused: false))
  }

  /// So many clients of a tenant have a transaction each, and begin the next one when it is over.
  func keep(clients: Int, of tenant: Int, until deadline: MonotonicTime) {
    while waiting[tenant].count < clients { offer(tenant: tenant, until: deadline) }
  }

  /// Begins what may begin of a tenant's transactions, each of which ends at once, and refuses those that
  /// have waited too long.
  ///
  /// - Returns: how many were begun.
  func serve(tenant: Int, now: MonotonicTime) -> Int {
    var begun = 0
    var done = 0
    for index in waiting[tenant].indices {
      let transaction = waiting[tenant][index]
      if transaction.deadline > now {
        guard admit(tenant, transaction, now: now) else {
          waiting[tenant][index].wasRefused = true
          break
        }
        begun += 1
      }
      done += 1
    }
    waiting[tenant].removeFirst(done)
    return begun
  }

  private func admit(_ tenant: Int, _ transaction: Waiting, now: MonotonicTime) -> Bool {
    let slot = slots[transaction.worker][tenant]
    guard
      tables[transaction.worker].admitTransaction(
        slot, now: now, isRetry: transaction.wasRefused) == .admitted
    else { return false }
    tables[transaction.worker].transactionEnded(slot)
    return true
  }

  func doChores(now: MonotonicTime) {
    for worker in 0..<workers {
      if let next = tables[worker].nextChore, next <= now { tables[worker].giveBack(now: now) }
    }
  }

  /// Writes its file and reports to the control plane when it is time, and goes by the answer, if they hear
  /// each other.
  func exchange(with ledger: inout ShareLedger, now: MonotonicTime, lease: Int64) {
    if now >= nextWriting { write(now: now) }
    guard now >= nextSending else { return }
    nextSending = now.advanced(byNanoseconds: UInt64(1_000 + random.index(below: 30)) * 1_000_000)
    guard isConnected else { return }
    let answer = ledger.answer(written, now: Int64(now.nanoseconds / 1_000_000), lease: lease)
    guard answer != grant else { return }
    grant = answer
    directory.apply(grant.shares)
    write(now: now)
  }

  private func write(now: MonotonicTime) {
    nextWriting = now.advanced(byNanoseconds: 1_000_000_000)
    written = ShareReport(
      router: name, name: name, grant: grant.number, standard: grant.shares.standard,
      demands: directory.demands(limit: ShareLimits.tenants, now: now))
  }
}

/// A tenant of the simulated region.
struct RegionTenant {
  let id: [UInt8]
  let envelope: Envelope
  /// What it offers, in transactions a second, to each of the routers.
  var offered: [Double] = []
  /// Its clients at each of the routers, that wait for the end of one transaction before the next.
  var clients: [Int] = []
  /// Since when it offers that, in milliseconds.
  var since: UInt64 = 0

  var rate: Double { Double(envelope.transactionsPerSecond ?? 0) }
  var burst: Double { Double(envelope.transactionBurst) }
}
