import ControlPlane
import MapExchange

/// A fleet in dictionaries, for tables of decisions.
final class MemoryFleet: FleetView {
  private(set) var resources: [ResourceKey: StoredResource] = [:]

  /// A fleet after changes that are accepted.
  init(_ changes: [Change]) throws {
    for change in changes { try apply(change) }
  }

  @discardableResult
  func apply(_ change: Change, counters: Fleet.Counters = .kept) throws -> ResourceEvent? {
    let event = try Fleet.decide(change, in: self, counters: counters)
    if let event {
      resources[change.key] = StoredResource(
        version: event.version, resource: event.resource, isLive: event.kind != .deleted)
    }
    return event
  }

  private var live: [StoredResource] { resources.values.filter(\.isLive) }

  func stored(_ key: ResourceKey) -> StoredResource? { resources[key] }

  func referrers(of key: ResourceKey) -> [ResourceKind: Int] {
    live.reduce(into: [:]) { counts, stored in
      let named = stored.resource.references.filter { $0.target == key }.count
      if named > 0 { counts[stored.resource.key.kind, default: 0] += named }
    }
  }

  func holder(of claim: Claim) -> ResourceKey? {
    live.first { $0.resource.claims.contains(claim) }?.resource.key
  }

  func count(of kind: ResourceKind) -> Int { live.filter { $0.resource.key.kind == kind }.count }
}
