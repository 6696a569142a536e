/// What is known of one router of a pool: what it may be using of tenants' limits, and what it wants.
public struct ShareMember: Hashable, Sendable {
  /// A part of a limit, in parts per million.
  public struct Lease: Hashable, Sendable {
    /// What the router was told last.
    public var granted: UInt32
    /// The most that it may be using: it may not have heard the last word yet.
    public var held: UInt32

    /// A lease from its parts, of which more than the whole counts as that.
    public init(granted: UInt32, held: UInt32) {
      self.granted = min(granted, ShareLimits.whole)
      self.held = min(held, ShareLimits.whole)
    }
  }

  /// What is known of one tenant there.
  public struct Tenant: Hashable, Sendable {
    /// What it wanted when the router last spoke of it, in parts per million of its limit.
    public var wanted: UInt32
    /// Whether the share may have held it back then.
    public var isHungry: Bool
    /// Reports since then, up to ``ShareLimits/silentReports``.
    public var silence: UInt8
    /// Its share.
    public var lease: Lease

    /// A tenant from its parts.
    public init(wanted: UInt32, isHungry: Bool, silence: UInt8, lease: Lease) {
      self.wanted = wanted
      self.isHungry = isHungry
      self.silence = silence
      self.lease = lease
    }
  }

  /// The name that the map gives it; empty for none.
  public var name: [UInt8]
  /// When its lease ends, on the caller's clock in milliseconds.
  public var expires: Int64
  /// The number of its last grant; 0 before the first.
  public var number: UInt64
  /// Its share of tenants that it was told nothing of.
  public var standard: Lease
  /// The tenants that it was told another share of.
  public var tenants: [[UInt8]: Tenant]

  /// A member from its parts.
  public init(
    name: [UInt8], expires: Int64, number: UInt64, standard: Lease,
    tenants: [[UInt8]: Tenant] = [:]
  ) {
    self.name = name
    self.expires = expires
    self.number = number
    self.standard = standard
    self.tenants = tenants
  }

  /// Its share of a tenant.
  func lease(of tenant: [UInt8]) -> Lease { tenants[tenant]?.lease ?? standard }

  /// Its grant as it was told.
  var grant: ShareGrant {
    ShareGrant(
      number: number,
      shares: RegionalShares(
        standard: standard.granted, tenants: tenants.mapValues(\.lease.granted)))
  }
}

extension ShareMember.Lease {
  /// The router goes by what it was told last.
  mutating func confirm() { held = granted }

  /// The router says that it uses so much, and may still hear of what it was told.
  mutating func use(_ share: UInt32) { held = max(held, share) }

  /// The router is told something else.
  mutating func grant(_ share: UInt32) {
    granted = share
    held = max(held, share)
  }
}
