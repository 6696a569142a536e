import ShardMap

/// What makes an instance the same in two maps: its id and its address. What was learnt at another address says nothing about this one.
struct InstanceKey: Hashable {
  let id: String
  let address: SocketAddress

  init(_ index: InstanceIndex, in map: CompiledMap) {
    let record = map.instance(index)
    id = map.text(record.id)
    address = record.address
  }
}

extension CompiledMap {
  /// All instances, in order.
  var instanceIndices: [InstanceIndex] {
    (0..<counts.instances).map { InstanceIndex(UInt32($0)) }
  }

  /// All shards, in order.
  var shardRecords: [ShardRecord] { (0..<counts.shards).map { shard(ShardIndex(UInt32($0))) } }
}
