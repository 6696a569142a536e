import Routing
import ShardMap

/// An instance that is probed.
struct ProbeSlot {
  /// Whether the instance is in the map.
  enum Life: Equatable {
    /// It is, there.
    case current(InstanceIndex)
    /// Not any more; its connection is ending.
    case retired
    /// The slot is nobody's.
    case free

    var isCurrent: Bool {
      if case .current = self { true } else { false }
    }
  }

  /// What the map has it as, while it is in the map.
  enum Duty: Equatable {
    /// The primary of this shard.
    case primary(Int)
    /// A replica of this shard.
    case replica(Int)
    /// In no shard.
    case spare
  }

  let key: InstanceKey
  var life: Life
  var duty = Duty.spare
  var machine: ProbeMachine
  var line = ProbeLine()
  /// What it said last on the connection that it has; nil when it has said nothing there.
  var sample: ProbeSample?
  /// Whether the line's state asks for something of the kernel, and the slot is on the list.
  var isListed = false
  /// The failure that was told; nil while it is sampled.
  var failureTold: ProbeFailure?
  /// The contradiction that was told; nil while there is none.
  var contradictionTold: RoleContradiction?

  /// What the map's word for the instance and its own make; nil when they agree, or when it has said nothing.
  var contradiction: RoleContradiction? {
    switch (duty, sample?.answer.role) {
    case (.primary, .replica): .primaryReplays
    case (.replica, .primary): .replicaWrites
    default: nil
    }
  }
}
