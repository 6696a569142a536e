import Wire

/// Something that a client or a server says, whole.
enum Utterance: Int {
  /// A client's startup message.
  case startup
  /// A server's answer to it, up to the first ReadyForQuery.
  case welcome
  /// A client's query.
  case query
  /// A server's answer to it.
  case answer
}

/// The bytes of all that is said, the same in every session.
///
/// Invariant that keeps the pointers safe: each text is one allocation, never written again, that
/// lives as long as its owner.
struct Conversation: ~Copyable {
  private let texts: InlineArray<4, UnsafeRawBufferPointer>

  /// A conversation whose queries and answers have `messageBytes` each.
  ///
  /// - Precondition: an answer needs at least 11 bytes: the header of a row and a ReadyForQuery.
  init(messageBytes: Int) throws(StartupPacketError) {
    var startup = StartupMessageWriter()
    try startup.append(name: "user", value: "app")
    try startup.append(name: "database", value: Self.tenant)
    let key: [UInt8] = [1, 2, 3, 4]
    let ready = ReadyForQuery(status: .idle).encoded()
    let welcome =
      AuthenticationRequest.encodedOK()
      + ParameterStatus.encoded(name: "server_version", value: "15.0")
      + BackendKeyData.encoded(processID: 7, key: key.span.bytes) + ready
    let query = Self.filler(FrontendMessageType.query, byteCount: messageBytes)
    let answer =
      Self.filler(BackendMessageType.dataRow, byteCount: messageBytes - ready.count) + ready
    let startupBytes = try startup.finish()
    texts = [
      Self.keep(startupBytes), Self.keep(welcome), Self.keep(query), Self.keep(answer),
    ]
  }

  deinit {
    for place in texts.indices { texts[place].deallocate() }
  }

  /// The tenant that every client asks for.
  static let tenant = "acme"

  /// The text of an utterance.
  subscript(utterance: Utterance) -> UnsafeRawBufferPointer { texts[utterance.rawValue] }

  /// Ends with a zero byte, as a query must.
  private static func filler(_ type: UInt8, byteCount: Int) -> [UInt8] {
    let header = MessageEncoder.encode(type: type, body: []).count
    return MessageEncoder.encode(
      type: type, body: [UInt8](repeating: 0x41, count: byteCount - header - 1) + [0])
  }

  private static func keep(_ bytes: [UInt8]) -> UnsafeRawBufferPointer {
    let text = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 64)
    text.copyBytes(from: bytes)
    return UnsafeRawBufferPointer(text)
  }
}
