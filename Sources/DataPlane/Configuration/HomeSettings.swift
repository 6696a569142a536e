/// The pool that a router runs for.
public struct HomeSettings: Sendable, Equatable {
  /// The pool's id, as the map has it.
  public var pool: String
  /// The router's name among the pool's `routers`; nil where the pool gives each tenant all of them.
  public var router: String?

  /// Names the pool, and the router in it.
  public init(pool: String, router: String? = nil) {
    self.pool = pool
    self.router = router
  }
}

/// Workers that serve only the tenants whose policy has a label, with server connections of their own.
public struct DedicatedSettings: Sendable, Equatable {
  /// The label, as policies of the map have it.
  public var label: String
  /// How many workers, from 1.
  public var workers: Int
  /// Server connections of all of them to one instance, at least one for each; nil for any number.
  public var serversPerInstance: Int?
  /// Server connections that one of them keeps at most for one database, user and instance; nil for what the others keep.
  public var serversPerPool: Int?
  /// Client connections of the router's `clientConnections` that are kept for the label's tenants; nil where they share them with all.
  public var connections: Int?

  /// Names a label and how many workers are for it.
  public init(label: String, workers: Int) {
    self.label = label
    self.workers = workers
  }
}
