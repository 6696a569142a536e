internal import DataPlane
internal import Routing

/// What the workers have, as they counted it for this scrape: sessions, and server connections by shard.
extension RouterMetrics {
  func writePools(to text: inout MetricsText) {
    let censuses = reports.map(\.census.last)
    writeSessions(censuses, to: &text)
    text.family("shardway_pools", .gauge, "Server pools: one for each account and instance.")
    text.sample(.count(censuses.reduce(0) { $0 + $1.pools }))
    writeShards(censuses, to: &text)
    writeRings(censuses, to: &text)
    text.family(
      "shardway_worker_census_age_seconds", .gauge,
      "How long ago a worker has counted what it has: long where it has no time for that.")
    for (worker, census) in censuses.enumerated() where census.number > 0 {
      text.sample(.nanoseconds(now.nanoseconds(since: census.finishedAt)), "worker", "\(worker)")
    }
  }

  private func writeSessions(_ censuses: [WorkerCensus], to text: inout MetricsText) {
    let states: [(String, KeyPath<WorkerCensus.Sessions, Int>)] = [
      ("login", \.login), ("idle", \.idle), ("active", \.active), ("waiting", \.waiting),
      ("closing", \.closing),
    ]
    text.family("shardway_sessions", .gauge, "Client connections, by what they are at.")
    for (name, state) in states {
      text.sample(
        .count(censuses.reduce(0) { $0 + $1.sessions[keyPath: state] }), "state", name)
    }
  }

  private func writeShards(_ censuses: [WorkerCensus], to text: inout MetricsText) {
    let names = view.router.shardNames
    var shards: [Int: WorkerCensus.Shard] = [:]
    for census in censuses { shards.merge(census.shards) { $0 + $1 } }
    let sorted = shards.filter { $0.key < names.count }.sorted { $0.key < $1.key }
    text.family("shardway_pool_servers", .gauge, "Server connections of a shard, by state.")
    for (number, shard) in sorted {
      for (state, count) in [
        ("active", shard.busy), ("idle", shard.idle), ("opening", shard.coming),
      ] {
        text.sample(
          .count(count), MetricLabels(("shard", names[number]), ("state", state)))
      }
    }
    text.family("shardway_pool_waiting", .gauge, "Who waits for a server connection of a shard.")
    for (number, shard) in sorted { text.sample(.count(shard.waiting), "shard", names[number]) }
  }

  private func writeRings(_ censuses: [WorkerCensus], to text: inout MetricsText) {
    // The kernel counts them modulo 2^32: a reset, to whoever reads counters.
    let counters: [(String, String, KeyPath<RingReading, UInt32>)] = [
      ("shardway_ring_submissions", "Operations that io_uring has taken.", \.submissions),
      ("shardway_ring_completions", "Completions that were taken from io_uring.", \.completions),
    ]
    for (name, help, value) in counters {
      text.family(name, .counter, help)
      for (worker, census) in censuses.enumerated() {
        text.sample(.count(UInt64(census.ring[keyPath: value])), "worker", "\(worker)")
      }
    }
    text.family("shardway_ring_buffers", .gauge, "Receive buffers of a worker, by state.")
    for (worker, census) in censuses.enumerated() {
      let inUse = census.ring.buffersInUse
      for (state, count) in [("free", census.ring.buffers - inUse), ("in_use", inUse)] {
        text.sample(.count(count), MetricLabels(("worker", "\(worker)"), ("state", state)))
      }
    }
  }
}
