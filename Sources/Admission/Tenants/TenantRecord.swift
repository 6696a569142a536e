internal import Routing
internal import ShardMap

/// What a worker touches for each of a tenant's transactions: half a cache line.
///
/// Invariant that keeps the pointer safe: `cell` is one that the table has joined and not left.
@usableFromInline
struct TenantRecord: BitwiseCopyable {
  /// What the workers share of it; nil while its envelope limits nothing.
  var cell: UnsafeMutablePointer<TenantCell>?
  /// Transactions that may begin without asking anybody.
  @usableFromInline var tokens: UInt32 = 0
  /// Transactions under way.
  @usableFromInline var running: UInt32 = 0
  /// The most of them that may be under way without asking anybody; ``unlimited`` for no limit.
  @usableFromInline var allowance: UInt32 = unlimited
  /// Bytes that may be moved before they are charged.
  @usableFromInline var roomIn: Int32 = .max
  @usableFromInline var roomOut: Int32 = .max
  /// In the lower 24 bits, ``nextHeld``; in the highest, ``isRated``.
  @usableFromInline var links: UInt32 = notHeld

  /// The next tenant of which the worker holds something; ``notHeld`` when it is not among them.
  @inlinable var nextHeld: UInt32 {
    get { links & Self.notHeld }
    set { links = links & ~Self.notHeld | newValue }
  }
  /// Whether ``tokens`` came from a limited rate.
  var isRated: Bool {
    get { links &>> 31 != 0 }
    set { links = links & (1 &<< 31 - 1) | (newValue ? 1 &<< 31 : 0) }
  }

  @inlinable static var unlimited: UInt32 { .max }
  /// What a tenant has whose transactions nothing limits: more than it uses up between two looks at
  /// its bytes. Never given back.
  static let tokensOfUnlimited: UInt32 = 1 << 30
  @inlinable static var notHeld: UInt32 { 1 &<< 24 - 1 }
  @inlinable static var endOfHeld: UInt32 { 1 &<< 24 - 2 }

  init() {}
}

/// The rest of what a worker knows of a tenant.
///
/// First, in a cache line of its own, what a transaction needs that takes server connections.
struct TenantDetails: BitwiseCopyable {
  /// Server connections that the worker has taken of the shared ones: ``TenantRecord/running`` or more.
  /// None where nothing limits them.
  var units: UInt32 = 0
  /// When it last found no server connection, in nanoseconds, as long as it seeks one; otherwise 0.
  var soughtAt: UInt64 = 0
  /// Until when it takes none that another worker seeks, in nanoseconds.
  var yieldsUntil: UInt64 = 0
  /// What ``TenantRecord/roomIn`` and ``TenantRecord/roomOut`` began with.
  var roomIn: Int32 = .max
  var roomOut: Int32 = .max
  /// Since when it has no session, in nanoseconds.
  var idleSince: UInt64 = 0
  /// Its neighbour among the tenants without sessions, oldest first; or among free slots.
  var nextIdle: UInt32 = .max

  var previousIdle: UInt32 = .max
  /// Sessions that hold the slot; none while it is remembered only.
  var sessions: UInt32 = 0
  /// Client connections that were admitted here and are not over.
  var connections: UInt32 = 0
  var hash: UInt64
  var name: TenantName

  init(name: TenantName, hash: UInt64) {
    self.name = name
    self.hash = hash
  }
}
