internal import ShardMap

extension Validator {
  mutating func checkShards() {
    let shards = document.shards
    checkLimit(shards.count, MapLimits.shards, "shards")
    checkIDs(
      shards.enumerated().lazy.map { ("shards[\($0.offset)].id", $0.element.id) }, kind: "shard")

    let instances = Set(document.topology.instances.map(\.id))
    var roles: [String: Role] = [:]
    for (place, shard) in shards.enumerated() {
      let path = "shards[\(place)]"
      checkVersion(shard.epoch, path + ".epoch")
      for finding in shard.findings(at: path) { add(finding) }
      checkLimit(shard.replicas.count, MapLimits.replicasPerShard, path + ".replicas")
      checkMember(
        shard.primary, Role(path: path + ".primary", shard: shard.id, isPrimary: true),
        of: instances, among: &roles)
      for (position, replica) in shard.replicas.enumerated() {
        checkMember(
          replica, Role(path: path + ".replicas[\(position)]", shard: shard.id, isPrimary: false),
          of: instances, among: &roles)
      }
    }
  }

  /// What an instance is in the shard that named it.
  private struct Role {
    let path: String
    let shard: String
    let isPrimary: Bool
  }

  /// An instance has one role in one shard: anything else would let two shards write to one server,
  /// or let writes reach a replica.
  private mutating func checkMember(
    _ id: String, _ role: Role, of instances: Set<String>, among roles: inout [String: Role]
  ) {
    checkReference(id, in: instances, role.path, kind: "instance")
    guard let first = roles[id] else {
      roles[id] = role
      return
    }
    let message =
      switch (first.shard == role.shard, first.isPrimary, role.isPrimary) {
      case (false, true, true): "\"\(id)\" is the primary of two shards, also at \(first.path)"
      case (false, _, _): "\"\(id)\" is in two shards, also at \(first.path)"
      case (true, false, false): "\"\(id)\" is listed twice, also at \(first.path)"
      case (true, _, _): "\"\(id)\" is primary and replica at once, also at \(first.path)"
      }
    find(role.path, message, hint: "give each instance one role in one shard")
  }
}
