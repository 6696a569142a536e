public import Telemetry

/// What a worker counts.
public enum WorkerCounter: Int, CaseIterable, Sendable {
  case accepted, refused, routed, closed, connectFailures, cancelsForwarded, cancelsUnknown
  case acceptFailures, mapsApplied, upstreamBytes, downstreamBytes, overflows, overflowLimitHits
  case mapHits, staleServes, refusedStalePermissions, unknownTenants, negativeHits, sessionsHeld
  case refreshesWanted, staleRouteEvidence, loginsRejected, sessionsMoved, sessionsMovedByForce
  case linksOpened, linksLost, linksAligned, statementsPrepared, sessionsPinned
  /// No count, but the longest of all times.
  case longestMapPauseMicroseconds

  /// The counter's stable name.
  public var name: String {
    switch self {
    case .accepted: "connections_accepted"
    case .refused: "connections_refused"
    case .routed: "sessions_routed"
    case .closed: "connections_closed"
    case .connectFailures: "server_connect_failures"
    case .cancelsForwarded: "cancels_forwarded"
    case .cancelsUnknown: "cancels_unknown"
    case .acceptFailures: "accept_failures"
    case .mapsApplied: "maps_applied"
    case .upstreamBytes: "upstream_bytes"
    case .downstreamBytes: "downstream_bytes"
    case .overflows: "slow_receivers"
    case .overflowLimitHits: "sessions_cut_for_memory"
    case .mapHits: "map_hits"
    case .staleServes: "stale_serves"
    case .refusedStalePermissions: "refused_stale_permissions"
    case .unknownTenants: "refused_unknown_tenants"
    case .negativeHits: "negative_cache_hits"
    case .sessionsHeld: "sessions_held"
    case .refreshesWanted: "refreshes_wanted"
    case .staleRouteEvidence: "stale_route_evidence"
    case .loginsRejected: "logins_rejected_by_servers"
    case .sessionsMoved: "sessions_moved"
    case .sessionsMovedByForce: "sessions_moved_by_force"
    case .linksOpened: "server_connections_opened"
    case .linksLost: "server_connections_lost"
    case .linksAligned: "server_connections_aligned"
    case .statementsPrepared: "statements_prepared"
    case .sessionsPinned: "sessions_pinned"
    case .longestMapPauseMicroseconds: "longest_map_pause_microseconds"
    }
  }
}

/// Something a worker did that a person may want to read of.
public struct WorkerEvent: Sendable {
  /// What happened.
  public enum Kind: Sendable {
    /// A client was told why not; the text is the message it got.
    case refused(sqlState: String, message: String)
    /// An instance did not take a connection.
    case connectFailed(errno: Int32)
    /// Accepting failed.
    case acceptFailed(errno: Int32)
    /// A session ended because slow receivers held all the overflow blocks.
    case overflowLimit
  }

  /// What happened.
  public let kind: Kind
  /// The tenant, where it is known; else empty.
  public let tenant: [UInt8]
  /// The instance's address, where one is concerned.
  public let address: String?
}

/// A worker's counters and events, for another thread to read.
public final class WorkerReport: Sendable {
  /// Events the queue holds before it drops.
  static let eventsHeld = 1024

  /// The counters.
  public let counters = CounterPage<WorkerCounter>()
  /// The events, oldest first.
  public let events = EventQueue<WorkerEvent>(capacity: WorkerReport.eventsHeld)

  /// An empty report.
  public init() {}
}
