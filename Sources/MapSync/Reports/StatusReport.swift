public import ShardMap

/// What `POST /v1/routers/{id}/status` carries.
public struct StatusReport: Codable, Hashable, Sendable {
  /// A version that is in use.
  public struct Applied: Codable, Hashable, Sendable {
    /// The version.
    public var mapVersion: UInt64
    /// Its root.
    public var root: String
    /// When the last worker took it up, in microseconds since 1970.
    public var atMicroseconds: Int64
  }
  /// Why a map is not used.
  public struct Refusal: Codable, Hashable, Sendable {
    /// The stable code.
    public var code: String
    /// The version, if it is known.
    public var mapVersion: UInt64?
    /// What happened.
    public var text: String
  }
  /// What the sidecar has published.
  public struct Map: Codable, Hashable, Sendable {
    /// The version.
    public var mapVersion: UInt64
    /// How long ago the control plane confirmed it; nothing if nobody can tell.
    public var confirmedAgeMilliseconds: UInt64?
  }
  /// Events that came and that didn't.
  public struct Hints: Codable, Hashable, Sendable {
    /// By the gaps in their numbers.
    public var eventsMissed: UInt64
    /// Those that came.
    public var eventsSeen: UInt64
  }

  /// The shares that a router goes by.
  public struct Shares: Codable, Hashable, Sendable {
    /// The number of the grant; 0 for those that it gave itself.
    public var grant: Int64
    /// Of every tenant that it was told no other one of, in parts per million.
    public var standard: UInt32
  }
  /// What a tenant wants of a router, in parts per million of its regional limit.
  public struct Demand: Codable, Hashable, Sendable {
    /// The tenant.
    public var tenant: String
    /// What it wanted lately.
    public var wanted: UInt32
    /// Its share there.
    public var share: UInt32
  }
  /// Something that a router has done or wants.
  public struct Event: Codable, Hashable, Sendable {
    /// Grows with each event of the router.
    public var number: Int64
    /// When it was, in milliseconds since 1970.
    public var atMilliseconds: Int64
    /// What it is.
    public var kind: String
    /// The tenant, or empty.
    public var tenant: String
    /// The shard, or empty.
    public var shard: String
    /// Why, for people.
    public var text: String
  }

  /// The sidecar's name.
  public var sidecar: String
  /// How long the report is good for.
  public var leaseSeconds: Int64
  /// What the router uses.
  public var applied: Applied?
  /// What the router refused after that.
  public var refusal: Refusal?
  /// What the sidecar refuses.
  public var sidecarRefusal: Refusal?
  /// What the sidecar has published.
  public var map: Map?
  /// The router's counters by name.
  public var counters: [String: UInt64]
  /// Events of the sidecar.
  public var hints: Hints
  /// The pool that the router runs for.
  public var pool: String?
  /// The router's name in the pool.
  public var name: String?
  /// The shares that the router goes by.
  public var shares: Shares?
  /// What tenants want of it.
  public var demands: [Demand]?
  /// Events that the control plane has not confirmed yet, the oldest first.
  public var events: [Event]?
  /// Events that the router dropped because nobody took them.
  public var eventsDropped: Int64?

  /// How the router, or without one the sidecar alone, stands at a moment.
  ///
  /// - Parameters:
  ///   - sidecar: the sidecar's name.
  ///   - lease: how long the report is good for.
  ///   - router: what the router says in the page.
  ///   - report: what it says beside it.
  ///   - status: how the sidecar stands.
  ///   - now: the moment.
  public init(
    sidecar: String, lease: Duration, router: RouterStatement?, report: RouterReport? = nil,
    status: SyncStatus, now: FreshnessClock
  ) {
    self.sidecar = sidecar
    leaseSeconds = max(1, lease.components.seconds)
    if let router {
      if router.appliedVersion > 0 {
        applied = Applied(
          mapVersion: router.appliedVersion, root: router.appliedRoot.description,
          atMicroseconds: router.appliedAtWallMicroseconds)
      }
      if !router.refusalCode.isEmpty {
        refusal = Refusal(
          code: router.refusalCode,
          mapVersion: router.refusedVersion > 0 ? router.refusedVersion : nil,
          text: router.refusalText)
      }
    }
    sidecarRefusal = status.refusal.map {
      Refusal(code: $0.code, mapVersion: $0.mapVersion, text: $0.text)
    }
    map = status.published.map {
      Map(mapVersion: $0.version, confirmedAgeMilliseconds: status.age(at: now).milliseconds)
    }
    counters = [:]
    for counter in router == nil ? [] : RouterCounter.allCases {
      counters[counter.name] = min(router?[counter] ?? 0, UInt64(Int64.max))
    }
    hints = Hints(
      eventsMissed: status.counts.eventsMissed, eventsSeen: status.counts.eventsSeen)
    if let report { add(report) }
  }

  private mutating func add(_ report: RouterReport) {
    pool = report.pool
    name = report.name
    shares = Shares(grant: Int64(clamping: report.grant), standard: report.standard)
    demands = report.demands.map {
      Demand(
        tenant: String(decoding: $0.tenant, as: UTF8.self), wanted: $0.wanted, share: $0.share)
    }
    events = report.events.map {
      Event(
        number: Int64(clamping: $0.number), atMilliseconds: $0.atMilliseconds, kind: $0.kind,
        tenant: $0.tenant, shard: $0.shard, text: $0.text)
    }
    eventsDropped = Int64(clamping: report.eventsDropped)
  }
}

extension SyncStatus {
  /// How long ago the map in use was confirmed.
  public func age(at now: FreshnessClock) -> MapAge {
    guard let published, let confirmed else { return .unknown }
    return MapAge(of: SidecarStatement(published, confirmed, condition), at: now)
  }
}

extension SidecarStatement {
  /// A statement of which only the moment matters.
  init(_ edition: MapEdition, _ confirmed: FreshnessClock, _ condition: SidecarCondition) {
    self.init(
      mapVersion: edition.version, root: edition.root,
      confirmedAtBootNanoseconds: confirmed.bootNanoseconds,
      confirmedAtWallMilliseconds: confirmed.wallMilliseconds, bootID: confirmed.bootID,
      condition: condition, refreshAnswered: 0, writerPID: 0)
  }
}
