internal import LoadModel

/// One client connection, from the startup packet to Terminate: bytes and a clock in, bytes and events out.
///
/// It knows no socket and no TLS: what goes before the startup packet (a PROXY header, SSLRequest, TLS) is the
/// caller's. The clock is any that only goes forward, in nanoseconds, the same for all clients of a ledger.
/// What is to be sent is appended to `out`, which the caller empties. Nothing is allocated once a session is open,
/// but when a server tells an error for the first time.
public struct ClientMachine: ~Copyable {
  /// The tenant it is for: an index in the names of the load's ``TenantChoice``.
  public let tenant: Int
  /// Its number among the connections of its load on its worker; two that are open at once have different ones.
  public let connection: Int
  private var random: RandomSource

  /// A client that is not connected.
  ///
  /// - Parameters:
  ///   - tenant: an index in the names of the load's tenants.
  ///   - connection: its number among the connections of its load on its worker, 0 to 2³² − 1; the read-your-write
  ///     checker's counter has this number.
  ///   - seed: where its transactions' parameters come from.
  public init(tenant: Int, connection: Int, seed: UInt64) {
    self.tenant = tenant
    self.connection = connection
    random = RandomSource(seed: seed)
  }

  /// Begins the session: appends the startup packet. Call it once, when the connection (and TLS) is there.
  public mutating func open(_ plan: ClientPlan, into out: inout [UInt8]) { fatalError() }

  /// Begins a transaction; the session must be open and without one.
  ///
  /// - Parameters:
  ///   - kind: an index in the load's mix.
  ///   - now: the time, read no earlier than what is appended can be sent.
  public mutating func begin(
    _ kind: Int, at now: Int64, _ plan: ClientPlan, _ ledger: inout ConsistencyLedger,
    into out: inout [UInt8]
  ) { fatalError() }

  /// Goes on with a transaction after its client's pause.
  public mutating func goOn(
    at now: Int64, _ plan: ClientPlan, _ ledger: inout ConsistencyLedger, into out: inout [UInt8]
  ) { fatalError() }

  /// Takes bytes of the server's, cut anywhere.
  ///
  /// - Parameters:
  ///   - bytes: what has come, and has not been given before.
  ///   - now: the time, read when the bytes were there: a write counts as acknowledged from then on.
  /// - Returns: what they led to. After ``ClientEvent/broken(_:)`` further bytes are passed over.
  public mutating func receive(
    _ bytes: RawSpan, at now: Int64, _ plan: ClientPlan, _ ledger: inout ConsistencyLedger,
    into out: inout [UInt8]
  ) -> ClientEvent { fatalError() }

  /// Takes leave of an idle session: appends Terminate.
  public mutating func close(into out: inout [UInt8]) { fatalError() }

  /// The connection is gone, or given up, perhaps in the middle of a transaction: the ledger no longer waits for it.
  ///
  /// Call it whenever a connection ends with a transaction under way, as after a time-out; otherwise it does nothing.
  public mutating func disconnect(_ ledger: inout ConsistencyLedger) { fatalError() }

  /// What the last failure was, in words for people: `FATAL 3D000: no such database`. Nil before the first.
  public var message: String? { nil }
}
