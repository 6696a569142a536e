import DataPlane
import RouterAPI
import Routing
import ShardMap

extension RouteDocument {
  /// What bounds `bounded` is explained with, where the policy has another tier.
  private static let bound = Consistency.bounded(milliseconds: 1000)

  /// Decides for a tenant in the tier of its policy, and in all others.
  init(tenant id: [UInt8], _ router: DataPlane.Router, _ survey: RouterSurvey) {
    let map = survey.map
    let record = map.tenant(id: id.span.bytes).map { map.tenant($0) }
    let policy = record.map { map.policy($0.policy) }
    let milliseconds = UInt64(clamping: LiveClock.wallMicroseconds / 1000)
    let clock = WallClock(monotonic: LiveClock.now, milliseconds: milliseconds)
    let name = String(decoding: id, as: UTF8.self)
    let own = policy?.tier ?? .strong
    var tiers = [own]
    for tier in [Consistency.strong, .session, Self.bound, .eventual] {
      if case .bounded = tier, case .bounded = own { continue }
      if tier != own { tiers.append(tier) }
    }
    // Nothing depends on the tier where there is no tenant.
    if record == nil { tiers = [own] }
    let explained = router.explain(tenant: id, tiers: tiers.map { $0 as Consistency? }, survey)
    self.init(
      tenant: name, mapVersion: map.header.mapVersion,
      shard: record.map { map.text(map.shard($0.shard).id) },
      policy: policy.map { map.text($0.id) },
      decisions: zip(tiers, explained).enumerated().map { place, pair in
        Decision(
          pair.1.explanation, asked: pair.0, isOfPolicy: place == 0 && record != nil, tenant: name,
          map, clock)
      })
  }
}

extension RouteDocument.Decision {
  fileprivate init(
    _ told: RouteExplanation, asked: Consistency, isOfPolicy: Bool, tenant: String,
    _ map: CompiledMap, _ clock: WallClock
  ) {
    let candidates = told.candidates.map { RouteDocument.Candidate($0, map) }
    let mode = told.mode.flatMap { ModesDocument.Mode($0, clock) }
    switch told.outcome {
    case .success(let route):
      self.init(
        tierAsked: asked.name, isOfPolicy: isOfPolicy, tier: told.tier?.name, mode: mode,
        instance: map.text(map.instance(route.instance).id), reason: route.reason.name,
        explanation: route.reason.explanation, hint: nil,
        marks: route.isStale ? [Route.staleMark] : [], isPanicking: told.isPanicking,
        candidates: candidates)
    case .failure(let refusal):
      self.init(
        tierAsked: asked.name, isOfPolicy: isOfPolicy, tier: told.tier?.name, mode: mode,
        instance: nil, reason: refusal.name,
        explanation: refusal.explanation(tenant: tenant, in: map), hint: refusal.hint, marks: [],
        isPanicking: told.isPanicking, candidates: candidates)
    }
  }
}

extension RouteDocument.Candidate {
  fileprivate init(_ candidate: CandidateVerdict, _ map: CompiledMap) {
    let record = map.instance(candidate.instance)
    let zone = map.zone(record.zone)
    let (isTaken, explanation) =
      switch candidate.verdict {
      case .taken(let reason): (true, reason.explanation)
      case .left(let reason): (false, reason.explanation)
      }
    self.init(
      instance: map.text(record.id), role: candidate.role.name,
      region: map.text(map.region(zone.region).id), zone: map.text(zone.id),
      distance: candidate.distance.name,
      lagMilliseconds: candidate.provenLagNanoseconds.map { ($0 + 999_999) / 1_000_000 },
      isTaken: isTaken, reason: candidate.verdict.reasonName, explanation: explanation)
  }
}
