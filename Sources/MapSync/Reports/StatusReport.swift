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

  /// How the router, or without one the sidecar alone, stands at a moment.
  public init(
    sidecar: String, lease: Duration, router: RouterStatement?, status: SyncStatus,
    now: FreshnessClock
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
