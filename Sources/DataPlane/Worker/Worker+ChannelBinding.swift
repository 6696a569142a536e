import Authentication
import TLS

/// What ties logins to the encryption that they go through.
extension Worker where K: ~Copyable {
  /// The binding of a socket that is encrypted here, to a client or to a server: SCRAM-SHA-256-PLUS is spoken where there is one.
  mutating func channelBinding(of socket: Int32) -> ChannelBinding {
    guard let hash = kernel.facts(of: socket)?.session?.serverEndPoint, !hash.isEmpty else {
      return .none
    }
    return .tlsServerEndPoint(certificateHash: hash)
  }
}
