import Wire

/// Puts a server's messages together from the pieces in which they arrive. Each is stored, so they have a limit.
struct MessageCollector {
  private var scanner = MessageScanner(maximumLength: ProbeLimits.messageBytes)
  private var type: UInt8 = 0
  private var body: [UInt8] = []

  /// The next message that is complete, and moves `offset` past it; nil when the piece is used up.
  mutating func next(
    _ bytes: RawSpan, from offset: inout Int
  ) throws(FramingError) -> (type: UInt8, body: [UInt8])? {
    while let event = try scanner.next(bytes, from: &offset) {
      switch event {
      case .header(let type, let bodyLength):
        self.type = type
        body = []
        if bodyLength == 0 { return (type, body) }
      case .body(let range, let isLast):
        body += bytes.copy(of: range)
        if isLast { return (type, body) }
      }
    }
    return nil
  }
}
