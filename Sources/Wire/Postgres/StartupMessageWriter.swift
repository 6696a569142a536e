/// Builds a startup packet, parameter by parameter.
public struct StartupMessageWriter: Sendable {
  private var packet: [UInt8]

  /// A packet without parameters.
  public init(protocolVersion: ProtocolVersion = .v3_0) {
    packet = []
    packet.reserveCapacity(256)
    packet.append(bigEndian: UInt32(0))  // The length, written by `finish`.
    packet.append(bigEndian: protocolVersion.rawValue)
  }

  /// Appends a parameter given as bytes, without terminators.
  ///
  /// - Throws: ``StartupPacketError/unencodableText`` for an empty name or a zero byte inside.
  public mutating func append(name: RawSpan, value: RawSpan) throws(StartupPacketError) {
    if name.byteCount == 0 { throw .unencodableText }
    try append(terminated: name)
    try append(terminated: value)
  }

  /// Appends a parameter given as text.
  ///
  /// - Throws: ``StartupPacketError/unencodableText`` for an empty name or a zero byte inside.
  public mutating func append(name: String, value: String) throws(StartupPacketError) {
    if name.isEmpty { throw .unencodableText }
    try append(terminated: name)
    try append(terminated: value)
  }

  /// Appends a parameter whose name is text and whose value is bytes.
  ///
  /// - Throws: ``StartupPacketError/unencodableText`` for an empty name or a zero byte inside.
  public mutating func append(name: String, value: RawSpan) throws(StartupPacketError) {
    if name.isEmpty { throw .unencodableText }
    try append(terminated: name)
    try append(terminated: value)
  }

  /// Ends the packet.
  ///
  /// - Throws: ``StartupPacketError/lengthOutOfRange(_:)`` when it is longer than a server takes.
  public consuming func finish() throws(StartupPacketError) -> [UInt8] {
    packet.append(0)
    if packet.count > PostgresLimits.startupPacketBytes {
      throw .lengthOutOfRange(Int32(clamping: packet.count))
    }
    packet.replace(at: 0, bigEndian: UInt32(packet.count))
    return packet
  }

  private mutating func append(terminated text: RawSpan) throws(StartupPacketError) {
    for offset in 0..<text.byteCount {
      let byte = text.byte(at: offset)
      if byte == 0 { throw .unencodableText }
      packet.append(byte)
    }
    packet.append(0)
  }

  private mutating func append(terminated text: String) throws(StartupPacketError) {
    for byte in text.utf8 {
      if byte == 0 { throw .unencodableText }
      packet.append(byte)
    }
    packet.append(0)
  }
}
