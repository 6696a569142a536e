/// What a client needs to cancel what its session is running.
public struct BackendKeyData: Sendable, Equatable {
  /// The session's process id, as the server names it.
  public let processID: Int32
  /// Where the key stands in the body.
  public let key: Range<Int>

  /// Reads the body of a `K` message.
  ///
  /// - Parameters:
  ///   - body: the whole body.
  ///   - version: the protocol that client and server agreed on; up to 3.1 a key has exactly four
  ///     bytes, from 3.2 on ``PostgresLimits/cancelKeyBytes``.
  /// - Returns: process id and key.
  /// - Throws: when the key's length does not fit the protocol.
  public static func decode(
    _ body: RawSpan, version: ProtocolVersion
  ) throws(MessageBodyError) -> BackendKeyData {
    var reader = BodyReader(type: BackendMessageType.backendKeyData, body)
    let processID = try reader.int32(body)
    let key = reader.rest()
    let shortest = PostgresLimits.cancelKeyBytes.lowerBound
    let longest = version < .v3_2 ? shortest : PostgresLimits.cancelKeyBytes.upperBound
    if key.count < shortest { throw reader.error(.truncated, at: key.lowerBound) }
    if key.count > longest { throw reader.error(.trailingBytes, at: key.lowerBound + longest) }
    return BackendKeyData(processID: processID, key: key)
  }

  /// The whole message that tells a client this process id and key.
  ///
  /// - Precondition: the key's length is in ``PostgresLimits/cancelKeyBytes``.
  public static func encoded(processID: Int32, key: RawSpan) -> [UInt8] {
    precondition(PostgresLimits.cancelKeyBytes.contains(key.byteCount), "no such cancel key")
    var body: [UInt8] = []
    body.append(bigEndian: processID)
    body.append(key, in: 0..<key.byteCount)
    return MessageEncoder.encode(type: BackendMessageType.backendKeyData, body: body)
  }
}
