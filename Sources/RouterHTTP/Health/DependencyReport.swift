internal import DataPlane
internal import Foundation
internal import Routing
internal import ShardMap

/// What the router depends on, and how that is: for people. Nothing decides by it.
struct DependencyReport: Encodable {
  /// How much of a long list is told.
  static let longestList = 50
  /// A primary whose last answer to a probe is older is not known to be there.
  static let sampleLimit: UInt64 = 10_000_000_000

  struct MapState: Encodable {
    let version: UInt64
    let tenants: Int
    /// Since the control plane confirmed it; nil where nobody knows.
    let ageSeconds: Double?
    /// By class of data: `fresh`, `stale`, `near` or `expired`, by the strictest policy.
    let classes: [String: String]
  }

  struct ControlPlane: Encodable {
    /// Whether a freshness page tells of it.
    let isWatched: Bool
    let isReachable: Bool
  }

  struct Shards: Encodable {
    let count: Int
    /// Those of whose primary probes know nothing good; nil where there are no probes.
    let withoutHealthyPrimary: Int?
    /// The first of them.
    let names: [String]
  }

  let phase: String
  let isReady: Bool
  let clients: Int
  let map: MapState
  let controlPlane: ControlPlane
  let shards: Shards
  let certificates: [CertificateExpiry]

  /// Reads all of it: microseconds for each shard.
  init(of view: RouterView, certificates: [CertificateExpiry], now: MonotonicTime = LiveClock.now) {
    let router = view.router
    let edition = view.edition
    let freshness = view.freshness
    phase = router.lifecycle.phase.name
    isReady = router.isReady
    clients = router.sessionCount
    map = MapState(
      version: edition.map.header.mapVersion, tenants: edition.map.counts.tenants,
      ageSeconds: freshness.age.milliseconds.map { Double($0) / 1000 },
      classes: Self.classes(freshness, edition.map))
    controlPlane = ControlPlane(isWatched: freshness.isRuled, isReachable: freshness.isReachable)
    shards = Self.shards(edition, isProbed: view.probes != nil, now: now)
    self.certificates = certificates
  }

  /// The report as JSON, its keys in order.
  var json: Data {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      return try encoder.encode(self)
    }
  }

  private static func classes(_ freshness: MapFreshness, _ map: CompiledMap) -> [String: String] {
    guard freshness.isRuled, let rules = FreshnessRules.strictest(in: map) else { return [:] }
    var classes: [String: String] = [:]
    for name in FreshnessClass.allCases {
      classes[name.name] = FreshnessAlarm(rules[name], age: freshness.age).name
    }
    return classes
  }

  /// The shards that lack a primary as far as probes know.
  static func shards(_ edition: MapEdition, isProbed: Bool, now: MonotonicTime) -> Shards {
    let map = edition.map
    guard isProbed else {
      return Shards(count: map.counts.shards, withoutHealthyPrimary: nil, names: [])
    }
    var names: [String] = []
    var count = 0
    for number in 0..<map.counts.shards {
      let shard = map.shard(ShardIndex(UInt32(number)))
      let sample = edition.samples.read(shard.primary)
      if let sample, sample.role == .primary, now.nanoseconds(since: sample.takenAt) < sampleLimit {
        continue
      }
      count += 1
      if names.count < longestList { names.append(map.text(shard.id)) }
    }
    return Shards(count: map.counts.shards, withoutHealthyPrimary: count, names: names)
  }
}
