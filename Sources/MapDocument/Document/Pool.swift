public import ShardMap

/// A group of routers.
public struct Pool: Hashable, Sendable {
  /// Unique among pools.
  public var id: String
  /// Whether it serves only the tenants that name it.
  public var dedicated: Bool
  /// What its routers do with tenants of other pools; `refuse` when the document doesn't say.
  public var foreign: ForeignTenants
  /// The names of its routers; empty where the document doesn't say.
  public var routers: [String]
  /// How many of ``routers`` serve one tenant; 0 for all.
  public var routersPerTenant: Int
  /// Where sessions for the pool are relayed to, in order of preference, such as
  /// `192.0.2.7:6432`; names aren't resolved.
  public var addresses: [String]

  /// A pool from its parts.
  public init(
    id: String, dedicated: Bool, foreign: ForeignTenants = .refuse, routers: [String] = [],
    routersPerTenant: Int = 0, addresses: [String] = []
  ) {
    self.id = id
    self.dedicated = dedicated
    self.foreign = foreign
    self.routers = routers
    self.routersPerTenant = routersPerTenant
    self.addresses = addresses
  }
}
