/// `GET /api/v1/fleet`: one router, the map it uses, and what it does altogether.
public struct FleetDocument: Codable, Sendable, Equatable {
  /// When it was true, in milliseconds since 1970.
  public var atMilliseconds: Int64
  /// The router itself.
  public var router: Router
  /// The map in use.
  public var map: Map
  /// What the sidecar says about the control plane.
  public var controlPlane: ControlPlane
  /// What is known of the instances.
  public var probes: Probes?
  /// All sessions, tenants and servers together.
  public var totals: Totals

  /// A router's answer.
  public init(
    atMilliseconds: Int64, router: Router, map: Map, controlPlane: ControlPlane, probes: Probes?,
    totals: Totals
  ) {
    self.atMilliseconds = atMilliseconds
    self.router = router
    self.map = map
    self.controlPlane = controlPlane
    self.probes = probes
    self.totals = totals
  }

  /// A router.
  public struct Router: Codable, Sendable, Equatable {
    /// Its name in its pool, or else its host's.
    public var id: String
    /// Where it runs, as the map names it.
    public var region: String?
    /// Where it runs, as the map names it.
    public var zone: String?
    /// The pool it runs for; nil where it serves every tenant.
    public var pool: String?
    /// `starting`, `serving`, `draining` or `stopped`.
    public var lifecycle: String
    /// The program's version.
    public var version: String
    /// Its process.
    public var processID: Int32
    /// Since its start.
    public var uptimeSeconds: Double
    /// Its worker threads.
    public var workers: Int

    /// A router from its parts.
    public init(
      id: String, region: String?, zone: String?, pool: String?, lifecycle: String,
      version: String, processID: Int32, uptimeSeconds: Double, workers: Int
    ) {
      self.id = id
      self.region = region
      self.zone = zone
      self.pool = pool
      self.lifecycle = lifecycle
      self.version = version
      self.processID = processID
      self.uptimeSeconds = uptimeSeconds
      self.workers = workers
    }
  }

  /// A map in use.
  public struct Map: Codable, Sendable, Equatable {
    /// The version in use.
    public var version: UInt64
    /// The version that all workers use; while they change, the one before.
    public var appliedVersion: UInt64?
    /// When the control plane issued it, in milliseconds since 1970.
    public var issuedAtMilliseconds: Int64
    /// Time since the control plane confirmed it; nil where nobody knows, or no rules of age hold.
    public var ageMilliseconds: UInt64?
    /// How its data stands, by class, under the strictest policy.
    public var classes: [DataClass]
    /// What it holds.
    public var counts: Counts

    /// A map from its parts.
    public init(
      version: UInt64, appliedVersion: UInt64?, issuedAtMilliseconds: Int64,
      ageMilliseconds: UInt64?, classes: [DataClass], counts: Counts
    ) {
      self.version = version
      self.appliedVersion = appliedVersion
      self.issuedAtMilliseconds = issuedAtMilliseconds
      self.ageMilliseconds = ageMilliseconds
      self.classes = classes
      self.counts = counts
    }
  }

  /// How the data of a class stands.
  public struct DataClass: Codable, Sendable, Equatable {
    /// `routing`, `envelope` or `permissions`.
    public var name: String
    /// `fresh`, `stale`, `near` its last rule, or `expired`.
    public var standing: String
    /// Age up to which it counts as fresh.
    public var ttlMilliseconds: UInt32
    /// Age from which its last rule holds; nil for never.
    public var maxStaleMilliseconds: UInt32?

    /// A class from its parts.
    public init(
      name: String, standing: String, ttlMilliseconds: UInt32, maxStaleMilliseconds: UInt32?
    ) {
      self.name = name
      self.standing = standing
      self.ttlMilliseconds = ttlMilliseconds
      self.maxStaleMilliseconds = maxStaleMilliseconds
    }
  }

  /// How much a map holds.
  public struct Counts: Codable, Sendable, Equatable {
    /// Regions, zones, instances, shards and tenants of the map.
    public var regions, zones, instances, shards, tenants: Int

    /// Counts of a map.
    public init(regions: Int, zones: Int, instances: Int, shards: Int, tenants: Int) {
      self.regions = regions
      self.zones = zones
      self.instances = instances
      self.shards = shards
      self.tenants = tenants
    }
  }

  /// The control plane, as the sidecar sees it.
  public struct ControlPlane: Codable, Sendable, Equatable {
    /// `reachable`, `unreachable`, or `none` for a router without a sidecar.
    public var state: String

    /// A control plane in a state.
    public init(state: String) { self.state = state }
  }

  /// What probes know of the map's instances.
  public struct Probes: Codable, Sendable, Equatable {
    /// Instances of the map.
    public var instances: Int
    /// Those that were sampled on the connection they have.
    public var sampled: Int
    /// Those of which it is proven how fresh they are.
    public var proven: Int
    /// The longest time that a replica is proven to lag at most.
    public var longestLagMilliseconds: UInt64?

    /// What probes know.
    public init(instances: Int, sampled: Int, proven: Int, longestLagMilliseconds: UInt64?) {
      self.instances = instances
      self.sampled = sampled
      self.proven = proven
      self.longestLagMilliseconds = longestLagMilliseconds
    }
  }

  /// All of a router's work together.
  public struct Totals: Codable, Sendable, Equatable {
    /// Client connections that are logged in.
    public var clients = 0
    /// Those of them that wait for a server.
    public var waiting = 0
    /// Server connections in use.
    public var serversInUse = 0
    /// Server connections that nobody uses now.
    public var serversIdle = 0
    /// Transactions that ended, over the last second.
    public var transactionsPerSecond = 0.0
    /// Bytes both ways, over the last second.
    public var bytesPerSecond = 0.0
    /// About how many tenants ended a transaction in the last minute.
    public var activeTenants = 0
    /// Tenants that something is done about.
    public var treatedTenants = 0
    /// Instances of the map that some worker's last attempt has failed at, or that some worker leaves
    /// alone for a while; nil where no worker has told.
    public var unwellInstances: Int?
    /// Connections of clients that were told why not, since the start.
    public var refused: UInt64 = 0
    /// What half of the last seconds' requests took at most; nil where there were none.
    public var p50Microseconds: Double?
    /// What 99 % of the last seconds' requests took at most; nil where there were none.
    public var p99Microseconds: Double?

    /// No work.
    public init() {}
  }
}
