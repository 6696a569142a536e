extension StartupMessage {
  /// The packet again with another database, and another user and other options where they are given;
  /// the others keep their values and their order, and the database comes behind them.
  ///
  /// - Parameters:
  ///   - packet: the packet that this message was decoded from.
  ///   - database: the database to ask for, whether or not the client named one.
  ///   - user: the user to log in as; nil keeps the client's.
  ///   - options: the options to send; nil keeps the client's, empty leaves the parameter out.
  ///   - isKept: whether a parameter of the client goes into the new packet at all.
  ///   - added: parameters that come last.
  /// - Returns: the whole new packet.
  /// - Throws: ``StartupPacketError/lengthOutOfRange(_:)`` when the new packet is too long, or
  ///   ``StartupPacketError/unencodableText`` when a new value has a zero byte inside.
  public func rewritten(
    packet: RawSpan, database: RawSpan, user: RawSpan? = nil, options: RawSpan? = nil,
    keeping isKept: (Parameter) -> Bool = { _ in true },
    adding added: [(name: String, value: String)] = []
  ) throws(StartupPacketError) -> [UInt8] {
    var writer = StartupMessageWriter(protocolVersion: protocolVersion)
    for parameter in parameters where isKept(parameter) {
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
    for (name, value) in added { try writer.append(name: name, value: value) }
    return try writer.finish()
  }
}
