internal import DataPlane
internal import Routing
internal import ShardMap
internal import Telemetry

/// What probes know of the map's instances.
extension RouterMetrics {
  func writeProbes(to text: inout MetricsText) {
    guard let probes = view.probes else { return }
    for counter in ProbeCounter.allCases {
      let words = counter.name.replacing("_", with: " ")
      text.family("shardway_\(counter.name)", .counter, "Prober counter: \(words).")
      text.sample(.count(probes.counters.value(counter)))
    }
    let known = instances
    text.family(
      "shardway_replica_lag_seconds", .gauge,
      "What a replica lags behind its primary at most, the age of the sample included.")
    for instance in known {
      guard instance.probed.sample.role == .replica,
        let lag = instance.probed.sample.provenLagNanoseconds(at: now)
      else { continue }
      text.sample(.nanoseconds(lag), instance.labels)
    }
    text.family("shardway_probe_age_seconds", .gauge, "How old the last sample of an instance is.")
    for instance in known {
      let age = now.nanoseconds(since: instance.probed.sample.takenAt)
      text.sample(.nanoseconds(age), instance.labels)
    }
    text.family("shardway_probe_round_trip_seconds", .gauge, "How long the last sample has taken.")
    for instance in known {
      text.sample(.nanoseconds(instance.probed.roundTripNanoseconds), instance.labels)
    }
    text.family(
      "shardway_shards_without_primary", .gauge,
      "Shards of whose primary no probe has found anything good for ten seconds.")
    let shards = DependencyReport.shards(edition, isProbed: true, now: now)
    text.sample(.count(shards.withoutHealthyPrimary ?? 0))
    text.family(
      "shardway_probe_instances", .gauge, "Instances of the map, and those that are sampled.")
    let summary = view.router.probeSummary
    for (state, count) in [
      ("known", summary.instances), ("sampled", summary.sampled), ("proven", summary.proven),
    ] { text.sample(.count(count), "state", state) }
  }

  private struct Instance {
    let labels: MetricLabels
    let probed: ProbedInstance
  }

  /// The instances of shards that something is known of, so many at most.
  private var instances: [Instance] {
    var found: [Instance] = []
    for number in 0..<map.counts.shards {
      let shard = map.shard(ShardIndex(UInt32(number)))
      let name = map.text(shard.id)
      for index in [shard.primary] + map.replicas(of: shard) {
        guard let probed = edition.samples.probed(index) else { continue }
        guard found.count < MetricsLimits.instances else { return found }
        found.append(
          Instance(
            labels: MetricLabels(("shard", name), ("server", map.text(map.instance(index).id))),
            probed: probed))
      }
    }
    return found
  }
}
