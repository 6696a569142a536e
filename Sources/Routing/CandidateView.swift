import ShardMap

/// How one session sees the instances of a shard: what each is worth now.
///
/// Everything here is a pure function of the map, the health table and the time, so that the
/// decision may ask again instead of remembering.
struct CandidateView {
  let map: CompiledMap
  let shard: ShardRecord
  let location: RouterLocation
  let tried: TriedInstances
  let isPanicking: Bool
  let now: MonotonicTime

  var replicaCount: Int { Int(shard.replicaCount) }

  func replica(_ position: Int) -> InstanceIndex {
    map.replica(position, of: shard)
  }

  func distance(of instance: InstanceIndex) -> Distance {
    location.distance(to: map.instance(instance).zone, in: map)
  }

  func standing(of instance: InstanceIndex, _ health: borrowing HealthTable) -> Standing {
    let slot = health.slot(of: instance)
    if tried.contains(slot) { return .tried }
    let state = health[slot]
    if !isPanicking, state.isEjected(at: now) { return .ejected }
    return state.isCooling(at: now) ? .cooling : .open
  }
}

/// What an instance is worth to a session, best first.
enum Standing: UInt8 {
  /// It can serve.
  case open
  /// It failed a moment ago, or another session is just finding out whether it is back.
  case cooling
  /// It failed too often.
  case ejected
  /// This session has tried it in vain.
  case tried
}
