/// What one worker knows about one shard.
struct ShardHealth {
  /// Whether the health of its replicas is ignored.
  var isPanicking = false
  /// The turn of the table at which ``isPanicking`` was noted; 0 before the first time.
  var notedAtTurn: UInt64 = 0
  /// Reads that went to its primary because no replica would do.
  var spill = SpillBudget()

  /// What outlives a change of the map: a turn is one of other replicas.
  var carried: ShardHealth {
    var carried = self
    carried.notedAtTurn = 0
    return carried
  }

  /// Whether there is anything to carry to another map.
  var isBlank: Bool { !isPanicking && spill == SpillBudget() }
}
