/// The limits of an envelope, as they are counted and told.
public enum EnvelopeLimit: UInt8, CaseIterable, Sendable {
  /// Transactions begun, or bytes moved, in a second.
  case rate
  /// Server connections that are at work.
  case serverConnections
  /// Bytes moved within a transaction.
  case bytes
  /// Client connections begun in a second.
  case attempts
  /// Client connections.
  case clientConnections
  /// None of its own: the router is short, and lets transactions through one by one.
  case router

  /// The stable text.
  public var name: String {
    switch self {
    case .rate: "rate"
    case .serverConnections: "server-connections"
    case .bytes: "bytes"
    case .attempts: "connection-attempts"
    case .clientConnections: "client-connections"
    case .router: "router"
    }
  }

  /// Counts work that met it: delayed or refused.
  public var hits: WorkerCounter {
    switch self {
    case .rate: .limitRate
    case .serverConnections: .limitServerConnections
    case .bytes: .limitBytes
    case .attempts: .limitAttempts
    case .clientConnections: .limitClientConnections
    case .router: .delayedByRouter
    }
  }

  /// Counts work that was refused for it; nil where work is only delayed.
  public var refusals: WorkerCounter? {
    switch self {
    case .rate: .refusedForRate
    case .serverConnections: .refusedForServerConnections
    case .bytes: nil
    case .attempts: .refusedForAttempts
    case .clientConnections: .refusedForClientConnections
    case .router: .shedDelayed
    }
  }
}
