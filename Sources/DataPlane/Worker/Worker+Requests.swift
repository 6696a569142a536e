import Admission
import Pooling
import Telemetry
import Uring
import Wire

/// What a pooled client sends: on to the server that its session has borrowed, read message by message.
extension Worker where K: ~Copyable {
  // MARK: Arriving

  /// Bytes have come from a pooled client. The first of a transaction make its session borrow a link; while it has none they wait.
  mutating func takeClientBytes(_ slice: ReceivedSlice, _ handle: SlabHandle) {
    if pooledClients[handle.index].unread.isEmpty {
      if sessions[handle].phase == .parked { borrowNow(slice, handle) }
      if sessions[handle].phase == .lent { return readSlice(slice, handle) }
    }
    keepUnread(slice, handle)
    if sessions[handle].phase == .parked { considerTransaction(handle) }
  }

  /// The common case: there is work, and an idle link to do it. Nothing is copied then.
  private mutating func borrowNow(_ slice: ReceivedSlice, _ handle: SlabHandle) {
    guard pooledClients[handle.index].begun == nil, overload == .none else { return }
    let bytes = RawSpan(
      _unsafeStart: kernel.address(of: slice), byteCount: Int(slice.count))
    guard case .work = FirstRequest(bytes, hasBegun: false), mayBegin(handle) else { return }
    borrowIdle(handle)
  }

  /// A parked session's client has sent something: what it can answer by itself, or enough to borrow a link for.
  mutating func considerTransaction(_ handle: SlabHandle) {
    guard !pooledClients[handle.index].isConsidered else { return }
    pooledClients[handle.index].isConsidered = true
    considerUnread(handle)
    pooledClients[handle.index].isConsidered = false
  }

  private mutating func considerUnread(_ handle: SlabHandle) {
    while sessions[handle].phase == .parked,
      let piece = pooledClients[handle.index].unread.nextPiece(unreadBlocks)
    {
      let bytes = RawSpan(_unsafeStart: piece.bytes, byteCount: piece.count)
      switch FirstRequest(bytes, hasBegun: pooledClients[handle.index].begun != nil) {
      case .incomplete where piece.count == pooledClients[handle.index].unread.byteCount: return
      case .terminate:
        requestForgotten(handle)
        return clientHasLeft(handle)
      case .ignored(let byteCount):
        requestForgotten(handle)
        pooledClients[handle.index].unread.removeFirst(
          byteCount, pool: &unreadBlocks, keepingBlock: false)
      case .work, .incomplete:
        guard beginWork(handle) else { return }
      case .answerable(let statement, let text, let byteCount):
        if answerParked(statement, bytes.extracting(text), handle) {
          pooledClients[handle.index].unread.removeFirst(
            byteCount, pool: &unreadBlocks, keepingBlock: false)
        } else {
          guard beginWork(handle) else { return }
        }
      }
    }
  }

  /// Begins what a parked session's client has asked for, or refuses it as part of a transaction that has failed. False when there is no more to do
  /// before more has come.
  private mutating func beginWork(_ handle: SlabHandle) -> Bool {
    if let answer = answerFailed(handle) { return answer == .answered }
    let byteCount = pooledClients[handle.index].unread.byteCount
    beginTransaction(handle)
    // One that was refused has had its bytes taken; what is behind them is considered, too.
    return pooledClients[handle.index].unread.byteCount < byteCount
  }

  private mutating func keepUnread(_ slice: ReceivedSlice, _ handle: SlabHandle) {
    let isKept = pooledClients[handle.index].unread.append(
      kernel.address(of: slice), count: Int(slice.count), pool: &unreadBlocks)
    kernel.release(slice)
    guard isKept else { return endForMemory(handle) }
    // Slowly: whoever waits can't make the router hold more than this.
    pooledClients[handle.index].isHeld =
      pooledClients[handle.index].unread.byteCount >= RelayLimits.unreadBytes
  }

  // MARK: Reading

  /// Reads what had to wait, as far as the server takes it.
  mutating func readUnread(_ handle: SlabHandle) {
    while sessions[handle].phase == .lent, mayRead(handle),
      let piece = pooledClients[handle.index].unread.nextPiece(unreadBlocks)
    {
      let bytes = UnsafeRawBufferPointer(start: piece.bytes, count: piece.count)
      let read = readBytes(bytes, handle, as: nil)
      pooledClients[handle.index].unread.removeFirst(
        read, pool: &unreadBlocks, keepingBlock: false)
    }
    if pooledClients[handle.index].unread.isEmpty { pooledClients[handle.index].isHeld = false }
  }

  private mutating func readSlice(_ slice: ReceivedSlice, _ handle: SlabHandle) {
    let count = Int(slice.count)
    let start = kernel.address(of: slice)
    let read = readBytes(
      UnsafeRawBufferPointer(start: start, count: count), handle, as: slice)
    guard read < count, sessions[handle].phase == .lent else { return }
    // The server owes too much already: the rest waits.
    let isKept = pooledClients[handle.index].unread.append(
      start + read, count: count - read, pool: &unreadBlocks)
    kernel.release(slice)
    if !isKept { return endForMemory(handle) }
    pooledClients[handle.index].isHeld = true
  }

