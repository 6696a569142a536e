internal import Routing
internal import ShardMap
internal import Synchronization

/// What a directory's lock guards: which tenant has which cell.
///
/// Invariant that keeps the pointers safe: cells and names never move, and every place in the index, in
/// `free` and in `watched` is one of theirs.
struct DirectoryState: ~Copyable {
  /// Keys the hash of all directories' indexes and all tables'. Tenants' ids come from the map, not
  /// from clients, so that nobody can choose many of one hash.
  static let hashKey: UInt64 = 0x5AFE_7E4A_4715_0001

  private var cells = StableArray<TenantCell>()
  private var names = StableArray<TenantName>()
  private var index = PlaceIndex()
  private var free: [UInt32] = []
  private var shares = RegionalShares.whole
  /// Tenants' ids with what is left of their transactions a second, where that is not all.
  private var percents: [[UInt8]: UInt32] = [:]
  var watched: [WatchedTenant] = []

  func cell(at place: UInt32) -> UnsafeMutablePointer<TenantCell> { cells.at(place) }

  func name(at place: UInt32) -> [UInt8] { names.at(place).pointee.bytes }

  mutating func join(
    _ name: TenantName, hash: UInt64, now: UInt64
  ) -> UnsafeMutablePointer<TenantCell> {
    if let cell = find(name, hash: hash) {
      cell.pointee.members.store(
        cell.pointee.members.load(ordering: .relaxed) + 1, ordering: .relaxed)
      return cell
    }
    let place = freshPlace(for: name)
    index.insert(hash, place: place)
    let cell = cells.at(place)
    let id = name.bytes
    cell.pointee.members.store(1, ordering: .relaxed)
    cell.pointee.share.store(shares.tenants[id] ?? TenantCell.none, ordering: .relaxed)
    cell.pointee.percent.store(percents[id] ?? 100, ordering: .relaxed)
    if let share = shares.tenants[id] {
      watch(
        place, generation: cell.pointee.generation.load(ordering: .relaxed), share: share,
        isNear: false, now: now)
    }
    return cell
  }

  mutating func leave(_ place: UInt32, name: TenantName, hash: UInt64) {
    let cell = cells.at(place)
    let members = cell.pointee.members.load(ordering: .relaxed) - 1
    cell.pointee.members.store(members, ordering: .relaxed)
    if members > 0 { return }
    index.remove(hash, place: place)
    let generation = cell.pointee.generation.load(ordering: .relaxed) &+ 1
    cell.initialize(to: TenantCell(place: place))
    cell.pointee.generation.store(generation, ordering: .relaxed)
    free.append(place)
  }

  /// Takes over shares, in place of those before and their standard one. What was wanted until now is
  /// measured before: under other shares it would look like more or less.
  mutating func apply(_ new: RegionalShares, oldStandard: UInt32, now: MonotonicTime) {
    lookAtWatched(now: now.nanoseconds, standard: oldStandard)
    for id in shares.tenants.keys where new.tenants[id] == nil {
      find(id)?.pointee.setShare(
        nil, oldStandard: oldStandard, newStandard: new.standard, now: now)
    }
    for (id, share) in new.tenants {
      guard let cell = find(id) else { continue }
      cell.pointee.setShare(
        min(share, RegionalShares.whole.standard), oldStandard: oldStandard,
        newStandard: new.standard, now: now)
      watch(
        cell.pointee.place, generation: cell.pointee.generation.load(ordering: .relaxed),
        share: share, isNear: false, now: now.nanoseconds)
    }
    shares = new
  }

  /// The tenants that have a share of their own and no session here: they want nothing of it.
  var absent: [TenantDemand] {
    shares.tenants.compactMap { id, share in
      find(id) == nil ? TenantDemand(tenant: id, wanted: 0, share: share) : nil
    }
  }

  /// Leaves a tenant so many percent of its transactions; `standard` is the share of one that has none of its own.
  mutating func setPercent(
    _ percent: UInt32, of id: [UInt8], standard: UInt32, now: MonotonicTime
  ) {
    if percent >= 100 {
      percents[id] = nil
    } else {
      guard percents[id] != nil || percents.count < AdmissionLimits.tightenedTenants else { return }
      percents[id] = percent
    }
    guard let cell = find(id) else { return }
    cell.pointee.percent.store(percent, ordering: .relaxed)
    cell.pointee.capDebt(share: cell.pointee.share(standard: standard), now: now)
  }

  private func find(_ name: TenantName, hash: UInt64) -> UnsafeMutablePointer<TenantCell>? {
    guard let place = index.find(hash, where: { names.at($0).pointee.isEqual(to: name) }) else {
      return nil
    }
    return cells.at(place)
  }

  private func find(_ id: [UInt8]) -> UnsafeMutablePointer<TenantCell>? {
    guard (1...TenantName.longest).contains(id.count) else { return nil }
    return find(
      TenantName(id.span.bytes), hash: TenantDigest.of(id.span.bytes, key: Self.hashKey))
  }

  private mutating func freshPlace(for name: TenantName) -> UInt32 {
    if let place = free.popLast() {
      names.at(place).pointee = name
      return place
    }
    let place = cells.append(TenantCell(place: UInt32(cells.count)))
    _ = names.append(name)
    return place
  }
}
