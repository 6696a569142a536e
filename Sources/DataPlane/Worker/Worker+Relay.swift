import Telemetry
import Uring
import Wire

/// Bytes on their way: received into slices or a block, kept while the receiver is slow, sent.
extension Worker where K: ~Copyable {
  /// A receive of a session that relays has completed.
  mutating func received(_ completion: Completion, _ handle: SlabHandle, _ direction: Direction) {
    if sessions[handle][direction].source == .filling {
      filledBlock(completion, handle, direction)
    } else {
      receivedSlice(completion, handle, direction)
    }
    if !completion.hasMore { operationEnded(handle) }
    if endsAtBoundaries { sayGoodbyeIfIdle(handle) }
    if sessions[handle].phase == .relaying && sessions[handle][direction].wantsWork { list(handle) }
  }

  private mutating func receivedSlice(
    _ completion: Completion, _ handle: SlabHandle, _ direction: Direction
  ) {
    if let slice = kernel.claim(completion) {
      if slice.count > 0 && sessions[handle].phase == .relaying {
        noteBytes(kernel.address(of: slice), Int(slice.count), handle, direction)
        keep(slice, handle, direction)
      } else {
        kernel.release(slice)
      }
    }
    guard !completion.hasMore else { return }
    let isOver = Self.endsSource(completion.result)
    sessions[handle][direction].receiveStopped(ended: isOver)
    if isOver, sessions[handle].relay != nil { relayedSourceEnded(handle, direction) }
  }

  private mutating func filledBlock(
    _ completion: Completion, _ handle: SlabHandle, _ direction: Direction
  ) {
    let count = Int(completion.result)
    sessions[handle][direction].receiveStopped(ended: Self.endsSource(completion.result))
    guard count > 0, let room = sessions[handle][direction].overflow.emptyBlock(&relayBlocks) else {
      // Nothing is waiting any more: back to the receive buffers, so that an idle session holds no block.
      sessions[handle][direction].overflow.giveBack(to: &relayBlocks)
      return
    }
    sessions[handle][direction].overflow.filledEmptyBlock(count)
    if sessions[handle].phase == .relaying { noteBytes(room, count, handle, direction) }
    if !sessions[handle][direction].takesBytes {
      sessions[handle][direction].overflow.giveBack(to: &relayBlocks)
    }
  }

  /// Whether a receive that ended with `result` will never bring anything again.
  static func endsSource(_ result: Int32) -> Bool {
    switch result {
    case 0: true
    case 1...: false
    case -Errno.noBufferSpace, -Errno.cancelled, -Errno.again, -Errno.interrupted: false
    default: true
    }
  }

  /// Puts a slice behind what waits already, or copies it out when there is no room for another slice.
  @inline(__always)
  private mutating func keep(_ slice: ReceivedSlice, _ handle: SlabHandle, _ direction: Direction) {
    guard sessions[handle][direction].takesBytes else { return kernel.release(slice) }
    switch sessions[handle][direction].keep(slice) {
    case .queued: return
    case .merged: kernel.release(slice)
    case .full: copyOut(slice, handle, direction)
    }
  }

  private mutating func copyOut(
    _ slice: ReceivedSlice, _ handle: SlabHandle, _ direction: Direction
  ) {
    let isKept = sessions[handle][direction].overflow.append(
      kernel.address(of: slice), count: Int(slice.count), pool: &relayBlocks)
    kernel.release(slice)
    context.report.counters.add(.overflows)
    if !isKept { endForMemory(handle) }
  }

  /// What is counted and looked at in passing. The bytes themselves are nobody's business, but for the login and the idle boundary.
  private mutating func noteBytes(
    _ bytes: UnsafeRawPointer, _ count: Int, _ handle: SlabHandle, _ direction: Direction
  ) {
    sessions[handle].lastActivity = kernel.now
    let isIn = sessions[handle].watch == nil
    bytesMoved(count, handle)
    switch direction {
    case .upstream:
      context.report.counters.add(.upstreamBytes, UInt64(count))
      charge(count, handle, .upstream)
      sessions[handle].isAtIdleBoundary = false
      if isIn {
        workBegins(handle)
        if !Self.isGoodbye(bytes, count) {
          requestBegan(handle)
          requestGotServer(handle)
        }
      }
    case .downstream:
      context.report.counters.add(.downstreamBytes, UInt64(count))
      charge(count, handle, .downstream)
      let span = RawSpan(_unsafeStart: bytes, byteCount: count)
      sessions[handle].answerEnding.append(span)
      sessions[handle].isAtIdleBoundary =
        sessions[handle].answerEnding.readyStatus == TransactionStatus.idle.rawValue
      if !isIn {
        watchLogin(span, handle)
      } else if sessions[handle].isAtIdleBoundary {
        workEnded(handle)
        requestEnded(handle, outcome: .served)
        countTransaction(handle)
      }
    }
  }

