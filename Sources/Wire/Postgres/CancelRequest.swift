/// A request to cancel what the session with this process id and key is running.
///
/// The server answers nothing, whether the key was right or not.
public struct CancelRequest: Sendable, Equatable {
  /// The process id that ``BackendKeyData`` told the client.
  public let processID: Int32
  /// Where the key stands in the packet: ``PostgresLimits/cancelKeyBytes`` bytes.
  public let key: Range<Int>

  /// A request whose key stands at `key` in some packet.
  public init(processID: Int32, key: Range<Int>) {
    self.processID = processID
    self.key = key
  }

  /// The packet that asks to cancel the session with this process id and key.
  ///
  /// - Precondition: the key's length is in ``PostgresLimits/cancelKeyBytes``.
  public static func encoded(processID: Int32, key: RawSpan) -> [UInt8] {
    precondition(PostgresLimits.cancelKeyBytes.contains(key.byteCount), "no such cancel key")
    var packet: [UInt8] = []
    packet.reserveCapacity(12 + key.byteCount)
    packet.append(bigEndian: UInt32(12 + key.byteCount))
    packet.append(bigEndian: RequestCode.cancel)
    packet.append(bigEndian: processID)
    packet.append(key, in: 0..<key.byteCount)
    return packet
  }
}
