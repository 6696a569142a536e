import Wire

/// Follows what a pooled server says, message by message: when it is ready, what of it the router asked for itself, what it reports.
///
/// Pure: bytes in, events out, cut anywhere. It stores the bodies of the few messages that are looked into, and no others.
struct AnswerWatch {
  /// What a piece of the server's bytes means. Offsets are into the bytes at hand.
  enum Event {
    /// A ReadyForQuery ends at this offset; `isOwn` when it ends an answer to the router.
    case ready(TransactionStatus, end: Int, isOwn: Bool)
    /// These bytes are for the router, or not yet for the client.
    case swallow(Range<Int>)
    /// Before the bytes from this offset on belong ``held`` ones, which were swallowed too soon.
    case restore(at: Int)
    /// A message that is looked into is complete: its body is in ``body``.
    case told(type: UInt8, isOwn: Bool)
    /// The server takes COPY data from now on.
    case copyBegins
  }

  /// What answers are owed for.
  var owed = AnswerQueue()
  /// Whether tags of commands are wanted, too.
  var looksAtTags = false
  /// Whether errors are kept back, and given to the client by whoever is told of them, perhaps with a hint.
  var keepsErrorsBack = false
  /// The body of the last message that was looked into.
  private(set) var body: [UInt8] = []
  /// The bytes of a header that arrived in pieces, to be restored.
  private(set) var held: [UInt8] = []

  private var scanner = MessageScanner()
  private var type: UInt8 = 0
  private var status: UInt8 = 0
  /// Whether the message that is being read is the router's.
  private var isOwn = false
  /// Whether the message that is being read isn't left where it is for the client.
  private var isTakenOut = false
  private var collects = false
  /// Up to where the bytes at hand are dealt with, where the message that is being read is the router's.
  private var start = 0
  /// Events that come behind the one that was told.
  private var next: Event?
  /// Whether the server has said that it ends the connection.
  private(set) var isFatal = false

  init() {}

  /// Whether nothing of the next message has come.
  @inline(__always) var isBetweenMessages: Bool { scanner.isAtMessageBoundary }

  /// The next event in `bytes`; nil when they are used up. `offset` is 0 for new bytes, and then whatever it was left at.
  ///
  /// - Throws: when the server speaks something else than PostgreSQL's protocol.
  mutating func next(
    _ bytes: RawSpan, from offset: inout Int
  ) throws(FramingError) -> Event? {
    if let event = next {
      next = nil
      return event
    }
    if offset == 0 { start = 0 }
    while true {
      let before = offset
      let wasBetween = scanner.isAtMessageBoundary
      guard let scanned = try scanner.next(bytes, from: &offset) else {
        return endOfBytes(bytes, from: before, wasBetween: wasBetween)
      }
      switch scanned {
      case .header(let type, let length):
        try Self.check(type, length)
        begin(type)
        if let event = headerCame(at: before) {
          if length == 0 { next = ended(at: offset) }
          return event
        }
        if length == 0, let event = ended(at: offset) { return event }
      case .body(let range, let isLast):
        if type == BackendMessageType.readyForQuery {
          status = bytes.byte(at: range.lowerBound)
        } else if collects {
          for place in range { body.append(bytes.byte(at: place)) }
        }
        if isLast, let event = ended(at: offset) { return event }
      }
    }
  }

  // MARK: Messages

  /// A ReadyForQuery has a status and nothing else: what has more or less of it would leave open whether a transaction is over.
  private static func check(_ type: UInt8, _ length: Int) throws(FramingError) {
    guard type == BackendMessageType.readyForQuery, length != 1 else { return }
    throw .lengthOutOfRange(type: type, length: Int32(length + 4), maximum: 5)
  }