  /// Whether bytes are one Terminate message, which nobody answers.
  @inline(__always)
  private static func isGoodbye(_ bytes: UnsafeRawPointer, _ count: Int) -> Bool {
    count == 5 && bytes.load(as: UInt8.self) == FrontendMessageType.terminate
  }

  // MARK: Sends

  /// A send of a session that relays has completed: a quiet one that fell short, or one that waited.
  mutating func sent(_ completion: Completion, _ handle: SlabHandle, _ direction: Direction) {
    switch sessions[handle][direction].sink {
    case .sendingSlices: quietSendFellShort(completion.result, handle, direction)
    case .sendingBlock: blockSent(completion.result, handle, direction)
    case .idle, .finished, .broken: preconditionFailure("a send completed that was not under way")
    }
    if sessions[handle].phase.isPooled { pooledSendEnded(handle, direction) }
    if sessions[handle].phase == .relaying || sessions[handle].phase.isPooled { list(handle) }
  }

  private mutating func blockSent(_ result: Int32, _ handle: SlabHandle, _ direction: Direction) {
    sessions[handle][direction].sink = .idle
    if result > 0 {
      // What a pooled client sends is read on its way, so it isn't streamed through a block.
      sessions[handle][direction].overflow.removeFirst(
        Int(result), pool: &relayBlocks,
        keepingBlock: direction == .downstream || !sessions[handle].phase.isPooled)
    } else {
      sinkBroke(handle, direction)
    }
    operationEnded(handle)
    if endsAtBoundaries { sayGoodbyeIfIdle(handle) }
  }

  /// The receiver is slow: what it did not take is copied out, so that no slow receiver ever holds a receive buffer.
  private mutating func quietSendFellShort(
    _ result: Int32, _ handle: SlabHandle, _ direction: Direction
  ) {
    // It is settled with this. Its session may be given back before the others are: they wait until everything queued is submitted.
    let isThis = { (send: QuietSend) in
      send.index == handle.index && send.isUpstream == (direction == .upstream)
    }
    quietSends.removeOne(where: isThis)
    pooledSends.removeOne(where: isThis)
    guard result >= 0 || result == -Errno.again else {
      sinkBroke(handle, direction)
      if sessions[handle].phase == .closing { list(handle) }
      return
    }
    sessions[handle][direction].sink = .idle
    sessions[handle][direction].slicesInFlight = 0
    dropSent(Int(max(result, 0)), handle, direction)
    guard sessions[handle].phase == .relaying || sessions[handle].phase.isPooled else {
      return list(handle)
    }
    context.report.counters.add(.overflows)
    if !copyOutSlices(handle, direction) { endForMemory(handle) }
  }

  private mutating func dropSent(_ count: Int, _ handle: SlabHandle, _ direction: Direction) {
    var left = count
    while left > 0 {
      let first = Int(sessions[handle][direction].slices[0].count)
      if first > left {
        sessions[handle][direction].slices.dropFromFirst(left)
        return
      }
      left -= first
      if let slice = sessions[handle][direction].slices.removeFirst() { release(slice) }
    }
  }

  /// Moves all slices to the front of the overflow; false when there is no memory left for it.
  private mutating func copyOutSlices(_ handle: SlabHandle, _ direction: Direction) -> Bool {
    var older = BlockChain()
    var isKept = true
    while let slice = sessions[handle][direction].slices.removeFirst() {
      isKept =
        isKept
        && older.append(address(of: slice), count: Int(slice.count), pool: &relayBlocks)
      release(slice)
    }
    isKept = older.append(sessions[handle][direction].overflow, pool: &relayBlocks) && isKept
    sessions[handle][direction].overflow = older
    return isKept
  }

  private mutating func sinkBroke(_ handle: SlabHandle, _ direction: Direction) {
    dropBytes(handle, direction)
    if direction == .upstream, sessions[handle].phase.isPooled {
      // What the server has said last is still received; the client goes on by itself.
      sessions[handle].upstream.sink = .broken
      sessions[handle].upstream.slicesInFlight = 0
      return
    }
    sessions[handle][direction].sinkBroke()
    // Nobody would hear what a pooled server still says, and nobody would take it from the session.
    if sessions[handle].phase.isPooled { return end(handle) }
    timers.set(handle.index, to: kernel.now.advanced(by: SessionTimeouts.halfOver))
  }

  /// Throws away what waits in a direction.
  mutating func dropBytes(_ handle: SlabHandle, _ direction: Direction) {
    while let slice = sessions[handle][direction].slices.removeFirst() { release(slice) }
    // A block that is being filled belongs to the kernel until that completes.
    if sessions[handle][direction].source != .filling {
      sessions[handle][direction].overflow.giveBack(to: &relayBlocks)
    }
  }

  mutating func endForMemory(_ handle: SlabHandle) {
    context.report.counters.add(.overflowLimitHits)
    tell(.overflowLimit, handle)
    end(handle)
  }
}
