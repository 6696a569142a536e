/// What a TLS client says in the open before anything is encrypted, as far as a router needs it.
public struct ClientHelloInfo: Sendable, Equatable {
  /// The host name that the client wants to reach (SNI), ASCII letters in lower case; nil when it names
  /// none.
  public let serverName: [UInt8]?
  /// The protocols that the client offers to speak inside (ALPN), the one it likes best first; empty
  /// when it offers none.
  public let applicationProtocols: [[UInt8]]
  /// Length of the records that hold the hello, in bytes from the first one on.
  public let byteCount: Int
}

/// Reads a TLS client's first flight without taking part in the handshake.
public enum ClientHello {
  /// The first byte of each flight that ``decode(_:)`` can read: a handshake record.
  ///
  /// No PostgreSQL packet begins with it, since its length would be over any limit.
  public static var firstByte: UInt8 { TLSRecord.handshake }

  /// Decodes the hello that begins at the first of `bytes`, all bytes that have arrived so far.
  ///
  /// Each record's header is checked once its bytes are there, and the hello's length once it is
  /// known; the rest is read when the hello is complete. While it is not, a call looks at the headers
  /// only (at most ``ClientHelloLimits/records`` of them) and allocates nothing.
  ///
  /// - Parameter bytes: what has arrived, from the first record on; it may go on behind the hello.
  /// - Returns: what the client says, or nil while more bytes are needed.
  /// - Throws: what is wrong with the flight; more bytes would not make it right.
  public static func decode(_ bytes: RawSpan) throws(ClientHelloError) -> ClientHelloInfo? {
    guard let extent = try HandshakeExtent.find(bytes) else { return nil }
    let hello = extent.gather(bytes)
    return try ClientHelloBody.decode(hello, byteCount: extent.byteCount)
  }
}
