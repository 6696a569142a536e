import Routing
import ShardMap

/// A client whose tenant has workers of its own, on its way to one of them from the worker that accepted it.
struct HandedSession: Sendable {
  let client: Int32
  let listener: Int
  let acceptedAt: MonotonicTime
  /// The tenants that the client has named by its encryption, which has ended already; nil where it has none, or still has to.
  var encrypted: EncryptedTenants?
  /// Where the client is, and whom it is of, by a PROXY header.
  let origin: SocketAddress?
  let proxied: ProxiedTenants?
  /// What was said so far.
  let greeting: Greeting
  /// What the client has sent that was not dealt with yet.
  let bytes: [UInt8]
}
