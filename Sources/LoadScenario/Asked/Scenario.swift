/// A load test as it is asked for: who is contacted, by whom, how often, what breaks meanwhile, and
/// what must hold.
///
/// Every value of this type can be run: what can't be is refused when the file is read
/// (``ScenarioFile``).
public struct Scenario: Sendable, Equatable {
  /// The scenario's name, which reports carry.
  public var name: String
  /// What it is for, in a sentence or two; may be empty.
  public var about = ""
  /// Where the load goes; nil where only a local fleet of its own will do.
  public var target: LoadTarget?
  /// The local fleet that `--fleet` starts for it; nil where it takes the usual one.
  public var fleet: FleetShape?
  /// Where every random choice comes from: the same seed gives the same arrivals, tenants and
  /// parameters.
  public var seed: UInt64 = 1
  /// Generating threads, each with a ring of its own.
  public var workers = 1
  /// Load before the measurement, which no figure counts.
  public var warmUp: Duration = .seconds(2)
  /// How long each load that an objective compares with itself alone runs alone before; zero where
  /// none does.
  public var alone: Duration = .zero
  /// The measurement.
  public var duration: Duration
  /// Length of the windows that results are kept by.
  public var window: Duration = .seconds(1)
  /// How long a connection may take from `connect` to its first ReadyForQuery.
  public var connectTimeout: Duration = .seconds(5)
  /// How long a transaction may take from its intended start; then it is an error and its
  /// connection is closed.
  public var transactionTimeout: Duration = .seconds(10)
  /// Rows of the tables that the built-in transactions use, in each tenant's database.
  public var tables = TableSizes()
  /// The groups of clients, at least one; their names differ.
  public var loads: [Load]
  /// What is broken while it runs, in order of time.
  public var faults: [ScheduledFault] = []
  /// What must hold.
  public var objectives: [Objective] = []

  /// A scenario of these loads.
  public init(name: String, duration: Duration, loads: [Load]) {
    self.name = name
    self.duration = duration
    self.loads = loads
  }
}

/// Sizes of the tables of the built-in transactions; they are `pgbench`'s tables.
public struct TableSizes: Sendable, Equatable {
  /// Rows of `pgbench_accounts`.
  public var accounts = 10_000
  /// Rows of `pgbench_tellers`.
  public var tellers = 10
  /// Rows of `pgbench_branches`.
  public var branches = 1

  /// Sizes of a small database.
  public init() {}
}

/// The local fleet that is started for a scenario.
public struct FleetShape: Sendable, Equatable {
  /// Whether the router's clients share server connections.
  public enum Pooling: String, Sendable, CaseIterable {
    case session, transaction
  }

  /// Shards, `s1` and so on.
  public var shards = 2
  /// Streaming replicas of each shard.
  public var replicas = 1
  /// Tenants: acme, birch, cedar, dune, ember, fjord, then tenant-7 and so on, dealt to the shards
  /// in turn.
  public var tenants = 6
  /// `max_connections` of each server.
  public var maxConnections = 200
  /// Whether a control plane and a sidecar bring the map; faults on these need it.
  public var hasControlPlane = true
  /// How the router's clients share server connections.
  public var pooling = Pooling.transaction
  /// Server connections of one worker for one database, user and instance, with transaction
  /// pooling.
  public var serversPerPool = 8
  /// Of each shard's reads on replicas, how many percent may go to the primary while no replica is
  /// fresh enough; the router refuses the rest. Nil is the map's usual value.
  public var primaryReadBudgetPercent: Int?
  /// Workers of the router; nil is one for each core.
  public var routerWorkers: Int?

  /// Two shards with a replica each, six tenants, transaction pooling.
  public init() {}
}
