import DataPlane
import ShardMap

/// What the main thread tells the control plane of the router's map.
struct RouterNews {
  private let router: Router
  private var applied: AppliedMap?

  init(_ router: Router) { self.router = router }

  /// Tells of the map that all workers use, once.
  mutating func look() {
    guard let newest = router.appliedMap, newest != applied else { return }
    applied = newest
    router.outbox.put(.mapApplied(newest))
  }

  /// Tells of a map that was not taken.
  func refused(_ refusal: MapRefusal) {
    router.outbox.put(.mapRefused(refusal, keeping: router.map.header.mapVersion))
  }
}
