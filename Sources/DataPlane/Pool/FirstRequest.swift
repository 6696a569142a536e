import Wire

/// What the first bytes of a parked client's are worth.
enum FirstRequest {
  /// Not even a message's header is there.
  case incomplete
  /// The client says goodbye.
  case terminate
  /// There is work for a server.
  case work
  /// COPY data, or its end: servers ignore it where no COPY is under way, as behind one that has failed. How long the message is.
  case ignored(byteCount: Int)
  /// A Query of one statement that a parked session may answer by itself, and how long the message is.
  case answerable(RecognizedStatement, text: Range<Int>, byteCount: Int)

  /// Looks at the bytes from a message's beginning on.
  ///
  /// - Parameters:
  ///   - bytes: what has come, from a message's first byte on.
  ///   - hasBegun: whether the client was told that its transaction has begun.
  init(_ bytes: RawSpan, hasBegun: Bool) {
    guard bytes.byteCount >= Self.headerBytes else {
      self = .incomplete
      return
    }
    switch bytes.byte(at: 0) {
    case FrontendMessageType.terminate: self = .terminate
    case FrontendMessageType.query: self = Self.query(bytes, hasBegun: hasBegun)
    case FrontendMessageType.copyData, FrontendMessageType.copyDone, FrontendMessageType.copyFail:
      self = Self.ignored(bytes)
    default: self = .work
    }
  }

  private static let headerBytes = 5
  /// Longest text that a parked session answers by itself: of such a one the whole is waited for, so that it makes no difference how it is cut.
  private static let answerableBytes = 256

  private static func end(_ bytes: RawSpan) -> Int {
    var length = 0
    for place in 1..<headerBytes { length = length << 8 | Int(bytes.byte(at: place)) }
    return 1 + length
  }

  /// Only what is whole is thrown away: the rest of what is long would be taken for a message.
  private static func ignored(_ bytes: RawSpan) -> FirstRequest {
    let end = end(bytes)
    return end >= headerBytes && end <= bytes.byteCount ? .ignored(byteCount: end) : .work
  }

  private static func query(_ bytes: RawSpan, hasBegun: Bool) -> FirstRequest {
    let end = end(bytes)
    guard end > headerBytes, end - headerBytes <= answerableBytes,
      bytes.byteCount == headerBytes || hasBegun || mayBegin(bytes)
    else { return .work }
    guard end <= bytes.byteCount else { return .incomplete }
    let text = headerBytes..<end
    let found = StatementRecognizer.recognize(bytes.extracting(text))
    guard !found.isMultiple,
      isAnswerable(found.first, in: bytes.extracting(text), hasBegun: hasBegun)
    else { return .work }
    return .answerable(found.first, text: text, byteCount: end)
  }

  /// Whether the text can be BEGIN or START TRANSACTION: most can't, by their first letter.
  private static func mayBegin(_ bytes: RawSpan) -> Bool {
    let first = bytes.byte(at: headerBytes) | 0x20
    return first == UInt8(ascii: "b") || first == UInt8(ascii: "s")
  }

  private static func isAnswerable(
    _ statement: RecognizedStatement, in text: RawSpan, hasBegun: Bool
  ) -> Bool {
    switch statement {
    case .begin: !hasBegun
    case .commit(andChain: false), .rollback(andChain: false): hasBegun
    case .set(let change) where hasBegun: change.scope == .local
    case .set(let change):
      change.scope == .session && change.name.isEqual(to: RouterOption.consistency, in: text)
    // What there is to say may be that no server is there.
    case .show(let name): name.isEqual(to: RouterOption.mode, in: text)
    default: false
    }
  }
}
