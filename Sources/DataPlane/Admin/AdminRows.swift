import Routing
import ShardMap

/// What a worker tells of a session.
struct ClientRow: Sendable {
  let handle: SlabHandle
  let phase: SessionPhase
  let listener: Int
  let tenant: TenantName
  /// The account of a session that shares server connections.
  var account: Int?
  let peer: SocketAddress?
  /// Its instance; nil while it has none.
  let instance: SocketAddress?
  let epoch: UInt64
  let acceptedAt: MonotonicTime
  let lastActivity: MonotonicTime
  /// The pool whose server it has, waits for, or had last.
  var pool: Int?
  /// The server connection it has borrowed.
  var link: SlabHandle?
  var isPinned = false
  var statements = 0
  /// Version and cipher of the client's encryption that ends here; nil where there is none.
  var tls: String?
  /// The same of the server connection of its own.
  var serverTLS: String?

  /// Whether the client is in.
  var isIn: Bool {
    switch phase {
    case .relaying, .parked, .queued, .lent: true
    default: false
    }
  }
  /// Whether it waits for a server.
  var isWaiting: Bool { phase == .queued }
  /// Whether it has a server connection of its own.
  var hasOwnServer: Bool { phase == .relaying }
}

/// What a worker tells of a server connection that sessions share.
struct LinkRow: Sendable {
  let handle: SlabHandle
  let phase: LinkPhase
  let account: Int
  let instance: SocketAddress
  let epoch: UInt64
  let session: SlabHandle?
  let tenant: TenantName
  let connectedAt: MonotonicTime
  let idleSince: MonotonicTime
  /// The server's process; nil before it has told.
  let processID: Int32?
  let statements: Int
  /// Version and cipher of its encryption; nil where there is none.
  let tls: String?
}

/// What a worker tells of a pool.
struct PoolRow: Sendable {
  let place: Int
  let account: Int
  let instance: SocketAddress
  let epoch: UInt64
  let idle: Int
  let lent: Int
  let coming: Int
  let isPaused: Bool
}

/// What a worker tells of an instance of the map.
struct InstanceRow: Sendable {
  let key: InstanceKey
  let inFlight: Int
  let isFailing: Bool
  let isEjected: Bool
}

/// What a worker tells of a tenant that waits because of a limit.
struct DelayedRow: Sendable {
  let tenant: [UInt8]
  /// Sessions of it that wait.
  let waiting: Int
  /// What they wait for.
  let limit: EnvelopeLimit
  /// Since when there is always one that does.
  let since: MonotonicTime
}

/// Whose server connections they are.
struct AccountName: Sendable, Hashable {
  let user: [UInt8]
  let database: [UInt8]
}
