public import Admission
public import Routing
public import ShardMap
public import Telemetry

/// What a worker counts.
public enum WorkerCounter: Int, CaseIterable, Sendable {
  case accepted, refused, routed, closed, connectFailures, cancelsForwarded, cancelsUnknown
  case acceptFailures, mapsApplied, upstreamBytes, downstreamBytes, overflows, overflowLimitHits
  case mapHits, staleServes, refusedStalePermissions, unknownTenants, negativeHits, sessionsHeld
  case refreshesWanted, staleRouteEvidence, loginsRejected, sessionsMoved, sessionsMovedByForce
  case linksOpened, linksLost, linksAligned, statementsPrepared, sessionsPinned
  case relayed, refusedForeign, sessionsHandedOver, sessionsAdopted
  case limitRate, limitServerConnections, limitBytes, limitAttempts, limitClientConnections
  case refusedForRate, refusedForServerConnections, refusedForAttempts
  case refusedForClientConnections, workDelayed, delayMicroseconds
  case shedBackground, shedBatch, shedBoundedReads, delayedByRouter, shedDelayed, shedAll
  case waitersDropped, loginsCut, refusalsCut, acceptPauses, acceptStops, clientsClosedUnheard
  case routedDegraded, refusedByMode
  case sessionsDrained, sessionsCutByDrain
  case requestsServed, requestsRefused, requestsLimited, requestsFailed, requestsAbandoned
  case clientsHandedOver, clientsNotHandedOver, clientsTakenOver
  case tlsClientsShaken, tlsClientsResumed, tlsServersShaken, tlsServersResumed
  case tlsFailedProtocol, tlsFailedCertificate, tlsFailedTimeout, tlsFailedLimit, tlsFailedLeft
  case proxyHeaders, proxyLocal, proxyMissing, proxyMalformed, proxyWrongChecksum, proxyTooLong
  case proxyLate, configurationsTaken
  case tracesRecorded, tracesDropped
  case ringOverflows, tlsClosed
  /// No counts, but the longest of all times.
  case longestCensusPauseMicroseconds
  case longestMapPauseMicroseconds

