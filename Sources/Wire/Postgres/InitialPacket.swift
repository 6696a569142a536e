/// The first packet of a client, and each one that follows until the startup message: it has no type
/// byte, only a length and a code.
public enum InitialPacket: Sendable, Equatable {
  /// The client asks for TLS; it waits for `S` or `N`.
  case sslRequest
  /// The client asks for GSSAPI encryption; it waits for `G` or `N`.
  case gssEncryptionRequest
  /// The client asks to cancel what another connection is running, and then closes this one.
  case cancelRequest(CancelRequest)
  /// The client wants a session.
  case startup(StartupMessage)

  /// A packet and the number of bytes it took.
  public struct Decoded: Sendable, Equatable {
    /// The packet; its ranges are offsets from the packet's first byte.
    public let packet: InitialPacket
    /// Length of the packet in bytes, from its first byte on.
    public let byteCount: Int
  }

  /// Decodes the packet that begins at the first of `bytes`, all bytes that have arrived so far.
  ///
  /// A length that is out of range is refused once four bytes are there, and the code once eight are;
  /// the rest is read when the packet is complete. Costs one pass over the packet, and an allocation
  /// for a startup message's parameters.
  ///
  /// - Parameter bytes: what has arrived, from the packet's first byte on; it may go on behind the
  ///   packet.
  /// - Returns: the packet, or nil while more bytes are needed.
  /// - Throws: what is wrong with the packet; more bytes would not make it right.
  public static func decode(_ bytes: RawSpan) throws(StartupPacketError) -> Decoded? {
    guard let byteCount = try packetLength(bytes) else { return nil }
    guard bytes.byteCount >= 8 else { return nil }
    let code = bytes.bigEndianUInt32(at: 4)
    try checkLength(byteCount, of: code)
    guard bytes.byteCount >= byteCount else { return nil }
    let packet: InitialPacket
    switch code {
    case RequestCode.ssl: packet = .sslRequest
    case RequestCode.gssEncryption: packet = .gssEncryptionRequest
    case RequestCode.cancel:
      packet = .cancelRequest(
        CancelRequest(
          processID: Int32(bitPattern: bytes.bigEndianUInt32(at: 8)), key: 12..<byteCount))
    default:
      packet = .startup(try StartupMessage.decode(bytes, byteCount: byteCount))
    }
    return Decoded(packet: packet, byteCount: byteCount)
  }

  /// The length that the packet claims, checked against the limits; nil until four bytes are there.
  private static func packetLength(_ bytes: RawSpan) throws(StartupPacketError) -> Int? {
    guard bytes.byteCount >= 4 else { return nil }
    let length = Int32(bitPattern: bytes.bigEndianUInt32(at: 0))
    guard length >= 8, length <= PostgresLimits.startupPacketBytes else {
      throw .lengthOutOfRange(length)
    }
    return Int(length)
  }

  /// Checks the code of a packet, and that a packet with this code may be as long as this one.
  private static func checkLength(
    _ byteCount: Int, of code: UInt32
  ) throws(StartupPacketError) {
    switch code {
    case RequestCode.ssl, RequestCode.gssEncryption:
      if byteCount != 8 { throw .encryptionRequestLength(byteCount) }
    case RequestCode.cancel:
      if !PostgresLimits.cancelKeyBytes.contains(byteCount - 12) {
        throw .cancelKeyLength(byteCount - 12)
      }
    default:
      let version = ProtocolVersion(rawValue: code)
      if version.major != 3 { throw .unsupportedProtocol(version) }
    }
  }
}

/// What stands in the place of the protocol version in packets that are not a startup message.
enum RequestCode {
  static var cancel: UInt32 { 1234 << 16 | 5678 }
  static var ssl: UInt32 { 1234 << 16 | 5679 }
  static var gssEncryption: UInt32 { 1234 << 16 | 5680 }
}
