import Wire

/// Puts together the messages of a login, which are short and few: whole bodies, one at a time.
struct MessageAssembler {
  private var scanner: MessageScanner
  private var type: UInt8 = 0
  /// The body of the message that ``next(_:from:)`` has told.
  private(set) var body: [UInt8] = []

  /// Takes no message that is longer.
  init(maximumBytes: Int) { scanner = MessageScanner(maximumLength: maximumBytes) }

  /// The type of the next message that is whole; nil when `bytes` are used up.
  ///
  /// - Throws: when a message is longer than the limit, or its length can't be right.
  mutating func next(
    _ bytes: RawSpan, from offset: inout Int
  ) throws(FramingError) -> UInt8? {
    while let event = try scanner.next(bytes, from: &offset) {
      switch event {
      case .header(let type, let length):
        self.type = type
        body.removeAll(keepingCapacity: true)
        if length == 0 { return type }
      case .body(let range, let isLast):
        for place in range { body.append(bytes.byte(at: place)) }
        if isLast { return type }
      }
    }
    return nil
  }
}
