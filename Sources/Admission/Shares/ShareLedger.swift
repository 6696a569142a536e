/// The routers of one pool and their shares of its tenants' limits: what a control plane goes by when it
/// answers a router's report.
///
/// Each answer changes only what is kept of the router that reports. Over all routers that are known, what
/// they may be using of a limit is never more than the whole: a share that shrinks is free for others when
/// its router goes by the smaller one, or has not been heard of for longer than its lease. It goes by that
/// although more may be open there of what is counted, which ends by and by and is not told.
public struct ShareLedger: Hashable, Sendable {
  /// What the map says of the pool.
  public var shape: PoolShape
  /// The routers by their names in the fleet.
  public private(set) var members: [[UInt8]: ShareMember]

  /// A ledger with the routers that are known already.
  public init(shape: PoolShape = PoolShape(), members: [[UInt8]: ShareMember] = [:]) {
    self.shape = shape
    self.members = members
  }

  /// Notes what a router reports and tells it its shares.
  ///
  /// A router that nobody has heard of keeps what it has been using, up to an equal part, though the others
  /// may still hold all: they hear of it with their next reports.
  ///
  /// - Parameters:
  ///   - report: what it says; of more demands than ``ShareLimits/tenants`` the first are read, and a share
  ///     of more than the whole counts as that.
  ///   - now: the time in milliseconds, on the clock that all answers go by.
  ///   - lease: how long the router's shares stay with it if it is not heard of again, in milliseconds.
  /// - Returns: what the router is to go by; its number grows when that changes.
  /// - Complexity: the routers times the tenants whose shares are told.
  public mutating func answer(_ report: ShareReport, now: Int64, lease: Int64) -> ShareGrant {
    let report = report.plausible
    members = members.filter { $0.value.expires > now }
    var member = members[report.router] ?? .unknown(using: report.standard)
    member.name = report.name
    member.expires = now + lease
    listen(&member, to: report)
    members[report.router] = member
    let before = member.grant
    grantStandard(&member, router: report.router)
    grantTenants(&member, router: report.router)
    if member.number == 0 || member.grant != before {
      member.number = max(member.number + 1, UInt64(clamping: now))
    }
    members[report.router] = member
    return member.grant
  }

  // MARK: What a router says

  private func listen(_ member: inout ShareMember, to report: ShareReport) {
    let isConfirmed = report.grant > 0 && report.grant == member.number
    if isConfirmed {
      member.confirm()
    } else {
      member.standard.use(report.standard)
    }
    member.noteSilence()
    var room = ShareLimits.tenants - namedTenants.count
    for demand in report.demands {
      if member.tenants[demand.tenant] == nil {
        let isNamed = members.values.contains { $0.tenants[demand.tenant] != nil }
        // One that was told another share by a ledger that nobody has any more still goes by that.
        let isHeld = !isConfirmed && demand.share > member.standard.held
        guard isNamed || (room > 0 && (isHeld || wantsMore(demand, than: member.standard.granted)))
        else { continue }
        if !isNamed { room -= 1 }
      }
      member.note(demand, isConfirmed: isConfirmed)
    }
  }

  private func wantsMore(_ demand: TenantDemand, than share: UInt32) -> Bool {
    share < ShareLimits.whole && demand.isHungry
  }

  /// Tenants of whom some router was told another share than its standard one.
  var namedTenants: Set<[UInt8]> {
    members.values.reduce(into: []) { $0.formUnion($1.tenants.keys) }
  }
}

extension ShareMember {
  /// A router that is heard of for the first time, and goes by what it knows itself.
  fileprivate static func unknown(using standard: UInt32) -> ShareMember {
    let share = min(standard, ShareLimits.whole)
    return ShareMember(
      name: [], expires: 0, number: 0, standard: Lease(granted: share, held: share))
  }

  /// The router goes by its last grant.
  fileprivate mutating func confirm() {
    standard.confirm()
    for tenant in tenants.keys { tenants[tenant]?.lease.confirm() }
  }

  /// A report has come; whom it speaks of is noted afterwards.
  fileprivate mutating func noteSilence() {
    for (name, tenant) in tenants {
      tenants[name]?.silence = min(tenant.silence + 1, ShareLimits.silentReports)
    }
  }

  fileprivate mutating func note(_ demand: TenantDemand, isConfirmed: Bool) {
    var tenant = tenants[demand.tenant] ?? Tenant(lease: standard)
    tenant.wanted = demand.wanted
    tenant.isHungry = demand.isHungry
    tenant.silence = 0
    if number == 0 {
      // It is heard of for the first time: nobody else knows what it goes by.
      tenant.lease = Lease(granted: demand.share, held: demand.share)
    } else if !isConfirmed {
      tenant.lease.use(demand.share)
    }
    tenants[demand.tenant] = tenant
  }
}

extension ShareReport {
  /// What is read of it: nobody has proven that it makes sense.
  fileprivate var plausible: ShareReport {
    var report = self
    report.standard = min(standard, ShareLimits.whole)
    report.demands = demands.prefix(ShareLimits.tenants).map { demand in
      var demand = demand
      demand.share = min(demand.share, ShareLimits.whole)
      return demand
    }
    return report
  }
}

extension TenantDemand {
  /// Whether it may want more than it shows: its share may hold it back.
  var isHungry: Bool {
    UInt64(wanted) * 100 >= UInt64(share) * ShareLimits.hungryPercent
  }
}
