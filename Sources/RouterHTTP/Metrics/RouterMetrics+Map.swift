internal import DataPlane
internal import Routing
internal import ShardMap

/// The map in force, how old it is, and what that means for each class of data.
extension RouterMetrics {
  func writeMap(to text: inout MetricsText) {
    let header = map.header
    text.family("shardway_map_version", .gauge, "Version of the map in force.")
    text.sample(.count(header.mapVersion))
    text.family("shardway_map_applied_version", .gauge, "Version of the map that all workers use.")
    if let applied = view.applied { text.sample(.count(applied.mapVersion)) }
    text.family(
      "shardway_map_issued_timestamp_seconds", .gauge, "When the map in force was issued.")
    text.sample(.number(Double(header.issuedAt) / 1000))
    text.family("shardway_map_records", .gauge, "What the map in force has.")
    let counts = header.counts
    for (kind, count) in [
      ("regions", counts.regions), ("zones", counts.zones), ("instances", counts.instances),
      ("shards", counts.shards), ("policies", counts.policies), ("pools", counts.pools),
      ("tenants", counts.tenants),
    ] { text.sample(.count(count), "kind", kind) }
    writeAges(to: &text)
  }

  /// Ages hold where a sidecar writes a freshness page.
  private func writeAges(to text: inout MetricsText) {
    let freshness = view.freshness
    guard freshness.isRuled else { return }
    text.family(
      "shardway_control_plane_reachable", .gauge, "Whether the sidecar reaches the control plane.")
    text.sample(.flag(freshness.isReachable))
    text.family(
      "shardway_map_age_seconds", .gauge,
      "Since the control plane has confirmed the map; +Inf where nobody knows.")
    text.sample(
      freshness.age == .unknown ? .number(.infinity) : .nanoseconds(freshness.age.nanoseconds))
    guard let rules = FreshnessRules.strictest(in: map) else { return }
    text.family("shardway_map_ttl_seconds", .gauge, "From which age on data of a class is stale.")
    for name in FreshnessClass.allCases {
      text.sample(Self.time(rules[name].ttlMilliseconds), "class", name.name)
    }
    text.family(
      "shardway_map_max_stale_seconds", .gauge, "From which age on data of a class is expired.")
    for name in FreshnessClass.allCases {
      text.sample(Self.time(rules[name].maxStaleMilliseconds), "class", name.name)
    }
    text.family(
      "shardway_map_class_state", .gauge,
      "1 for the state that data of a class is in, 0 for others.")
    for name in FreshnessClass.allCases {
      let state = FreshnessAlarm(rules[name], age: freshness.age)
      for one in FreshnessAlarm.allCases {
        text.sample(.flag(one == state), MetricLabels(("class", name.name), ("state", one.name)))
      }
    }
  }

  private static func time(_ milliseconds: UInt32) -> MetricValue {
    milliseconds == FreshnessBound.never
      ? .number(.infinity) : .nanoseconds(UInt64(milliseconds) * 1_000_000)
  }

  /// Shards that are not normal.
  func writeModes(to text: inout MetricsText) {
    let modes = view.modes
    text.family("shardway_shards_not_normal", .gauge, "Shards in a mode other than normal.")
    text.sample(.count(modes.count))
    text.family(
      "shardway_shard_mode", .gauge, "1 for a shard that is in a mode; none while normal.")
    for row in modes.prefix(MetricsLimits.modes) {
      text.sample(
        .count(1 as UInt64),
        MetricLabels(
          ("shard", row.shard), ("mode", row.entry.mode.name), ("cause", row.entry.cause.name)))
    }
  }
}
