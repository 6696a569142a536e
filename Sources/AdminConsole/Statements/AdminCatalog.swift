internal import Wire

/// What the tables of the console look like, and what they say that never changes.
public struct AdminCatalog: Sendable {
  /// What `SHOW VERSION` tells.
  public let version: String
  /// The router's counters, in the order of their columns.
  public let counters: [String]

  /// A catalog for a router that counts these.
  public init(version: String, counters: [String]) {
    self.version = version
    self.counters = counters
  }

  /// The columns of a table.
  func columns(of table: AdminTable) -> [RowDescription.Column] {
    if table == .stats { return Self.columns("worker") + counters.map { .init($0, .int8) } }
    return Self.columns(Self.names[table] ?? "")
  }

  /// The rows of a table that never change; nil for one that has to be asked for.
  func constantRows(of table: AdminTable) -> [[String?]]? {
    switch table {
    case .version: [[version]]
    case .help: Self.help.map { [$0.0, $0.1] }
    default: nil
    }
  }

  /// Names in a row; those that end in `#` are numbers.
  private static func columns(_ names: String) -> [RowDescription.Column] {
    names.split(separator: " ").map { name in
      name.hasSuffix("#") ? .init(String(name.dropLast()), .int8) : .init(String(name))
    }
  }

  /// As users of PgBouncer expect them where the thing is the same; then what only this router has.
  private static let names: [AdminTable: String] = [
    .help: "statement meaning",
    .version: "version",
    .pools:
      "database user cl_active# cl_waiting# cl_active_cancel_req# cl_waiting_cancel_req# sv_active#"
      + " sv_active_cancel# sv_being_canceled# sv_idle# sv_used# sv_tested# sv_login# maxwait#"
      + " maxwait_us# pool_mode tenant shard instance epoch# worker# paused",
    .clients: connection + " tenant shard instance epoch# worker# pinned",
    .servers: connection + " tenant shard instance epoch# worker#",
    .tenants:
      "tenant database shard generation# policy pool state cl_active# cl_waiting# sv_active# paused"
      + " tx_per_s# bytes_per_s# shard_time_percent# p95_us# treatment treated_since",
    .tenantTotals:
      "distinct_tenants# tx_per_s# bytes_per_s# busy_servers other_tx_per_s# other_bytes_per_s#"
      + " treated_tenants#",
    .shards: "shard epoch# mode primary replicas cl_active# cl_waiting# sv_active# paused",
    .replicas:
      "instance shard role region zone addr port# probed_role lag_ms# sample_age_ms# position"
      + " round_trip_us# in_flight# failing_workers# ejecting_workers# paused",
    .map:
      "map_version# root issued_at applied_version# confirmed_age_ms# control_plane regions# zones#"
      + " instances# shards# policies# pools# tenants#",
    .config: "key value default changeable",
    .workers: "worker# label core# sessions# links#",
    .overload:
      "worker# level cause since accepting memory_kib# memory_percent# connections_percent#"
      + " waiting# waiting_percent# queue_wait_us# queue_wait_percent# waiting_logins#"
      + " shed_background# shed_batch# shed_bounded_reads# delayed# shed_delayed# shed_all# dropped_waiting# cut_logins#"
      + " accept_stops# thresholds",
    .limits: "worker# limit hits# refused# tenant waiting# wait_us#",
    .state: "phase ready since_s# clients# left_s#",
    .modes: "scope name mode cause since until why exit_rule",
  ]

  private static let connection =
    "type user database state addr port# local_addr local_port# connect_time request_time wait#"
    + " wait_us# close_needed# ptr link remote_pid# tls application_name prepared_statements#"

  private static let help = [
    ("SHOW POOLS", "server connections that clients share, and sessions that have their own"),
    ("SHOW CLIENTS", "clients; ptr is what KILL takes"),
    ("SHOW SERVERS", "connections to servers"),
    ("SHOW STATS", "what each worker has counted, and their sums"),
    ("SHOW TENANTS", "the 20 tenants that do most here, and those that something is done about"),
    ("SHOW TENANTS LIKE 'pattern'", "tenants of the map whose id fits, with % and _"),
    (
      "SHOW TENANT TOTALS",
      "what all tenants do together, and those not among the 20; how many there were in a minute"
    ),
    ("SHOW SHARDS", "shards of the map, and who works on them"),
    ("SHOW REPLICAS", "instances of the map: what probes and workers know of them"),
    ("SHOW WORKERS", "worker threads: the label they are for, their core, and what they have"),
    ("SHOW STATE", "whether the router serves or drains, and how long that may go on"),
    ("SHOW MAP", "the map in force, and how old it is"),
    ("SHOW LIMITS", "how often tenants met their limits, and the tenants that wait now"),
    ("SHOW MODES", "shards, and tenants that have sessions here, that are not normal"),
    ("SHOW CONFIG", "settings in force, and whether RELOAD changes them"),
    ("SHOW OVERLOAD", "how short each worker is of something, and what it gives up for that"),
    ("SHOW VERSION", "the program's version"),
    ("SHOW HELP", "this list"),
    (
      "PAUSE [ALL | TENANT id | SHARD id | INSTANCE id]",
      "begin no more transactions there; returns when those that were begun are over"
    ),
    ("RESUME [ALL | TENANT id | SHARD id | INSTANCE id]", "take a pause back; ALL takes all back"),
    ("KILL ptr", "end a client's session with 57P01"),
    ("KILL TENANT id", "end all sessions of a tenant"),
    ("KILL DATABASE name", "end all sessions in databases of this name"),
    ("RELOAD", "read the console's users and verifiers again, and check the configuration"),
  ]
}
