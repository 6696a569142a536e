internal import Console
internal import RouterAPI

extension TopTable {
  init(shards: [ShardsDocument.Shard]) {
    self.init(
      texts: ["shard", "mode", "primary", "state"],
      numbers: ["sessions", "wait", "req/s", "p50", "p99", "busy", "replicas", "lag ≤"],
      rows: shards.map(Self.row), empty: "The map has no shard.")
  }

  private static func row(_ shard: ShardsDocument.Shard) -> [Cell] {
    let replicas = shard.instances.filter { $0.role != "primary" }
    let lag = replicas.compactMap(\.lagMilliseconds).max()
    let well = shard.instances.filter { $0.health == "healthy" }.count
    let ill = shard.instances.filter { $0.health != "healthy" }
    return [
      Cell(shard.id), shard.mode.map { Cell($0.mode, .warning) } ?? Cell("normal"),
      Cell(shard.instances.first?.id ?? TopText.none),
      ill.first.map {
        Cell("\($0.id) \($0.health)", $0.health == "ejected" ? .bad : .warning)
      } ?? Cell("\(well) well", .good),
      Cell(shard.sessions), Cell(shard.waiting, warnsAbove: 0),
      Cell(TopText.count(shard.requestsPerSecond), shard.requestsPerSecond),
      Cell(TopText.microseconds(shard.p50Microseconds), shard.p50Microseconds),
      Cell(TopText.microseconds(shard.p99Microseconds), shard.p99Microseconds),
      Cell(shard.instances.reduce(0) { $0 + $1.inFlight }), Cell(replicas.count),
      Cell(TopText.milliseconds(lag), lag.map { Double($0) }),
    ]
  }

  init(pools: [PoolsDocument.Pool]) {
    self.init(
      texts: ["database", "user", "shard", "instance", "pooling"],
      numbers: ["clients", "wait", "longest", "in use", "idle", "opening"], more: ["state"],
      rows: pools.map { pool in
        let wait = Double(pool.longestWaitMicroseconds)
        return [
          Cell(pool.database), Cell(pool.user ?? TopText.none), Cell(pool.shard ?? TopText.none),
          Cell(pool.instance), Cell(pool.pooling), Cell(pool.clients),
          Cell(pool.waiting, warnsAbove: 0),
          wait > 0 ? Cell(TopText.microseconds(wait), wait) : Cell(TopText.none), Cell(pool.inUse),
          Cell(pool.idle), Cell(pool.opening),
          pool.isPaused
            ? Cell("paused", .warning)
            : pool.waiting > 0 ? Cell("short", .warning) : Cell("open", .good),
        ]
      }, empty: "There are no server connections.")
  }

  init(tenants: [TenantsDocument.Tenant]) {
    self.init(
      texts: ["tenant", "shard", "policy"],
      numbers: [
        "tx/s", "limit", "use", "bytes", "busy", "of shard", "p95", "sessions", "wait",
      ], more: ["state"], rows: tenants.map(Self.row), empty: "No tenant has a session.")
  }

  private static func row(_ tenant: TenantsDocument.Tenant) -> [Cell] {
    let limit = tenant.transactionLimit.map { Double($0) }
    let use = limit.map { tenant.transactionsPerSecond / max($0, 1) }
    return [
      Cell(tenant.id), Cell(tenant.shard ?? TopText.none), Cell(tenant.policy ?? TopText.none),
      Cell(TopText.count(tenant.transactionsPerSecond), tenant.transactionsPerSecond),
      Cell(TopText.count(limit), limit),
      Cell(TopText.percent(use), use, use.map { $0 >= 0.8 } == true ? .warning : nil),
      Cell(TopText.bytesPerSecond(tenant.bytesPerSecond), tenant.bytesPerSecond),
      Cell(TopText.count(tenant.busyServers), tenant.busyServers),
      Cell(TopText.percent(tenant.shardShare), tenant.shardShare),
      Cell(TopText.microseconds(tenant.p95Microseconds), tenant.p95Microseconds),
      Cell(tenant.sessions), Cell(tenant.waiting, warnsAbove: 0), state(of: tenant),
    ]
  }

  private static func state(of tenant: TenantsDocument.Tenant) -> Cell {
    if tenant.state != "active" { return Cell(tenant.state, .bad) }
    if tenant.delayed > 0 {
      return Cell("\(tenant.delayed) wait: \(tenant.delayedBy ?? "a limit")", .warning)
    }
    return tenant.stage == "watched" ? Cell("open", .good) : Cell(tenant.stage, .warning)
  }

  init(modes: [ModesDocument.Entry]) {
    self.init(
      texts: ["scope", "name", "mode", "cause", "why", "ends"], numbers: [],
      rows: modes.map {
        [
          Cell($0.scope), Cell($0.name),
          Cell($0.mode.mode, $0.mode.mode == "paused" ? .bad : .warning), Cell($0.mode.cause),
          Cell($0.mode.why ?? $0.mode.explanation), Cell($0.mode.exitRule, .faint),
        ]
      }, empty: "Everything is normal.")
  }

  init(workers: [WorkersDocument.Worker]) {
    self.init(
      texts: ["worker", "serves", "overload"],
      numbers: ["core", "sessions", "servers", "accepted", "refused", "in", "out"],
      rows: workers.map { worker in
        let counter = { (name: String) in Double(worker.counters[name] ?? 0) }
        let figure = { (name: String) in Cell(TopText.count(counter(name)), counter(name)) }
        return [
          Cell("\(worker.number)"), Cell(worker.label ?? "everybody"),
          worker.overload == "none" ? Cell("none", .good) : Cell(worker.overload, .warning),
          Cell(worker.core.map { "\($0)" } ?? TopText.none, worker.core.map { Double($0) }),
          Cell(worker.sessions), Cell(worker.servers), figure("connections_accepted"),
          figure("connections_refused"), figure("upstream_bytes"), figure("downstream_bytes"),
        ]
      }, empty: "No worker has answered.")
  }
}
