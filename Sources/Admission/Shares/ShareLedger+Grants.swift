import ShardMap

/// What a router is told.
extension ShareLedger {
  /// Its share of tenants that are not named: an equal part, as far as it is free.
  func grantStandard(_ member: inout ShareMember, router: [UInt8]) {
    let equal = shape.equalPart(routers: members.count)
    // Of a tenant's other routers, the ones that hold the most.
    let others = members.filter { $0.key != router }.map(\.value.standard.held).sorted(by: >)
    let held = others.prefix(shape.holders(among: members.count) - 1).reduce(into: 0 as UInt64) {
      $0 += UInt64($1)
    }
    let free = ShareLimits.whole - min(ShareLimits.whole, UInt32(clamping: held))
    member.standard.grant(min(equal, max(free, member.standard.held)))
  }

  /// Its shares of tenants by name.
  mutating func grantTenants(_ member: inout ShareMember, router: [UInt8]) {
    for name in namedTenants {
      let holders = holders(of: name)
      guard holders.contains(router) else {
        member.tenants[name] = nil
        continue
      }
      var tenant = member.tenants[name] ?? ShareMember.Tenant(lease: member.standard)
      let others = holders.filter { $0 != router }.compactMap { members[$0] }
      let free = others.reduce(ShareLimits.whole) { $0 - min($0, $1.lease(of: name).held) }
      let isContended = ([member] + others).contains { $0.presses(for: name) }
      let target =
        isContended
        ? part(of: name, for: tenant, beside: others) : member.standard.granted
      let share = min(target, max(free, tenant.lease.held))
      if !isContended || tenant.lease.isWorthChanging(to: share) { tenant.lease.grant(share) }
      let isOver =
        !isContended && tenant.lease == member.standard
        && member.standard.held == member.standard.granted
      member.tenants[name] = isOver ? nil : tenant
    }
  }

  /// What a tenant should get at one router, when it is contended between that and others.
  private func part(
    of name: [UInt8], for tenant: ShareMember.Tenant, beside others: [ShareMember]
  ) -> UInt32 {
    let running = others.count + 1
    let expected = max(running, shape.holders(among: max(shape.routers.count, members.count)))
    let floor = ShareLimits.whole / (UInt32(clamping: expected) * ShareLimits.floorsOfEqual)
    let tenants = [tenant] + others.map { $0.tenants[name] ?? .init(lease: $0.standard) }
    let demands = tenants.map { ShareDivision.Demand(part: $0.demand, isHungry: $0.isHungry) }
    // Routers of the map that don't run find their floors free when they start.
    let capacity = ShareLimits.whole - floor * UInt32(clamping: expected - running)
    return ShareDivision.parts(demands, floor: floor, capacity: capacity)[0]
  }

  /// The routers, of those that are known, that serve a tenant.
  private func holders(of tenant: [UInt8]) -> Set<[UInt8]> {
    guard shape.isShuffled else { return Set(members.keys) }
    let serving = ShuffleShard.routers(
      of: tenant.span.bytes, among: shape.routers, count: shape.routersPerTenant)
    let names = Set(serving.map { shape.routers[$0] })
    return Set(members.filter { names.contains($0.value.name) }.keys)
  }
}

extension ShareMember {
  /// Whether a tenant wants something else here than an equal part.
  fileprivate func presses(for name: [UInt8]) -> Bool {
    guard let tenant = tenants[name], tenant.silence < ShareLimits.silentReports else {
      return false
    }
    return tenant.isHungry || tenant.comfortable > standard.granted
  }
}

extension ShareMember.Tenant {
  /// One that its router has not spoken of.
  init(lease: ShareMember.Lease) {
    self.init(wanted: 0, isHungry: false, silence: 1, lease: lease)
  }

  /// What it wants, and some headroom.
  fileprivate var comfortable: UInt32 {
    let wanted = UInt64(wanted) * (100 + ShareLimits.headroomPercent) / 100
    return UInt32(min(wanted, UInt64(ShareLimits.whole)))
  }

  /// What it asks for when its limit is divided.
  ///
  /// One that its router doesn't speak of uses less than half of what it has: it keeps half of it, then
  /// a quarter of that, then the floor.
  fileprivate var demand: UInt32 {
    switch silence {
    case 0 where isHungry: max(comfortable, min(ShareLimits.whole, lease.granted * 2))
    case 0: comfortable
    case ShareLimits.silentReports...: 0
    default: lease.granted >> silence
    }
  }
}

extension ShareMember.Lease {
  /// Less is always told: others may wait for it.
  fileprivate func isWorthChanging(to share: UInt32) -> Bool {
    share < granted || share - granted > granted / ShareLimits.noiseOfShare
  }
}
