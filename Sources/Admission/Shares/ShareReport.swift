/// What a router says of its shares and of what its tenants want.
public struct ShareReport: Hashable, Sendable {
  /// The router, by a name of its own in the whole fleet.
  public var router: [UInt8]
  /// The name that the map's pool gives it; empty for none.
  public var name: [UInt8]
  /// The number of the grant that it goes by; 0 for none.
  public var grant: UInt64
  /// Its share of every tenant that it was not told another one of, in parts per million.
  public var standard: UInt32
  /// The tenants that use half their share there or want more, and those that have one of their own; about
  /// others it says nothing.
  public var demands: [TenantDemand]

  /// A report from its parts.
  public init(
    router: [UInt8], name: [UInt8] = [], grant: UInt64 = 0, standard: UInt32,
    demands: [TenantDemand] = []
  ) {
    self.router = router
    self.name = name
    self.grant = grant
    self.standard = standard
    self.demands = demands
  }
}

/// What a router is told to go by until it is told something else.
public struct ShareGrant: Hashable, Sendable {
  /// Grows whenever the shares change.
  public var number: UInt64
  /// The shares.
  public var shares: RegionalShares

  /// A grant from its parts.
  public init(number: UInt64, shares: RegionalShares) {
    self.number = number
    self.shares = shares
  }
}
