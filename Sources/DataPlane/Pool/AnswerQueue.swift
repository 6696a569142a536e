import Wire

/// What a server still owes answers to, oldest first: every message that it answers.
///
/// It follows the server through errors and COPY, so that each answer is known to belong to its request: after an error in the extended protocol a
/// server skips to the next Sync; while it takes COPY data it ignores Sync. (PostgreSQL, "Message Flow".)
///
/// Bounded: whoever sends more at once waits until answers have come. What reads entries is mutating: a borrowed queue would be passed as a copy of two
/// kilobytes.
struct AnswerQueue {
  /// A request, and the statement it is about where that matters.
  struct Entry {
    let request: Request
    /// ``StatementID`` as a number; 0 for none.
    let statement: UInt64
    /// Whether it gives or takes a client's name for a statement: what becomes of it is told by ``takeNameOutcomes()``.
    let changesName: Bool
  }

  static let capacity = 256
  private static let nameBit: UInt8 = 0x80

  private var requests = InlineArray<256, UInt8>(repeating: 0)
  private var statements = InlineArray<256, UInt64>(repeating: 0)
  private var head = 0
  private(set) var count = 0
  /// How many of them are the router's own.
  private(set) var ownCount = 0
  /// How many of them end in ReadyForQuery.
  private(set) var readyCount = 0
  private var ownQueryCount = 0
  private var copySyncCount = 0
  private var copyEndCount = 0

  /// Whether the server takes COPY data.
  private(set) var isCopying = false
  /// Whether the server has failed, and skips everything up to a Sync that was not sent yet.
  private(set) var isSkipping = false
  /// Whether a COPY has failed into which a Sync was sent: the server may have met it before or after that.
  private(set) var isAmbiguous = false
  /// Whether the same failure may have the server skip to a Sync that was not sent yet.
  private var isAmbiguousUntilSync = false
  /// Whether a ``Request/marker`` is under way.
  private(set) var hasMarker = false
  /// Whether ``takeNeedsFlush()`` has told so.
  private var hasFlushed = false
  /// Whether a marker was answered, and nobody has taken note.
  private var hasSettled = false
  /// Whether it can't be told any more which answer belongs to which request.
  private(set) var isLost = false

  /// Statements whose Parse the server has failed at or skipped, and such as it can't run any more.
  private var unanswered: [UInt64] = []
  /// What became of requests that change names, in their order: whether the server has done them.
  private var nameOutcomes: [Bool] = []
  /// Whether the server has skipped a Close: it may have statements that nobody knows of.
  private(set) var hasSkippedClose = false

  @inline(__always) var isEmpty: Bool { count == 0 }

  /// Whether so many more can be sent.
  @inline(__always)
  func hasRoom(for more: Int) -> Bool { count + more <= Self.capacity }

  /// Whether a client's request was sent whose answer ends in ReadyForQuery.
  @inline(__always) var awaitsReady: Bool { readyCount > ownQueryCount }

  /// The oldest.
  var first: Entry? {
    @inline(__always) mutating get { count == 0 ? nil : entry(0) }
  }

  // MARK: Statements

  /// Whether the server was asked to prepare a statement and has not answered.
  mutating func isPending(_ statement: UInt64) -> Bool {
    for index in 0..<count where isParse(index, of: statement) { return true }
    return false
  }

