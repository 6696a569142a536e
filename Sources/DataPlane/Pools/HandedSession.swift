import Routing
import ShardMap

/// A client whose tenant has workers of its own, on its way to one of them from the worker that accepted it.
struct HandedSession: Sendable {
  let client: Int32
  let listener: Int
  let acceptedAt: MonotonicTime
  /// What the worker that keeps its encryption knows of that; nil where it has none, or still has to.
  var encryption: HandedEncryption?
  /// Where the client is, and whom it is of, by a PROXY header.
  let origin: SocketAddress?
  let proxied: ProxiedTenants?
  /// What was said so far.
  let greeting: Greeting
  /// What the client has sent that was not dealt with yet.
  let bytes: [UInt8]
}

/// What is known of a client's encryption where it ends at another worker.
struct HandedEncryption: Sendable {
  /// The tenants that the client has named by it.
  let tenants: EncryptedTenants
  /// The hash of the certificate that the client was shown, which its login may be bound to.
  let serverEndPoint: [UInt8]
}
