import AdminConsole
import Routing
import ShardMap
import Telemetry

/// Tables of what the map has, with what is known of it here.
extension AdminView {
  /// What is counted of the sessions of a tenant or a shard.
  struct SessionCounts {
    var active = 0
    var waiting = 0
    var servers = 0

    /// All that have logged in.
    var all: Int { active + waiting }

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
      counter.isLongest
        ? values.map { $0[place] }.max() ?? 0 : values.reduce(0) { $0 &+ $1[place] }
    }
    return values.enumerated().map { ["\($0)"] + $1.map { "\($0)" } }
      + [["all"] + sums.map { "\($0)" }]
  }

  // MARK: SHOW WORKERS

  func workers() -> [[String?]] {
    answers.map { answer in
      let worker = context.workers[answer.worker]
      return [
        "\(answer.worker)", worker.groups.groups[worker.group].label, worker.core.map { "\($0)" },
        "\(answer.load.sessions)", "\(answer.load.links)",
      ]
    }
  }

  // MARK: SHOW SHARDS

  func shards() -> [[String?]] {
    var sessions: [String: SessionCounts] = [:]
    for row in answers.flatMap(\.clients) {
      if let shard = place(row.instance)?.shard {
        sessions[shard, default: SessionCounts()].count(row)
      }
    }
    return map.shardRecords.map { record in
      let id = map.text(record.id)
      let own = sessions[id] ?? SessionCounts()
      let replicas = map.replicas(of: record).map { map.text(map.instance($0).id) }
      return [
        id, "\(record.epoch)", record.mode.mode.name, map.text(map.instance(record.primary).id),
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
