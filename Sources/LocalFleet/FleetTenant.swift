/// A tenant of a local fleet.
public struct FleetTenant: Sendable, Hashable {
  /// The tenant's id, which clients name.
  public let id: String
  /// The tenant's database on its shard: never the same text as the id, so that a router that
  /// forgets to rewrite the name is noticed.
  public let database: String
  /// The id of its shard.
  public let shard: String

  /// A tenant from its parts.
  public init(id: String, database: String, shard: String) {
    self.id = id
    self.database = database
    self.shard = shard
  }

  /// The same tenant on another shard.
  public func moved(to shard: String) -> FleetTenant {
    FleetTenant(id: id, database: database, shard: shard)
  }

  /// `count` tenants, dealt to `shards` in turn.
  static func deal(_ count: Int, to shards: [String]) -> [FleetTenant] {
    let names = ["acme", "birch", "cedar", "dune", "ember", "fjord"]
    return (0..<count).map { index in
      let id = index < names.count ? names[index] : "tenant-\(index + 1)"
      return FleetTenant(id: id, database: "\(id)_data", shard: shards[index % shards.count])
    }
  }
}
