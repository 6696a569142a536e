import Wire

extension HotPath {
  /// Messages of the protocol, and the packets and hellos before them.
  static let wire =
    [
      scanning("one-slice", sliceBytes: .max),
      scanning("61-byte-slices", sliceBytes: 61),
      reading("startup/read", Samples.startup, startup),
      reading("startup/read-half-arrived", Samples.startup.half, startup),
      startupRewrite,
      reading("client-hello/read", Samples.hello, hello),
      reading("client-hello/read-half-arrived", Samples.hello.half, hello),
      reading("proxy-header/read", Samples.proxyHeader) { try ProxyHeader.decode($0)?.byteCount },
    ]
    + Samples.texts.map { name, text in
      reading("recognize/\(name)", text) {
        StatementRecognizer.recognize($0).first == .empty ? nil : 1
      }
    }

  private static func scanning(_ name: String, sliceBytes: Int) -> HotPath {
    HotPath("wire/scan/\(name)") {
      let stream = Samples.stream(messages: 1_000)
      return { try scan(stream, upTo: $0, sliceBytes: min(sliceBytes, stream.count)) }
    }
  }

  /// Sends a stream through a scanner in slices, over and over, until it has found so many messages.
  private static func scan(_ stream: [UInt8], upTo count: Int, sliceBytes: Int) throws -> Int {
    var scanner = MessageScanner()
    var messages = 0
    var start = 0
    while messages < count {
      let end = min(start + sliceBytes, stream.count)
      let slice = stream.span.bytes.extracting(start..<end)
      var offset = 0
      while let event = try scanner.next(slice, from: &offset) {
        if case .header = event { messages += 1 }
      }
      start = end == stream.count ? 0 : end
    }
    return messages
  }

  /// Reads what has arrived, over and over; `read` tells a number, such as the length of a packet that is
  /// whole. Calling it takes about thirty instructions of each count.
  private static func reading(
    _ name: String, _ packet: [UInt8], _ read: @escaping @Sendable (RawSpan) throws -> Int?
  ) -> HotPath {
    HotPath("wire/\(name)") {
      { count in
        var bytes = 0
        for _ in 0..<count { bytes += try read(packet.span.bytes) ?? 0 }
        return bytes
      }
    }
  }

  @Sendable private static func startup(_ bytes: RawSpan) throws -> Int? {
    try InitialPacket.decode(bytes)?.byteCount
  }

  @Sendable private static func hello(_ bytes: RawSpan) throws -> Int? {
    try ClientHello.decode(bytes)?.byteCount
  }

  private static let startupRewrite = HotPath("wire/startup/rewrite") {
    let packet = Samples.startup
    guard case .startup(let message) = try InitialPacket.decode(packet.span.bytes)?.packet
    else { fatalError("the sample is no startup message") }
    let database = Array("acme".utf8)
    return { count in
      var bytes = 0
      for _ in 0..<count {
        bytes += try message.rewritten(packet: packet.span.bytes, database: database.span.bytes)
          .count
      }
      return bytes
    }
  }
}

extension [UInt8] {
  /// Its first half, as if the rest were still on the way.
  fileprivate var half: [UInt8] { Array(prefix(count / 2)) }
}
