/// Limits of a TLS client's first flight as this module reads it.
public enum ClientHelloLimits {
  /// Longest payload of a record, in bytes (RFC 8446, 5.1).
  @inlinable public static var recordPayloadBytes: Int { 16_384 }
  /// Longest ClientHello, in bytes, with the four bytes of its handshake header.
  ///
  /// Hellos with post-quantum key shares take about 1,800.
  @inlinable public static var handshakeBytes: Int { 16_384 }
  /// Most records that one ClientHello may be cut into.
  @inlinable public static var records: Int { 64 }
  /// Most bytes that have to be kept to decode a ClientHello: with as many there,
  /// ``ClientHello/decode(_:)`` either has the hello or has refused it.
  public static var maximumBytes: Int { handshakeBytes + records * TLSRecord.headerBytes }
  /// Longest host name, in bytes.
  @inlinable public static var serverNameBytes: Int { 255 }
  /// Most application protocols that a client may offer.
  @inlinable public static var applicationProtocols: Int { 64 }
}

/// The outermost layer of TLS.
enum TLSRecord {
  static var headerBytes: Int { 5 }
  /// Content type of handshake messages.
  static var handshake: UInt8 { 22 }
}
