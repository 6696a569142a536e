import HotTenants
public import Routing

/// What may be read of a running router, by any thread and without asking a worker.
extension Router {
  /// How the map in force stands now.
  public var freshness: MapFreshness {
    contexts.first.map { $0.freshness.freshness(at: LiveClock.now) } ?? .unruled
  }

  /// What is known of the tenants that do most.
  public var tenantReport: TenantReport { contexts.first?.inbox.newest ?? TenantReport() }

  /// The shards that are not normal, by name.
  public var modes: [ModeBook.Row] { contexts.first?.modes.rows ?? [] }

  /// What probes know of an instance of the map in force, with that map.
  public var edition: MapEdition { mapSlot.edition }

  /// How many sessions each worker has.
  public var sessionCounts: [Int] { contexts.map(\.load.sessions) }

  /// The shards' ids by their numbers in reports.
  public var shardNames: [String] { contexts[0].shards.names }

  /// Asks all workers for a census; each answers in its report, in a few turns.
  public func askForCensus(_ number: UInt64) {
    for context in contexts { context.askForCensus(number) }
  }

  /// Which workers serve whom.
  public var groups: WorkerGroups { contexts[0].groups }
}
