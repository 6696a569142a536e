internal import Routing
internal import ShardMap
internal import Synchronization

/// What the workers of one router share of its tenants' envelopes.
///
/// A worker joins a tenant with its first session and leaves a while after its last, under a lock; what
/// it takes and gives back in between it takes without one, from the tenant's ``TenantCell``. Tenants
/// that nothing limits have none, and cost the directory nothing. It must outlive its workers' tables;
/// they hold it.
///
/// Memory: 192 bytes a tenant, 64 for its name and some 16 of the index.
public final class TenantDirectory: Sendable {
  /// How many workers share it.
  public let workers: Int

  let state: Mutex<DirectoryState>
  /// What workers read and write without the lock.
  let common: DirectoryCommon

  /// A directory for this many workers, from 1.
  public init(workers: Int) {
    precondition(workers >= 1, "a directory needs a worker that it is for")
    self.workers = workers
    state = Mutex(DirectoryState())
    common = DirectoryCommon(workers: workers)
  }

  deinit { common.deallocate() }

  /// Takes over what this router may use of each tenant's regional limits. Any thread may.
  ///
  /// It counts from the next time that a worker takes some of a limit. What workers have of a rate already
  /// is used up, or given back within 16 ms. Server connections above a smaller share are given up as
  /// their transactions end, and client connections when they are closed. Costs a look-up for each named
  /// tenant.
  public func apply(_ shares: RegionalShares) {
    let now = MonotonicTime(nanoseconds: common.latest.pointee.load(ordering: .relaxed))
    let standard = common.standardShare.pointee.load(ordering: .relaxed)
    state.withLock { $0.apply(shares, oldStandard: standard, now: now) }
    common.standardShare.pointee.store(
      min(shares.standard, RegionalShares.whole.standard), ordering: .relaxed)
  }

  /// Leaves a tenant only a part of its transactions a second, and of their burst, 1...100 percent. Any
  /// thread may. A tenant without a limit of them has none still.
  ///
  /// At most ``AdmissionLimits/tightenedTenants`` are remembered; of one too many, nothing is.
  public func tighten(_ tenant: [UInt8], toPercent percent: UInt8) {
    setPercent(UInt32(min(max(percent, 1), 100)), of: tenant)
  }

  /// Undoes ``tighten(_:toPercent:)``.
  public func loosen(_ tenant: [UInt8]) { setPercent(100, of: tenant) }

  private func setPercent(_ percent: UInt32, of tenant: [UInt8]) {
    let now = MonotonicTime(nanoseconds: common.latest.pointee.load(ordering: .relaxed))
    let standard = common.standardShare.pointee.load(ordering: .relaxed)
    state.withLock { $0.setPercent(percent, of: tenant, standard: standard, now: now) }
  }

  // MARK: For the workers' tables

  /// A worker's first session of a tenant.
  func join(_ name: TenantName, hash: UInt64) -> UnsafeMutablePointer<TenantCell> {
    let now = common.latest.pointee.load(ordering: .relaxed)
    return state.withLock { $0.join(name, hash: hash, now: now) }
  }

  /// A worker has given back all that it had of a tenant, and forgets it.
  func leave(_ cell: UnsafeMutablePointer<TenantCell>, name: TenantName, hash: UInt64) {
    let place = cell.pointee.place
    state.withLock { $0.leave(place, name: name, hash: hash) }
  }
}

/// The words that workers look at when they take some of a limit.
///
/// Invariant that keeps the pointers safe: they are initialized here and live as long as the directory,
/// which every table holds.
struct DirectoryCommon: @unchecked Sendable {
  /// Parts per million of the limits of tenants that have no share of their own.
  let standardShare: UnsafeMutablePointer<Atomic<UInt32>>
  /// The latest time that a worker has said.
  let latest: UnsafeMutablePointer<Atomic<UInt64>>
  /// Tenants that workers want to be watched.
  let nominations: UnsafeMutablePointer<Nominations>
  private let workers: Int

  init(workers: Int) {
    self.workers = workers
    standardShare = .allocate(capacity: 1)
    standardShare.initialize(to: Atomic(RegionalShares.whole.standard))
    latest = .allocate(capacity: 1)
    latest.initialize(to: Atomic(0))
    nominations = .allocate(capacity: workers)
    for worker in 0..<workers { (nominations + worker).initialize(to: Nominations()) }
  }

  func deallocate() {
    standardShare.deinitialize(count: 1).deallocate()
    latest.deinitialize(count: 1).deallocate()
    nominations.deinitialize(count: workers).deallocate()
  }
}

/// What one router may use of the regional limits of tenants, in parts per million.
public struct RegionalShares: Hashable, Sendable {
  /// Of every tenant that is not named.
  public var standard: UInt32
  /// Of tenants by id.
  public var tenants: [[UInt8]: UInt32]

  /// Everything: there is no other router.
  public static let whole = RegionalShares(standard: 1_000_000, tenants: [:])

  /// Shares from their parts, each 0...1,000,000.
  public init(standard: UInt32, tenants: [[UInt8]: UInt32]) {
    self.standard = standard
    self.tenants = tenants
  }
}