  private mutating func begin(_ type: UInt8) {
    self.type = type
    collects =
      switch type {
      case BackendMessageType.parameterStatus, BackendMessageType.errorResponse: true
      case BackendMessageType.commandComplete: looksAtTags
      default: false
      }
    if collects { body.removeAll(keepingCapacity: true) }
    owed.settle(for: type)
    isOwn = isAnswerToRouter(type)
    isTakenOut = isOwn || keepsErrorsBack && type == BackendMessageType.errorResponse
  }

  /// Whether the message that begins is the router's own affair. What nobody asked for may come at any time, and is the client's.
  private mutating func isAnswerToRouter(_ type: UInt8) -> Bool {
    guard let first = owed.first else { return false }
    switch first.request {
    case .ownQuery:
      return type != BackendMessageType.noticeResponse
        && type != BackendMessageType.notificationResponse
    case .ownParse: return type == BackendMessageType.parseComplete
    case .ownClose, .marker: return type == BackendMessageType.closeComplete
    case .query, .sync, .parse, .bind, .describe, .execute, .close, .copySync, .copyEnd:
      return false
    }
  }

  /// A header is complete, the last piece of which begins at `piece`: what was held of it goes to whom the message is for.
  private mutating func headerCame(at piece: Int) -> Event? {
    start = piece
    guard !held.isEmpty else { return nil }
    if isTakenOut {
      held.removeAll()
      return nil
    }
    return .restore(at: piece)
  }

  /// Takes the held bytes, after ``Event/restore(at:)``.
  mutating func takeHeld() -> [UInt8] {
    defer { held.removeAll() }
    return held
  }

  /// A message is complete.
  private mutating func ended(at offset: Int) -> Event? {
    let range = start..<offset
    let wasOwn = isOwn
    let wasTakenOut = isTakenOut
    (isOwn, isTakenOut) = (false, false)
    var event: Event?
    switch type {
    case BackendMessageType.readyForQuery:
      owed.becameReady()
      event = .ready(
        TransactionStatus(rawValue: status) ?? .failed, end: offset, isOwn: wasOwn)
    case BackendMessageType.parseComplete: owed.answered((.parse, .ownParse))
    case BackendMessageType.bindComplete: owed.answered((.bind, .bind))
    case BackendMessageType.closeComplete: owed.closed()
    case BackendMessageType.rowDescription, BackendMessageType.noData:
      owed.answered((.describe, .describe))
    case BackendMessageType.commandComplete:
      owed.executed()
      if collects { event = .told(type: type, isOwn: wasOwn) }
    case BackendMessageType.emptyQueryResponse, BackendMessageType.portalSuspended:
      owed.answered((.execute, .execute))
    case BackendMessageType.errorResponse:
      isFatal = ErrorFields.isFatal(body)
      if !isFatal { owed.failed(planIsOutdated: ErrorFields.isOutdatedPlan(body)) }
      event = .told(type: type, isOwn: wasOwn)
    case BackendMessageType.copyInResponse:
      owed.copyBegins()
      event = .copyBegins
    default:
      if collects { event = .told(type: type, isOwn: wasOwn) }
    }
    guard wasTakenOut else { return event }
    next = event
    return .swallow(range)
  }

  /// The bytes at hand end inside of a message, or between two.
  private mutating func endOfBytes(
    _ bytes: RawSpan, from before: Int, wasBetween: Bool
  ) -> Event? {
    let end = bytes.byteCount
    if isTakenOut {
      guard start < end else { return nil }
      defer { start = end }
      return .swallow(start..<end)
    }
    // The beginning of a header: whose message it is will be known when the rest has come.
    guard before < end, wasBetween || !held.isEmpty else { return nil }
    let type = held.first ?? bytes.byte(at: before)
    guard mayBecomeOwn() || keepsErrorsBack && type == BackendMessageType.errorResponse else {
      return nil
    }
    for place in before..<end { held.append(bytes.byte(at: place)) }
    return .swallow(before..<end)
  }

  private mutating func mayBecomeOwn() -> Bool {
    guard owed.ownCount > 0 else { return false }
    return owed.isAmbiguous || owed.first?.request.isOwn == true
  }
}
