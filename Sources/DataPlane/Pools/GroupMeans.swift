/// What the workers of a group share and others don't: so a flood at one group takes nothing from another.
struct GroupMeans {
  /// The router's settings, with the group's own limits of pools.
  let settings: RouterSettings
  let budget: ConnectionBudget
  /// Nil where nothing bounds the group's connections to one instance.
  let caps: CapTable?

  /// The client connections of a group by other settings than it began with.
  static func connections(ofGroup number: Int, _ settings: RouterSettings) -> Int {
    if let own = settings.rules(ofGroup: number)?.connections { return own }
    let reserved = settings.dedicated.reduce(0) { $0 + ($1.connections ?? 0) }
    return max(1, settings.limits.clientConnections - reserved)
  }

  /// The means of all groups, in their order. A group that has no client connections of its own shares those of the first.
  static func all(_ groups: WorkerGroups, _ settings: RouterSettings) -> [GroupMeans] {
    let reserved = groups.groups.reduce(0) { $0 + ($1.rules?.connections ?? 0) }
    let shared = ConnectionBudget(limit: settings.limits.clientConnections - reserved)
    return groups.groups.map { group in
      let own = settings.ofGroup(group.rules)
      let caps = own.pooling.serversPerInstance.map {
        CapTable(limit: $0, workers: group.workers.count)
      }
      let budget = group.rules?.connections.map { ConnectionBudget(limit: $0) } ?? shared
      return GroupMeans(settings: own, budget: budget, caps: caps)
    }
  }
}

extension RouterSettings {
  /// The limits of a group of workers, by its number; nil for those that serve everybody else.
  func rules(ofGroup number: Int) -> DedicatedSettings? {
    dedicated.indices.contains(number - 1) ? dedicated[number - 1] : nil
  }

  /// The same settings with the limits of pools that a group has of its own.
  func ofGroup(_ rules: DedicatedSettings?) -> RouterSettings {
    guard let rules else { return self }
    var own = self
    own.pooling.serversPerInstance = rules.serversPerInstance
    own.pooling.serversPerPool = rules.serversPerPool ?? pooling.serversPerPool
    return own
  }
}
