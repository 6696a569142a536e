import AdminConsole
import Routing
import ShardMap
import Telemetry

/// Tables of what the map has, with what is known of it here.
extension AdminView {
  /// What is counted of the sessions of a tenant or a shard.
  private struct Sessions {
    var active = 0
    var waiting = 0
    var servers = 0

    mutating func count(_ row: ClientRow) {
      if row.isWaiting { waiting += 1 } else if row.isIn { active += 1 }
      if row.hasOwnServer || row.link != nil { servers += 1 }
    }
  }

  // MARK: SHOW STATS

  func stats() -> [[String?]] {
    let values = context.workers.map { worker in
      WorkerCounter.allCases.map { worker.report.counters.value($0) }
    }
    let sums = WorkerCounter.allCases.enumerated().map { place, counter in
      counter == .longestMapPauseMicroseconds
        ? values.map { $0[place] }.max() ?? 0 : values.reduce(0) { $0 &+ $1[place] }
    }
    return values.enumerated().map { ["\($0)"] + $1.map { "\($0)" } }
      + [["all"] + sums.map { "\($0)" }]
  }

  // MARK: SHOW TENANTS

  func tenants(_ scan: TenantScan?) -> [[String?]] {
    var sessions: [[UInt8]: Sessions] = [:]
    for row in answers.flatMap(\.clients) where row.tenant.count > 0 {
      sessions[row.tenant.array, default: Sessions()].count(row)
    }
    if let scan {
      return scan.found.map { index in
        let id = Array(scan.map.text(scan.map.tenant(index).id).utf8)
        return tenant(id, index, in: scan.map, sessions[id] ?? Sessions())
      }.sorted { ($0[0] ?? "") < ($1[0] ?? "") }
    }
    return sessions.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map {
      tenant($0, map.tenant(id: $0.span.bytes), in: map, $1)
    }
  }

  /// A tenant that the map has no more may still have sessions.
  private func tenant(
    _ id: [UInt8], _ index: TenantIndex?, in map: CompiledMap, _ sessions: Sessions
  ) -> [String?] {
    let counts = [
      "\(sessions.active)", "\(sessions.waiting)", "\(sessions.servers)",
      Self.flag(isPaused(tenant: id)),
    ]
    let name = String(decoding: id, as: UTF8.self)
    guard let record = index.map({ map.tenant($0) }) else {
      return [name, nil, nil, nil, nil, nil, "gone"] + counts
    }
    return [
      name, map.text(record.database), map.text(map.shard(record.shard).id),
      "\(record.generation)", map.text(map.policy(record.policy).id),
      map.text(map.pool(record.pool).id), record.state.name,
    ] + counts
  }

  // MARK: SHOW SHARDS

  func shards() -> [[String?]] {
    var sessions: [String: Sessions] = [:]
    for row in answers.flatMap(\.clients) {
      if let shard = place(row.instance)?.shard { sessions[shard, default: Sessions()].count(row) }
    }
    return map.shardRecords.map { record in
      let id = map.text(record.id)
      let own = sessions[id] ?? Sessions()
      let replicas = map.replicas(of: record).map { map.text(map.instance($0).id) }
      return [
        id, "\(record.epoch)", record.mode.name, map.text(map.instance(record.primary).id),
        replicas.joined(separator: ","), "\(own.active)", "\(own.waiting)", "\(own.servers)",
        Self.flag(isPaused(instance: "", shard: id)),
      ]
    }
  }

  // MARK: SHOW REPLICAS

  /// What the workers know of an instance together.
  private struct Known {
    var inFlight = 0
    var failing = 0
    var ejecting = 0
  }

  func replicas() -> [[String?]] {
    var known: [InstanceKey: Known] = [:]
    for row in answers.flatMap(\.instances) {
      known[row.key, default: Known()].inFlight += row.inFlight
      if row.isFailing { known[row.key]?.failing += 1 }
      if row.isEjected { known[row.key]?.ejecting += 1 }
    }
    return map.instanceIndices.map { index in
      replica(index, known[InstanceKey(index, in: map)] ?? Known())
    }
  }

  private func replica(_ index: InstanceIndex, _ known: Known) -> [String?] {
    let record = map.instance(index)
    let zone = map.zone(record.zone)
    let shard = shardOfInstance[Int(index.rawValue)].map { map.shard(ShardIndex(UInt32($0))) }
    let id = map.text(record.id)
    let shardID = shard.map { map.text($0.id) }
    let probed = edition.samples.probed(index)
    let sample = probed?.sample
    let role = shard.map { $0.primary == index ? "primary" : "replica" } ?? "spare"
    return [
      id, shardID, role, map.text(map.region(zone.region).id), map.text(zone.id),
      record.address.host, "\(record.address.port)", sample.map { "\($0.role)" },
      sample?.provenLagNanoseconds(at: now).map { "\(($0 + 999_999) / 1_000_000)" },
      sample.map { "\(now.nanoseconds(since: $0.takenAt) / 1_000_000)" },
      sample.map { "\($0.position)" }, probed.map { "\($0.roundTripNanoseconds / 1000)" },
      "\(known.inFlight)", "\(known.failing)", "\(known.ejecting)",
      Self.flag(isPaused(instance: id, shard: shardID)),
    ]
  }

  // MARK: SHOW MAP

  func mapRow() -> [String?] {
    let header = map.header
    let freshness = context.freshness.freshness(at: now)
    let counts = header.counts
    let age =
      freshness.isRuled && freshness.age != .unknown
      ? "\(freshness.age.nanoseconds / 1_000_000)" : nil
    let plane = freshness.isRuled ? (freshness.isReachable ? "reachable" : "unreachable") : nil
    return [
      "\(header.mapVersion)", header.root == .none ? nil : "\(header.root)",
      WallTime.text(microseconds: header.issuedAt * 1000),
      context.applied().map { "\($0.mapVersion)" }, age, plane, "\(counts.regions)",
      "\(counts.zones)", "\(counts.instances)", "\(counts.shards)", "\(counts.policies)",
      "\(counts.pools)", "\(counts.tenants)",
    ]
  }
}
