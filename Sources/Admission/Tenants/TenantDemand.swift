/// What one tenant wants of one router.
public struct TenantDemand: Hashable, Sendable {
  /// The tenant.
  public var tenant: [UInt8]
  /// What it wanted lately, relative to its whole regional limit, in parts per million: refused and
  /// delayed work included; of its limits the one that it comes nearest to. May be above a million. At
  /// least a million if its clients waited for its rate most of the time.
  public var wanted: UInt32
  /// Its share of the regional limit here while that was wanted, in parts per million.
  public var share: UInt32

  /// A demand from its parts.
  public init(tenant: [UInt8], wanted: UInt32, share: UInt32) {
    self.tenant = tenant
    self.wanted = wanted
    self.share = share
  }
}
