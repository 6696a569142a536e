import Wire

extension HotPath {
  /// Messages of the protocol, and the packets and hellos before them.
  static let wire =
    [
      scanning("one-slice", sliceBytes: .max),
      scanning("61-byte-slices", sliceBytes: 61),
      startup("read", Samples.startup),
      startup("read-half-arrived", Samples.startup.half),
      startupRewrite,
      hello("read", Samples.hello),
      hello("read-half-arrived", Samples.hello.half),
    ]
    + Samples.texts.map { name, text in
      HotPath("wire/recognize/\(name)") {
        { count in
          var recognized = 0
          for _ in 0..<count where StatementRecognizer.recognize(text.span.bytes).first != .empty {
            recognized += 1
          }
          return recognized
        }
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

  private static func startup(_ name: String, _ packet: [UInt8]) -> HotPath {
    HotPath("wire/startup/\(name)") {
      { count in
        var bytes = 0
        for _ in 0..<count {
          if let read = try InitialPacket.decode(packet.span.bytes) { bytes += read.byteCount }
        }
        return bytes
      }
    }
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

  private static func hello(_ name: String, _ hello: [UInt8]) -> HotPath {
    HotPath("wire/client-hello/\(name)") {
      { count in
        var bytes = 0
        for _ in 0..<count {
          if let read = try ClientHello.decode(hello.span.bytes) { bytes += read.byteCount }
        }
        return bytes
      }
    }
  }
}

extension [UInt8] {
  /// Its first half, as if the rest were still on the way.
  fileprivate var half: [UInt8] { Array(prefix(count / 2)) }
}
