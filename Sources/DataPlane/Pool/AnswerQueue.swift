/// What a server still owes answers to, oldest first, as far as a pool has to know: what ends in ReadyForQuery, and Parse and Close, whose answers are
/// told apart only by their order.
///
/// Bounded: whoever sends more at once waits until answers have come.
struct AnswerQueue {
  /// What was sent.
  enum Request: UInt8 {
    /// A client's Query or FunctionCall: ends in ReadyForQuery.
    case query
    /// A client's Sync: ends in ReadyForQuery.
    case sync
    /// A Query of the router's own: its whole answer is the router's.
    case ownQuery
    /// A client's Parse.
    case parse
    /// A Parse that the router has put in: ParseComplete is swallowed.
    case ownParse
    /// A client's Close.
    case close
    /// A Close that the router has put in: CloseComplete is swallowed.
    case ownClose

    /// Whether the router asks for itself, and the answer isn't the client's.
    var isOwn: Bool {
      switch self {
      case .ownQuery, .ownParse, .ownClose: true
      case .query, .sync, .parse, .close: false
      }
    }

    /// Whether the answer ends in ReadyForQuery.
    var endsInReady: Bool {
      switch self {
      case .query, .sync, .ownQuery: true
      case .parse, .ownParse, .close, .ownClose: false
      }
    }
  }

  /// A request, and the statement it is about where that matters.
  struct Entry {
    let request: Request
    /// ``StatementID`` as a number; 0 for none.
    let statement: UInt64
  }

  static let capacity = 128

  private var requests = InlineArray<128, UInt8>(repeating: 0)
  private var statements = InlineArray<128, UInt64>(repeating: 0)
  private var head = 0
  private(set) var count = 0
  /// How many of them are the router's own.
  private(set) var ownCount = 0
  /// How many of them end in ReadyForQuery.
  private(set) var readyCount = 0

  var isEmpty: Bool { count == 0 }

  /// Whether so many more can be sent.
  func hasRoom(for more: Int) -> Bool { count + more <= Self.capacity }

  /// The oldest.
  var first: Entry? { count == 0 ? nil : entry(0) }

  /// Whether the server was asked to prepare a statement and has not answered.
  func isPending(_ statement: UInt64) -> Bool {
    for index in 0..<count where isParse(index, of: statement) { return true }
    return false
  }

  /// Whether the server was asked to prepare a statement in a group that has ended since, and has not answered: an error before it may have had it
  /// skipped. (In the same group what follows is skipped, too.)
  func isUncertain(_ statement: UInt64) -> Bool {
    var isAsked = false
    var isUncertain = false
    for index in 0..<count {
      if isParse(index, of: statement) {
        (isAsked, isUncertain) = (true, false)
      } else if isAsked, entry(index).request.endsInReady {
        isUncertain = true
      }
    }
    return isUncertain
  }

  private func isParse(_ index: Int, of statement: UInt64) -> Bool {
    let entry = entry(index)
    return entry.statement == statement && (entry.request == .parse || entry.request == .ownParse)
  }

  mutating func append(_ request: Request, statement: UInt64 = 0) {
    precondition(count < Self.capacity, "ask hasRoom(for:) first")
    let place = (head + count) % Self.capacity
    requests[place] = request.rawValue
    statements[place] = statement
    count += 1
    if request.isOwn { ownCount += 1 }
    if request.endsInReady { readyCount += 1 }
  }

  mutating func removeFirst() -> Entry? {
    guard let first else { return nil }
    head = (head + 1) % Self.capacity
    count -= 1
    if first.request.isOwn { ownCount -= 1 }
    if first.request.endsInReady { readyCount -= 1 }
    return first
  }

  /// Takes the oldest Sync out, if it is the next that would end in ReadyForQuery: a server that has begun to take COPY data ignores it.
  mutating func removeSyncOfCopy() -> Bool {
    for index in 0..<count {
      let request = entry(index).request
      guard request.endsInReady else { continue }
      guard request == .sync else { return false }
      for later in index + 1..<max(count, index + 1) { move(later, to: later - 1) }
      count -= 1
      readyCount -= 1
      return true
    }
    return false
  }

  private func entry(_ index: Int) -> Entry {
    let place = (head + index) % Self.capacity
    return Entry(request: Request(rawValue: requests[place])!, statement: statements[place])
  }

  private mutating func move(_ index: Int, to other: Int) {
    let from = (head + index) % Self.capacity
    let place = (head + other) % Self.capacity
    requests[place] = requests[from]
    statements[place] = statements[from]
  }
}