  /// Whether the server was asked to prepare a statement in a group that has ended since, and has not answered: an error before it may have had it
  /// skipped. (In the same group what follows is skipped, too.)
  mutating func isUncertain(_ statement: UInt64) -> Bool {
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

  private mutating func isParse(_ index: Int, of statement: UInt64) -> Bool {
    let entry = entry(index)
    return entry.statement == statement && (entry.request == .parse || entry.request == .ownParse)
  }

  /// Whether the server has failed at or skipped statements, and nobody has taken them.
  @inline(__always) var hasUnanswered: Bool { !unanswered.isEmpty }

  /// Takes the statements of which it isn't known any more that the server has them.
  mutating func takeUnanswered() -> [UInt64] {
    defer { unanswered.removeAll() }
    return unanswered
  }

  /// Whether something is known about requests that change names.
  @inline(__always) var hasNameOutcomes: Bool { !nameOutcomes.isEmpty }

  /// Takes what became of requests that change names, in their order: true for those that the server has done.
  mutating func takeNameOutcomes() -> [Bool] {
    defer { nameOutcomes.removeAll() }
    return nameOutcomes
  }

  // MARK: Sending

  /// Adds a request that was sent. One that the server is known to skip isn't kept.
  mutating func append(_ request: Request, statement: UInt64 = 0, changesName: Bool = false) {
    if isSkipping {
      guard request == .sync else {
        return noteSkipped(
          Entry(request: request, statement: statement, changesName: changesName))
      }
      isSkipping = false
    }
    precondition(count < Self.capacity, "ask hasRoom(for:) first")
    let place = (head + count) % Self.capacity
    requests[place] = request.rawValue | (changesName ? Self.nameBit : 0)
    statements[place] = statement
    count += 1
    note(request, 1)
    if isAmbiguousUntilSync { noteInDoubt(request) }
  }

  /// Adds a client's Sync; false when a server that takes COPY data ignores it.
  mutating func appendSync() -> Bool {
    guard isCopying, copyEndCount == 0 else {
      append(.sync)
      return true
    }
    append(.copySync)
    return false
  }

  /// Adds the end of a client's COPY data. Where nothing is owed nobody takes any.
  mutating func appendCopyEnd() {
    if count > 0, !isSkipping { append(.copyEnd) }
  }

  /// Whether the server takes COPY data of which the end was not sent.
  @inline(__always) var awaitsCopyData: Bool { isCopying && copyEndCount == 0 }

  /// Whether only a ``Request/marker`` can tell what isn't known. Behind a failure that has the server skip to a Sync it is of use only behind that. Other
  /// requests tell by their answers, and may begin a COPY, in which no marker may be sent.
  mutating func needsMarker() -> Bool {
    guard isAmbiguous, !isAmbiguousUntilSync, !hasMarker else { return false }
    for index in 0..<count {
      switch entry(index).request {
      case .copySync, .copyEnd, .sync: continue
      // Its COPY is the one that has failed.
      case .query where index == 0: continue
      default: return false
      }
    }
    return true
  }

  /// Whether the server is to be asked, once, for answers that tell what isn't known: those that it keeps back.
  mutating func takeNeedsFlush() -> Bool {
    guard isAmbiguous, !isAmbiguousUntilSync, !hasMarker else { return false }
    defer { hasFlushed = true }
    return !hasFlushed
  }

  // MARK: Answers

  /// A message of this type begins: requests before the one that it answers, which may go without an answer, are dropped.
  @inline(__always)
  mutating func settle(for type: UInt8) {
    if copySyncCount > 0 || isAmbiguous { settleDoubt(for: type) }
  }

  private mutating func settleDoubt(for type: UInt8) {
    switch type {
    case BackendMessageType.readyForQuery, BackendMessageType.noticeResponse,
      BackendMessageType.notificationResponse, BackendMessageType.parameterStatus:
      return
    default: break
    }
    while let request = first?.request {
      switch request {
      case .copySync: _ = removeFirst()
      case .sync where isAmbiguous: _ = removeFirst()
      default:
        // It is this one that is answered: nothing before it is left open.
        if copySyncCount == 0, !isAmbiguousUntilSync, !hasMarker { isAmbiguous = false }
        return
      }
    }
  }

  /// ParseComplete, BindComplete or CloseComplete has come.
  mutating func answered(_ requests: (Request, Request)) {
    guard let first, first.request == requests.0 || first.request == requests.1 else { return }
    if first.changesName { nameOutcomes.append(true) }
    _ = removeFirst()
  }

  /// CloseComplete has come.
  mutating func closed() {
    guard first?.request == .marker else { return answered((.close, .ownClose)) }
    _ = removeFirst()
    (hasMarker, isAmbiguous, isAmbiguousUntilSync) = (false, false, false)
    hasSettled = true
  }

  /// Whether a ``Request/marker`` was answered since this was asked last.
  mutating func takeSettled() -> Bool {
    defer { hasSettled = false }
    return hasSettled
  }

  /// A portal has run, or a statement of a Query has.
  mutating func executed() {
    switch first?.request {
    case .execute:
      _ = removeFirst()
      guard isCopying else { return }
      while first?.request == .copySync { _ = removeFirst() }
    case .query where isCopying:
      // All the data was taken: what was sent before its end was ignored.
      while count > 1, entry(1).request == .copySync || entry(1).request == .copyEnd {
        if remove(at: 1) == .copyEnd { break }
      }
    default: return
    }
    isCopying = false
  }

  /// The server takes COPY data: it ignores Syncs that were sent before the end of that.
  mutating func copyBegins() {
    guard first?.request == .execute || first?.request == .query else { return }
    isCopying = true
    for index in 1..<max(count, 1) {
      switch entry(index).request {
      case .copyEnd: return
      case .sync: replace(index, by: .copySync)
      default: continue
      }
    }
  }

  /// The server has failed at the oldest request. In the extended protocol it skips to the next Sync.
  ///
  /// With an outdated plan it fails at a statement whenever that is used, until it is prepared anew: after `ALTER TABLE` it may have other columns.
  mutating func failed(planIsOutdated: Bool = false) {
    guard let first else { return }
    if planIsOutdated, first.statement != 0, first.request == .bind || first.request == .describe {
      unanswered.append(first.statement)
      hasSkippedClose = true
    }
    switch first.request {
    case .query, .ownQuery, .sync:
      if isCopying, count > 1, entry(1).request == .copySync {
        (isAmbiguous, hasFlushed) = (true, false)
      }
      isCopying = false
    case .parse, .ownParse, .bind, .describe, .execute, .close, .ownClose, .marker, .copySync,
      .copyEnd:
      skip()
    }
  }

  private mutating func skip() {
    if let failed = removeFirst() { noteSkipped(failed) }
    if isCopying, first?.request == .copySync {
      (isAmbiguous, isAmbiguousUntilSync, hasFlushed) = (true, true, false)
      var index = 0
      while isAmbiguousUntilSync, index < count {
        noteInDoubt(entry(index).request)
        index += 1
      }
    } else {
      while let first, first.request != .sync {
        noteSkipped(first)
        _ = removeFirst()
      }
      isSkipping = count == 0
    }
    isCopying = false
  }

  /// Where a server may or may not skip to a Sync, only the end of COPY data may stand before that.
  private mutating func noteInDoubt(_ request: Request) {
    switch request {
    case .copySync, .copyEnd: return
    case .sync: isAmbiguousUntilSync = false
    default: isLost = true
    }
  }

  /// ReadyForQuery has come.
  mutating func becameReady() {
    while let entry = removeFirst() {
      if entry.request.endsInReady || entry.request == .copySync { break }
      noteSkipped(entry)
    }
    isCopying = false
    // If the server skipped anything, it has met a Sync.
    isAmbiguousUntilSync = false
    // What is left begins with a request that certainly has an answer to come: nothing is left open.
    if copySyncCount == 0, !hasMarker, first?.request != .sync { isAmbiguous = false }
  }

  // MARK: Entries

  private mutating func noteSkipped(_ entry: Entry) {
    if entry.changesName { nameOutcomes.append(false) }
    switch entry.request {
    case .ownClose: hasSkippedClose = true
    case .parse, .ownParse: if entry.statement != 0 { unanswered.append(entry.statement) }
    default: return
    }
  }

  /// Takes the oldest, and ends of COPY data behind it.
  mutating func removeFirst() -> Entry? {
    guard let first else { return nil }
    drop(first.request)
    while copyEndCount > 0, self.first?.request == .copyEnd { drop(.copyEnd) }
    return first
  }

  private mutating func drop(_ request: Request) {
    head = (head + 1) % Self.capacity
    count -= 1
    note(request, -1)
  }

  private mutating func remove(at index: Int) -> Request {
    let request = entry(index).request
    for later in index + 1..<max(count, index + 1) {
      let from = (head + later) % Self.capacity
      let place = (head + later - 1) % Self.capacity
      requests[place] = requests[from]
      statements[place] = statements[from]
    }
    count -= 1
    note(request, -1)
    return request
  }

  private mutating func replace(_ index: Int, by request: Request) {
    note(entry(index).request, -1)
    requests[(head + index) % Self.capacity] = request.rawValue
    note(request, 1)
  }

  @inline(__always)
  private mutating func note(_ request: Request, _ change: Int) {
    if request.isOwn { ownCount += change }
    if request.endsInReady { readyCount += change }
    switch request {
    case .ownQuery: ownQueryCount += change
    case .copySync: copySyncCount += change
    case .copyEnd: copyEndCount += change
    case .marker: hasMarker = change > 0
    case .query, .sync, .parse, .ownParse, .bind, .describe, .execute, .close, .ownClose: return
    }
  }

  @inline(__always)
  private mutating func entry(_ index: Int) -> Entry {
    let place = (head + index) % Self.capacity
    let raw = requests[place]
    return Entry(
      request: Request(rawValue: raw & ~Self.nameBit)!, statement: statements[place],
      changesName: raw & Self.nameBit != 0)
  }
}
