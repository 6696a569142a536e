import Wire

/// Reads what a pooled client sends, message by message, and says which bytes can go on as they are.
///
/// Pure: bytes in, events out, cut anywhere. A message of a kind that the pool looks into is gathered until it is whole, as far as it is not long;
/// the others are passed on as they come.
struct RequestReader {
  /// What is in the bytes at hand. Offsets are into these.
  enum Event {
    /// A whole message.
    case whole(type: UInt8, message: Range<Int>)
    /// A message that came in pieces is whole: its body is in ``gathered``.
    case gathered(type: UInt8)
    /// A message of this length begins that is passed on in pieces; of its body, ``gathered`` has the beginning.
    case long(type: UInt8, bodyLength: Int)
    /// More of the body of a long message.
    case more(Range<Int>)
  }

  /// Longest message that is gathered whole, in bytes of its body.
  static let gatherBytes = 64 * 1024
  /// As much of a longer one is gathered before it is passed on: names stand at its beginning.
  static let prefixBytes = 2 * 1024

  /// A client that is between transactions keeps no more than this of what was gathered.
  static let keptBytes = 4 * 1024

  private enum Handling { case passing, gathering(prefixOf: Int?) }

  private var scanner = MessageScanner()
  private var type: UInt8 = 0
  private var handling = Handling.passing
  /// The type of a long message that has begun to be passed on, and whose end hasn't come; 0 for none.
  private(set) var longMessage: UInt8 = 0
  /// The body of a message that came in pieces, or its beginning.
  private(set) var gathered: [UInt8] = []

  init() {}

  /// Whether nothing of the next message has come.
  var isBetweenMessages: Bool { scanner.isAtMessageBoundary }

  /// Gives the memory of a large message back; that of others is kept for the next. To be called between messages.
  mutating func forgetLarge() {
    if gathered.capacity > Self.keptBytes { gathered = [] }
  }

  /// The next event in `bytes`; nil when they are used up. `offset` is 0 for new bytes, and then whatever it was left at.
  ///
  /// - Throws: when a message's length can't be right.
  mutating func next(
    _ bytes: RawSpan, from offset: inout Int
  ) throws(FramingError) -> Event? {
    while true {
      let before = offset
      let wasBetween = scanner.isAtMessageBoundary
      guard let scanned = try scanner.next(bytes, from: &offset) else { return nil }
      switch scanned {
      case .header(let type, let length):
        self.type = type
        if wasBetween, bytes.byteCount - offset >= length {
          // The whole message lies here: the scanner is moved past its body.
          if length > 0 { _ = try scanner.next(bytes, from: &offset) }
          return .whole(type: type, message: before..<offset)
        }
        if let event = beginPieces(length) { return event }
      case .body(let range, let isLast):
        if let event = took(range, isLast, bytes) { return event }
      }
    }
  }

  private mutating func beginPieces(_ length: Int) -> Event? {
    gathered.removeAll(keepingCapacity: true)
    if length == 0 { return .gathered(type: type) }
    if length <= Self.gatherBytes, type != FrontendMessageType.copyData {
      handling = .gathering(prefixOf: nil)
      return nil
    }
    if type == FrontendMessageType.bind || type == FrontendMessageType.parse {
      handling = .gathering(prefixOf: length)
      return nil
    }
    handling = .passing
    longMessage = type
    return .long(type: type, bodyLength: length)
  }

  private mutating func took(_ range: Range<Int>, _ isLast: Bool, _ bytes: RawSpan) -> Event? {
    guard case .gathering(let prefixOf) = handling else {
      longMessage = isLast ? 0 : type
      return .more(range)
    }
    gathered.reserveCapacity(gathered.count + range.count)
    for place in range { gathered.append(bytes.byte(at: place)) }
    if let length = prefixOf {
      guard gathered.count >= Self.prefixBytes else { return nil }
      handling = .passing
      longMessage = isLast ? 0 : type
      return .long(type: type, bodyLength: length)
    }
    return isLast ? .gathered(type: type) : nil
  }
}
