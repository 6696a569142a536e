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

extension StartupMessage {
  /// The packet again with another database, and another user and other options where they are given;
  /// every other parameter keeps its value and its place.
  ///
  /// - Parameters:
  ///   - packet: the packet that this message was decoded from.
  ///   - database: the database to ask for, whether or not the client named one.
  ///   - user: the user to log in as; nil keeps the client's.
  ///   - options: the options to send; nil keeps the client's, empty leaves the parameter out.
  /// - Returns: the whole new packet.
  /// - Throws: ``StartupPacketError/lengthOutOfRange(_:)`` when the new packet is too long, or
  ///   ``StartupPacketError/unencodableText`` when a new value has a zero byte inside.
  public func rewritten(
    packet: RawSpan, database: RawSpan, user: RawSpan? = nil, options: RawSpan? = nil
  ) throws(StartupPacketError) -> [UInt8] {
    var writer = StartupMessageWriter(protocolVersion: protocolVersion)
    for parameter in parameters {
      let name = packet.extracting(parameter.name)
      if packet.bytes(in: parameter.name, equal: "database".utf8) { continue }
      if let user, packet.bytes(in: parameter.name, equal: "user".utf8) {
        try writer.append(name: name, value: user)
      } else if let options, packet.bytes(in: parameter.name, equal: "options".utf8) {
        if options.byteCount > 0 { try writer.append(name: name, value: options) }
      } else {
        try writer.append(name: name, value: packet.extracting(parameter.value))
      }
    }
    try writer.append(name: "database", value: database)
    return try writer.finish()
  }
}
