internal import FoundationEssentials
internal import Routing
internal import ShardMap

/// An explanation in names instead of indices; the JSON that `--json` prints.
struct RouteReport: Encodable {
  struct Candidate: Encodable {
    var instance: String
    var role: String
    var zone: String
    var region: String
    var distance: String
    var address: String
    /// How far it may lag behind at most; nil for a primary, and where nothing is proven.
    var provenLagMilliseconds: UInt64?
    var sampleAgeMilliseconds: UInt64?
    var taken: Bool
    var reason: String
    var explanation: String
  }

  struct Chosen: Encodable {
    var instance: String
    var address: String
    var database: String
    var reason: String
    var provenLagMilliseconds: UInt64?
    var sampleAgeMilliseconds: UInt64?
    /// `stale-map`, where the map is older than the TTL of its class `routing`.
    var marks: [String]
  }

  /// What is taken away, by whom, and until when.
  struct Mode: Encodable {
    var mode: String
    var cause: String
    var until: String?
    var explanation: String
  }

  /// What the session's reads must find.
  struct Floor: Encodable {
    /// A position that the session was given.
    var position: String?
    /// Whether a write of its own besides.
    var ownWrite: Bool
  }

  struct Refused: Encodable {
    var reason: String
    var explanation: String
    var hint: String
  }

  var mapVersion: UInt64
  var tenant: String
  var shard: String?
  var epoch: UInt64?
  /// What the session asked for; nil where it left that to the policy.
  var tierAsked: String?
  var tier: String?
  /// Nil where the mode is `normal`.
  var mode: Mode?
  /// What the session knows of: nil where that is nothing.
  var floor: Floor?
  var routerZone: String?
  var routerRegion: String?
  var panic: Bool
  var candidates: [Candidate]
  var freshness: FreshnessReport?
  var route: Chosen?
  var refusal: Refused?
  var unknownTenant: UnknownTenantReport?

  init(
    _ explanation: RouteExplanation, _ freshness: MapFreshness, _ floor: SessionFloor,
    tenant: String, zone: String?, region: String?, map: CompiledMap, clock: WallClock
  ) {
    mapVersion = map.header.mapVersion
    self.tenant = tenant
    let record = explanation.shard.map { map.shard($0) }
    shard = record.map { map.text($0.id) }
    epoch = record?.epoch
    tier = explanation.tier.map(\.name)
    tierAsked = explanation.tierAsked.map(\.name)
    mode = explanation.mode.flatMap { Mode($0, clock) }
    if explanation.tier == .session, floor != .none {
      self.floor = Floor(
        position: floor.explicit?.description, ownWrite: floor.lastWriteEndedAt != .origin)
    }
    routerZone = zone
    routerRegion = region
    panic = explanation.isPanicking
    let isLocated = zone != nil || region != nil
    candidates = explanation.candidates.map { Candidate($0, isLocated: isLocated, map) }
    let known = map.tenant(id: tenant)
    if freshness.isRuled {
      self.freshness = FreshnessReport(
        freshness, rules: known.map { map.policy(map.tenant($0).policy).freshness },
        envelope: explanation.envelope)
      if known == nil { unknownTenant = UnknownTenantReport(freshness) }
    }
    switch explanation.outcome {
    case .success(let route):
      let instance = map.instance(route.instance)
      self.route = Chosen(
        instance: map.text(instance.id), address: "\(instance.address)",
        database: map.text(map.tenant(route.tenant).database), reason: route.reason.name,
        provenLagMilliseconds: route.provenLagNanoseconds.map { $0 / 1_000_000 },
        sampleAgeMilliseconds: route.sampleAgeNanoseconds.map { $0 / 1_000_000 },
        marks: route.isStale ? [Route.staleMark] : [])
    case .failure(let refusal):
      self.refusal = Refused(
        reason: refusal.name, explanation: refusal.explanation(tenant: tenant, in: map),
        hint: refusal.hint)
    }
  }

  func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(self), as: UTF8.self)
  }
}

extension RouteReport.Mode {
  /// Nil for `normal`.
  fileprivate init?(_ mode: ModeInForce, _ clock: WallClock) {
    guard !mode.isNormal else { return nil }
    self.mode = mode.mode.name
    cause = mode.cause.name
    explanation = "\(mode.mode.explanation); \(mode.cause.explanation)"
    guard mode.ends < ModeInForce.never else { return }
    until = clock.milliseconds(at: mode.ends).map {
      Date(timeIntervalSince1970: Double($0) / 1000).ISO8601Format()
    }
  }
}

extension RouteReport.Candidate {
  init(_ candidate: CandidateVerdict, isLocated: Bool, _ map: CompiledMap) {
    let record = map.instance(candidate.instance)
    let zone = map.zone(record.zone)
    instance = map.text(record.id)
    role = candidate.role.name
    self.zone = map.text(zone.id)
    region = map.text(map.region(zone.region).id)
    distance = isLocated ? candidate.distance.name : "unknown"
    address = "\(record.address)"
    provenLagMilliseconds = candidate.provenLagNanoseconds.map { $0 / 1_000_000 }
    sampleAgeMilliseconds = candidate.sampleAgeNanoseconds.map { $0 / 1_000_000 }
    switch candidate.verdict {
    case .taken(let reason):
      taken = true
      self.reason = reason.name
      explanation = reason.explanation
    case .left(let reason):
      taken = false
      self.reason = reason.name
      explanation = reason.explanation
    }
  }
}