  /// Whether it is the longest of all times: of several, the longest counts and not their sum.
  public var isLongest: Bool {
    self == .longestMapPauseMicroseconds || self == .longestCensusPauseMicroseconds
  }

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
    case .relayed: "sessions_relayed"
    case .refusedForeign: "refused_foreign_tenants"
    case .sessionsHandedOver: "sessions_handed_over"
    case .sessionsAdopted: "sessions_adopted"
    case .limitRate: "limit_rate_hits"
    case .limitServerConnections: "limit_server_connections_hits"
    case .limitBytes: "limit_bytes_hits"
    case .limitAttempts: "limit_connection_attempts_hits"
    case .limitClientConnections: "limit_client_connections_hits"
    case .refusedForRate: "refused_for_rate"
    case .refusedForServerConnections: "refused_for_server_connections"
    case .refusedForAttempts: "refused_for_connection_attempts"
    case .refusedForClientConnections: "refused_for_client_connections"
    case .workDelayed: "work_delayed"
    case .delayMicroseconds: "delay_microseconds"
    case .shedBackground: "shed_background"
    case .shedBatch: "shed_batch"
    case .shedBoundedReads: "shed_bounded_reads"
    case .delayedByRouter: "delayed_by_overload"
    case .shedDelayed: "shed_delayed"
    case .shedAll: "shed_all"
    case .waitersDropped: "waiting_sessions_dropped"
    case .loginsCut: "waiting_logins_cut"
    case .refusalsCut: "refused_clients_cut"
    case .acceptPauses: "accept_pauses"
    case .acceptStops: "accept_stops"
    case .clientsClosedUnheard: "clients_closed_unheard"
    case .routedDegraded: "routed_degraded"
    case .refusedByMode: "refused_by_mode"
    case .sessionsDrained: "sessions_drained"
    case .sessionsCutByDrain: "sessions_cut_by_drain"
    case .requestsServed: "requests_served"
    case .requestsRefused: "requests_refused"
    case .requestsLimited: "requests_limited"
    case .requestsFailed: "requests_failed"
    case .requestsAbandoned: "requests_abandoned"
    case .clientsHandedOver: "clients_handed_over"
    case .clientsNotHandedOver: "clients_not_handed_over"
    case .clientsTakenOver: "clients_taken_over"
    case .tlsClientsShaken: "tls_client_handshakes_full"
    case .tlsClientsResumed: "tls_client_handshakes_resumed"
    case .tlsServersShaken: "tls_server_handshakes_full"
    case .tlsServersResumed: "tls_server_handshakes_resumed"
    case .tlsFailedProtocol: "tls_failed_protocol"
    case .tlsFailedCertificate: "tls_failed_certificate"
    case .tlsFailedTimeout: "tls_failed_timeout"
    case .tlsFailedLimit: "tls_failed_limit"
    case .tlsFailedLeft: "tls_failed_left"
    case .proxyHeaders: "proxy_headers"
    case .proxyLocal: "proxy_local_headers"
    case .proxyMissing: "proxy_headers_missing"
    case .proxyMalformed: "proxy_headers_malformed"
    case .proxyWrongChecksum: "proxy_headers_wrong_checksum"
    case .proxyTooLong: "proxy_headers_too_long"
    case .proxyLate: "proxy_headers_late"
    case .tracesRecorded: "traces_recorded"
    case .tracesDropped: "traces_dropped"
    case .configurationsTaken: "configurations_taken"
    case .ringOverflows: "ring_overflows"
    case .longestCensusPauseMicroseconds: "longest_census_pause_microseconds"
    case .tlsClosed: "tls_connections_closed"
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
    /// The worker gives up more, or less, than before; why, in a few words.
    case overload(OverloadLevel, cause: OverloadCause)
    /// The worker accepts clients in another way.
    case acceptPace(AcceptPace.State)
    /// The encryption of a client's connection, or of one to a server, has failed.
    case tlsFailed(SecureFailure, isClient: Bool)
    /// New certificates and keys can't be used; those in use stay.
    case tlsNotRenewed(String)
    /// A connection has ended at its PROXY header; why.
    case proxyRefused(String)
    /// The worker's thread could not be bound to its core, and runs on any.
    case notBound(worker: Int, core: Int32, errno: Int32)
  }

  /// What happened.
  public let kind: Kind
  /// The tenant, where it is known; else empty.
  public let tenant: [UInt8]
  /// The instance's address, where one is concerned.
  public let address: String?
  /// Whom it has happened to; nil where it was no client.
  public var client: EventClient?
}

/// The client that an event is about, as a person would look for it.
public struct EventClient: Sendable {
  /// The session's identity, unique among those of all workers; never zero.
  public var session: UInt64
  /// The request's identity; that of its span, where it is traced.
  public var request: UInt64
  /// The trace that the request belongs to; nil where requests are not traced.
  public var trace: TraceID?
  /// The tenant's shard, where it is known; else empty.
  public var shard: [UInt8] = []
  /// Where the client is, where that can be told.
  public var address: SocketAddress?
}

/// A worker's counters and events, for another thread to read.
public final class WorkerReport: Sendable {
  /// Events the queue holds before it drops.
  static let eventsHeld = 1024

  /// The counters.
  public let counters = CounterPage<WorkerCounter>()
  /// Routes that were found, by why. A transaction that goes where its session's last one went,
  /// because nothing has changed, is no new one.
  public let routes = CounterPage<RouteReason>()
  /// Routes that were refused, by why.
  public let refusals = CounterPage<RefusalReason>()
  /// How long requests took; nil where nobody asks by HTTP.
  public let requests: RequestHistograms?
  /// What the worker has counted when it was asked.
  public let census = CensusBoard()
  /// How short the worker is of something.
  public let overload = OverloadBoard()
  /// The events, oldest first.
  public let events = EventQueue<WorkerEvent>(capacity: WorkerReport.eventsHeld)
  /// Requests that a collector is to be told of, oldest first; nil where none are traced.
  public let spans: EventQueue<SpanRecord>?

  /// An empty report.
  ///
  /// - Parameters:
  ///   - requests: how requests are measured; nil where nobody asks.
  ///   - capacity: room for traced requests; nil where none are traced.
  public init(requests: RequestHistograms? = nil, spans capacity: Int? = nil) {
    self.requests = requests
    spans = capacity.map { EventQueue(capacity: $0) }
  }

  /// What one counter says now. Any thread may ask.
  public func count(_ counter: WorkerCounter) -> UInt64 { counters.value(counter) }
}
