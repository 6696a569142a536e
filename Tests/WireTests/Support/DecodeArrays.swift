import Wire

// The decoders again for arrays, as tests have them.

extension InitialPacket {
  static func decode(_ bytes: [UInt8]) throws(StartupPacketError) -> Decoded? {
    try decode(bytes.span.bytes)
  }
}

extension ClientHello {
  static func decode(_ bytes: [UInt8]) throws(ClientHelloError) -> ClientHelloInfo? {
    try decode(bytes.span.bytes)
  }
}

extension StartupMessage {
  func lookup(_ name: String, in packet: [UInt8]) -> Range<Int>? {
    lookup(name, in: packet.span.bytes)
  }
}

extension StartupOptions {
  init(parsing options: [UInt8]) { self.init(parsing: options.span.bytes) }
}

extension AuthenticationRequest {
  static func decode(_ body: [UInt8]) throws(MessageBodyError) -> AuthenticationRequest {
    try decode(body.span.bytes)
  }
}

extension ErrorResponse {
  static func decode(_ body: [UInt8]) throws(MessageBodyError) -> ErrorResponse {
    try decode(body.span.bytes)
  }
}

extension CommandComplete {
  static func isReadOnlyTag(_ tag: [UInt8]) -> Bool { isReadOnlyTag(tag.span.bytes) }
}
