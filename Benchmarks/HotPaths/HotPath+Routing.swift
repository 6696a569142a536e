import DataPlane
import Routing
import ShardMap

extension HotPath {
  /// Where a transaction goes: the tenant was looked up before; its policy and shard, two replicas
  /// compared, and what is remembered of it. Looking the tenant up is in `map`.
  ///
  /// Samples of lag are read as a worker reads them while a probe's thread may write. Where many
  /// replicas won't do (`patchy`) or none will (`behind`), all may have to be looked at.
  static let routing =
    [selection(.strong, replicas: 30, .well)]
    + [30, 300].flatMap { replicas in
      [Consistency.eventual, .session].map { selection($0, replicas: replicas, .well) }
    }
    + ReplicaState.allCases.flatMap { state in
      [3, 30, 300].map { selection(bounded, replicas: $0, state) }
    } + [freshness]

  /// A bound that 20 ms of lag keep and 9 s don't.
  private static let bounded = Consistency.bounded(milliseconds: 5_000)

  private static func selection(
    _ tier: Consistency, replicas: Int, _ state: ReplicaState
  ) -> HotPath {
    HotPath("routing/\(tier.name)/\(replicas)-\(state.rawValue)") {
      let fixture = try SelectionFixture(replicas: replicas, state, tier)
      return { Int(truncatingIfNeeded: fixture.select(tier, times: $0)) }
    }
  }

  /// How the map stands when a session is routed, by what the watcher of the freshness page has told.
  private static let freshness = HotPath("routing/freshness") {
    let slot = FreshnessSlot()
    let toldAt = MonotonicTime(nanoseconds: 3_600_000_000_000)
    slot.tell(
      MapFreshness(age: MapAge(nanoseconds: 1_000_000), isReachable: true), refreshAnswered: 0,
      now: toldAt)
    return { count in
      var stale = 0
      for step in 0..<count {
        let freshness = slot.freshness(
          at: MonotonicTime(nanoseconds: toldAt.nanoseconds + UInt64(step)))
        if freshness.standing(of: .routing, .standard) != .fresh { stale += 1 }
      }
      return stale
    }
  }
}
