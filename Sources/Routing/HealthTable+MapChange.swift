public import ShardMap

extension HealthTable {
  /// A table for a map of which nothing is known yet: everyone is in good health.
  public init(for map: CompiledMap, policy: HealthPolicy = HealthPolicy()) {
    self.init(instanceCount: map.counts.instances, shardCount: map.counts.shards, policy: policy)
  }

  /// The table for a new map: what is known about an instance stays with it.
  ///
  /// An instance is the same if both its id and its address are: what was learnt at another
  /// address says nothing about this one. Slots don't move, so that sessions of the old map end
  /// where they began; the slot of an instance that is gone is given away once its last session
  /// has ended. Panic, and what is used of a budget, stay with a shard of the same id.
  ///
  /// Allocates, and reads all instances and shards of both maps: once a map, between two rounds of
  /// a worker's loop. When only tenants differ, it does neither. `old` must be the map this table was made for or last carried to.
  public borrowing func carried(
    from old: CompiledMap, to new: CompiledMap
  ) -> HealthTable {
    precondition(
      old.counts.instances == slotOfInstance.count && old.counts.shards == shards.count,
      "health is carried over from a map that it doesn't belong to; pass the map it was made for")
    // A patch changes tenants only, and a worker that took a millisecond over it would be noticed.
    if new.hasSameCatalog(as: old) {
      var same = HealthTable(
        slots: slots, slotOfInstance: slotOfInstance, shards: shards, turns: turns,
        thresholds: thresholds)
      same.absentCount = absentCount
      return same
    }
    var slots = self.slots
    let known = slotsByInstance(of: old)
    let kept = (0..<new.counts.instances).map { known[InstanceKey(instance: $0, in: new)] }

    var isTaken = Array(repeating: false, count: slots.count)
    for slot in kept { if let slot { isTaken[slot.index] = true } }
    // What is gone from the map is no evidence any more, should its slot's sessions still run.
    for index in isTaken.indices where !isTaken[index] { _ = slots[index].absence.answered() }
    var free = slots.indices.filter { !isTaken[$0] && slots[$0].inFlight == 0 }

    let slotOfInstance = kept.map { slot in
      if let slot { return slot }
      if let reused = free.popLast() {
        slots[reused] = InstanceHealth()
        return HealthSlot(reused)
      }
      slots.append(InstanceHealth())
      return HealthSlot(slots.count - 1)
    }
    var carried = HealthTable(
      slots: slots, slotOfInstance: slotOfInstance, shards: carriedShards(from: old, to: new),
      thresholds: thresholds)
    carried.absentCount = slots.count { $0.absence.since != nil }
    return carried
  }

  private borrowing func slotsByInstance(of map: CompiledMap) -> [InstanceKey: HealthSlot] {
    var slots: [InstanceKey: HealthSlot] = [:]
    slots.reserveCapacity(map.counts.instances)
    for index in 0..<map.counts.instances {
      slots[InstanceKey(instance: index, in: map)] = slotOfInstance[index]
    }
    return slots
  }

  private borrowing func carriedShards(from old: CompiledMap, to new: CompiledMap) -> [ShardHealth]
  {
    var known: [String: ShardHealth] = [:]
    for index in 0..<old.counts.shards where !shards[index].isBlank {
      known[old.text(old.shard(ShardIndex(UInt32(index))).id)] = shards[index].carried
    }
    return (0..<new.counts.shards).map { index in
      known[new.text(new.shard(ShardIndex(UInt32(index))).id)] ?? ShardHealth()
    }
  }
}

/// What makes an instance the same in two maps.
private struct InstanceKey: Hashable {
  let id: String
  let address: SocketAddress

  init(instance index: Int, in map: CompiledMap) {
    let record = map.instance(InstanceIndex(UInt32(index)))
    id = map.text(record.id)
    address = record.address
  }
}