  /// Whether the server can be asked for more before it has answered.
  private mutating func mayRead(_ handle: SlabHandle) -> Bool {
    // The rest of what has begun to be passed on always goes.
    if pooledClients[handle.index].requests.longMessage != 0 { return true }
    guard let link = pooledClients[handle.index].link, !pooledClients[handle.index].isDone,
      !awaitsAnswer(link, handle)
    else { return false }
    return links[link].answers.owed.hasRoom(for: Self.requestsAMessage)
  }

  /// Whether what the client says next depends on an answer: it may belong to a transaction that goes elsewhere, or name a statement that is forgotten.
  private mutating func awaitsAnswer(_ link: SlabHandle, _ handle: SlabHandle) -> Bool {
    if links[link].answers.owed.hasMarker { return true }
    guard !links[link].answers.owed.awaitsCopyData else { return false }
    if pooledClients[handle.index].awaitsOutcome && links[link].answers.owed.awaitsReady {
      return true
    }
    if pooledClients[handle.index].isOneAtATime,
      links[link].answers.owed.awaitsReady || sessions[handle].envelope.delay == .resting
    {
      return true
    }
    guard pooledClients[handle.index].isRoutedApart, !pooledClients[handle.index].isPinned else {
      return false
    }
    return links[link].answers.owed.awaitsReady
      || (pooledClients[handle.index].status == .idle && !pooledClients[handle.index].hasUnsynced)
  }

  /// What one message of a client may lead to at most: a Parse, a Close and a Query of the router's, and itself.
  private static var requestsAMessage: Int { 8 }

  /// Reads bytes and sends them on, until they are used up or the server owes too much; how many were read.
  ///
  /// `slice` is where they lie, if in a receive buffer: it is sent on as it is when all of it can be, and then all was read; else it is released
  /// when all was read, and stays when not.
  private mutating func readBytes(
    _ bytes: UnsafeRawBufferPointer, _ handle: SlabHandle, as slice: ReceivedSlice?
  ) -> Int {
    let span = RawSpan(_unsafeBytes: bytes)
    var offset = 0
    var run = Run(bytes)
    do throws(RequestFault) {
      while sessions[handle].phase == .lent, mayRead(handle) {
        guard let event = try nextRequest(span, handle, from: &offset) else { break }
        try dealWith(event, span, handle, &run)
      }
    } catch {
      run.forget()
      protocolViolation(handle, error)
    }
    if let slice, run.range == 0..<bytes.count, sessions[handle].phase == .lent {
      keepPooled(slice, handle, .upstream)
      findOutAboutCopy(handle)
      return bytes.count
    }
    flush(&run, handle)
    if offset < bytes.count { askForRoom(handle) }
    findOutAboutCopy(handle)
    if let slice, offset == bytes.count || sessions[handle].phase != .lent {
      kernel.release(slice)
    }
    return offset
  }

  /// Asks what isn't known of a COPY that has failed, as soon as a Sync or the end of a long message lets it.
  private mutating func findOutAboutCopy(_ handle: SlabHandle) {
    guard sessions[handle].phase == .lent, let link = pooledClients[handle.index].link,
      links[link].answers.owed.isAmbiguous
    else { return }
    placeMarker(link, handle)
  }

  /// A server keeps its answers back until a Sync comes: where so much is owed before one that no more can be sent, it is asked for what it has.
  private mutating func askForRoom(_ handle: SlabHandle) {
    guard sessions[handle].phase == .lent, let link = pooledClients[handle.index].link,
      !links[link].answers.owed.hasRoom(for: Self.requestsAMessage),
      pooledClients[handle.index].requests.longMessage == 0
    else { return }
    put(Self.flushMessage, handle, .upstream)
  }

  static var flushMessage: [UInt8] {
    MessageEncoder.encode(type: FrontendMessageType.flush, body: [])
  }

  private mutating func nextRequest(
    _ span: RawSpan, _ handle: SlabHandle, from offset: inout Int
  ) throws(RequestFault) -> RequestReader.Event? {
    do throws(FramingError) {
      return try pooledClients[handle.index].requests.next(span, from: &offset)
    } catch {
      throw .framing(error)
    }
  }

  // MARK: Sending on

  /// Bytes that lie together and go on as they are.
  struct Run {
    let bytes: UnsafeRawBufferPointer
    private(set) var range = 0..<0

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    /// Lengthens the run; false when the bytes don't follow it.
    mutating func extend(_ more: Range<Int>) -> Bool {
      if range.isEmpty {
        range = more
      } else if range.upperBound == more.lowerBound {
        range = range.lowerBound..<more.upperBound
      } else {
        return false
      }
      return true
    }

    mutating func forget() { range = 0..<0 }
  }

  /// Sends on a range of the bytes at hand, with what stands before it.
  mutating func pass(_ range: Range<Int>, _ run: inout Run, _ handle: SlabHandle) {
    guard !run.extend(range) else { return }
    flush(&run, handle)
    _ = run.extend(range)
  }

  /// Puts the run behind what waits to be sent, before something else is put there.
  mutating func flush(_ run: inout Run, _ handle: SlabHandle) {
    let range = run.range
    run.forget()
    guard !range.isEmpty, sessions[handle].phase == .lent else { return }
    put(run.bytes.baseAddress! + range.lowerBound, range.count, handle, .upstream)
  }
}
