import TLS

/// What a client says first in TLS.
enum ClientHelloBytes {
  /// The hello of a client of PostgreSQL that asks for a server by name.
  static func hello(toServer name: String) throws(LoadError) -> [UInt8] {
    do throws(TLSError) {
      let context = try TLSContext(client: TLSContext.ClientSettings(verification: .require))
      var stream = try TLSStream(context, serverName: name)
      try stream.shakeHands()
      return [UInt8](unsafeUninitializedCapacity: stream.outgoingCount) { room, count in
        count = stream.takeOutgoing(into: UnsafeMutableRawBufferPointer(room))
      }
    } catch {
      throw .tls(error)
    }
  }
}
