public import ShardMap

// Sentences for people, next to the stable names for machines.

extension ServiceMode {
  /// What the mode takes away, as a sentence without its full stop.
  public var explanation: String {
    switch self {
    case .normal: "everything is as the tiers promise"
    case .relaxed: "bounded reads may be older than they ask for, as far as the policy allows"
    case .eventualOnly: "everything goes to replicas, however far behind, and nothing is written"
    case .readOnly: "reads go on by their tiers, and writes are refused"
    case .paused: "new work waits, and is refused when it has waited too long"
    }
  }
}

extension ModeCause {
  /// Who says so, as the second half of a sentence about the mode.
  public var explanation: String {
    switch self {
    case .none: "nothing is taken away"
    case .mapShard: "the shard map has it for the shard"
    case .mapTenant: "the shard map has it for the tenant"
    case .noPrimary: "no primary of the shard answers"
    }
  }

  /// What ends it.
  public var exitRule: String {
    switch self {
    case .none: "–"
    case .mapShard, .mapTenant: "ends at its time, or with a newer map"
    case .noPrimary:
      "ends when a primary answers, or when nobody has tried in vain for "
        + "\(ModeLimits.evidenceNanoseconds / 1_000_000_000) s"
    }
  }
}
