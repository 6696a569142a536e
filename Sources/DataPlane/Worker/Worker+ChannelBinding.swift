import Authentication
import TLS

/// What ties logins to the encryption that they go through.
extension Worker where K: ~Copyable {
  /// The binding of a socket that is encrypted here, to a client or to a server: SCRAM-SHA-256-PLUS is spoken where there is one. None before the
  /// handshake is over.
  mutating func channelBinding(of socket: Int32) -> ChannelBinding {
    channelBinding(to: kernel.facts(of: socket)?.session?.serverEndPoint ?? [])
  }

  /// The binding of a client's connection, which may be encrypted at another worker.
  mutating func clientBinding(_ handle: SlabHandle) -> ChannelBinding {
    if !handedEncryptions.isEmpty, let handed = handedEncryptions[handle.index] {
      return channelBinding(to: handed.serverEndPoint)
    }
    return channelBinding(of: sessions[handle].client)
  }

  private func channelBinding(to certificateHash: [UInt8]) -> ChannelBinding {
    certificateHash.isEmpty ? .none : .tlsServerEndPoint(certificateHash: certificateHash)
  }
}
