/// A client's wish for a session: the protocol it speaks, and named parameters.
///
/// Names and values are ranges into the packet, offsets from its first byte.
public struct StartupMessage: Sendable, Equatable {
  /// One parameter of a startup message.
  public struct Parameter: Sendable, Hashable {
    /// Where the name stands in the packet, without its terminator; never empty.
    public let name: Range<Int>
    /// Where the value stands in the packet, without its terminator.
    public let value: Range<Int>
  }

  /// The newest protocol that the client speaks; its major version is 3.
  public let protocolVersion: ProtocolVersion
  /// The parameters in the order of the packet, at most ``PostgresLimits/startupParameters``; no two
  /// have the same name.
  public let parameters: [Parameter]

  /// Where the value of the parameter with this name stands in the packet; nil when it is not given.
  ///
  /// Names are compared byte for byte, as the server compares `user`, `database` and `options`.
  /// Costs a comparison for each parameter.
  public func lookup(_ name: String, in packet: RawSpan) -> Range<Int>? {
    for parameter in parameters where packet.bytes(in: parameter.name, equal: name.utf8) {
      return parameter.value
    }
    return nil
  }

  /// Reads the parameters of a complete packet whose length and version have been checked.
  static func decode(
    _ bytes: RawSpan, byteCount: Int
  ) throws(StartupPacketError) -> StartupMessage {
    var cursor = ByteCursor(8..<byteCount)
    var parameters: [Parameter] = []
    parameters.reserveCapacity(8)
    while true {
      let start = cursor.offset
      if cursor.isAtEnd { throw .misplacedTerminator(offset: start) }
      guard let name = cursor.terminatedText(bytes) else {
        throw .unterminatedText(offset: start)
      }
      if name.isEmpty { break }
      let valueStart = cursor.offset
      guard let value = cursor.terminatedText(bytes) else {
        throw .unterminatedText(offset: valueStart)
      }
      // The server would take the last of two, and so might disagree with the router about the
      // tenant.
      for earlier in parameters where bytes.bytes(in: earlier.name, equalThoseIn: name) {
        throw .duplicateParameter(offset: start)
      }
      if parameters.count == PostgresLimits.startupParameters { throw .tooManyParameters }
      parameters.append(Parameter(name: name, value: value))
    }
    if !cursor.isAtEnd { throw .misplacedTerminator(offset: cursor.offset - 1) }
    return StartupMessage(
      protocolVersion: ProtocolVersion(rawValue: bytes.bigEndianUInt32(at: 4)),
      parameters: parameters)
  }
}
