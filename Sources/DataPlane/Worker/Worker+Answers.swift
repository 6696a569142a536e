import Pooling
import Telemetry
import Uring
import Wire

/// What a pooled server says: on to the session that has it, but for what the router asked for itself.
extension Worker where K: ~Copyable {
  /// A receive from a server that is lent has completed.
  mutating func receivedFromLentServer(
    _ completion: Completion, _ link: SlabHandle, _ handle: SlabHandle
  ) {
    sessions[handle].lastActivity = kernel.now
    if sessions[handle].downstream.source == .filling {
      filledServerBlock(completion, link, handle)
    } else {
      receivedServerSlice(completion, link, handle)
    }
    guard sessions[handle].phase == .lent else {
      // Its end has waited for the kernel to let go of the block that was received into.
      if sessions[handle].phase == .closing { list(handle) }
      return
    }
    putGoodbye(handle)
    // The server owes less now; what may belong elsewhere waits until the link is given back.
    if !pooledClients[handle.index].unread.isEmpty { readUnread(handle) }
    guard sessions[handle].phase == .lent else { return }
    returnIfDone(handle)
    endIfNothingIsOwed(handle)
    guard sessions[handle].phase == .lent else { return }
    if sessions[handle].downstream.source == .ended, !sessions[handle].isSayingGoodbye {
      serverWasLost(link, handle)
    }
    if sessions[handle].phase.isPooled { list(handle) }
  }

  private mutating func receivedServerSlice(
    _ completion: Completion, _ link: SlabHandle, _ handle: SlabHandle
  ) {
    if let slice = kernel.claim(completion) {
      if slice.count > 0 && sessions[handle].phase == .lent {
        context.report.counters.add(.downstreamBytes, UInt64(slice.count))
        bytesMoved(Int(slice.count), handle)
        charge(Int(slice.count), handle, .downstream)
        takeServerBytes(slice, link, handle)
      } else {
        kernel.release(slice)
      }
    }
    if !completion.hasMore {
      sessions[handle].downstream.receiveStopped(ended: Self.endsSource(completion.result))
    }
  }

  /// Bytes have been received into the block that a slow client's bytes stream through; what isn't for the client is taken out of it.
  private mutating func filledServerBlock(
    _ completion: Completion, _ link: SlabHandle, _ handle: SlabHandle
  ) {
    let count = Int(completion.result)
    sessions[handle].downstream.receiveStopped(ended: Self.endsSource(completion.result))
    guard count > 0, sessions[handle].phase == .lent,
      let room = sessions[handle].downstream.overflow.emptyBlock(&relayBlocks)
    else { return sessions[handle].downstream.overflow.giveBack(to: &relayBlocks) }
    context.report.counters.add(.downstreamBytes, UInt64(count))
    bytesMoved(count, handle)
    charge(count, handle, .downstream)
    let span = RawSpan(_unsafeStart: room, byteCount: count)
    let takes = sessions[handle].downstream.takesBytes
    guard mayBeTakenOut(link) else {
      sessions[handle].downstream.overflow.filledEmptyBlock(count)
      read(span, link, handle, keeping: { _, _ in })
      if !takes { sessions[handle].downstream.overflow.giveBack(to: &relayBlocks) }
      return
    }
    // Rarely: copied out and put back without what was swallowed.
    let bytes = span.copy(of: 0..<count)
    sessions[handle].downstream.overflow.giveBack(to: &relayBlocks)
    bytes.withUnsafeBytes { copy in
      read(RawSpan(_unsafeBytes: copy), link, handle) { worker, range in
        worker.putAnswer(copy.baseAddress! + range.lowerBound, range.count, handle)
      }
    }
  }

  /// Puts a piece of an answer behind what the client is to get, unless it was told goodbye meanwhile.
  mutating func putAnswer(
    _ bytes: UnsafeRawPointer, _ count: Int, _ handle: SlabHandle
  ) {
    if takesAnswers(handle) { put(bytes, count, handle, .downstream) }
  }

  private mutating func takesAnswers(_ handle: SlabHandle) -> Bool {
    sessions[handle].phase == .lent && sessions[handle].downstream.takesBytes
  }

  /// Whether some of what the server says next may not go on to the client as it comes.
  private mutating func mayBeTakenOut(_ link: SlabHandle) -> Bool {
    links[link].answers.owed.ownCount > 0 || links[link].answers.keepsErrorsBack
  }

  /// Received bytes go on as they are; only where something is taken out of them the rest is copied.
  private mutating func takeServerBytes(
    _ slice: ReceivedSlice, _ link: SlabHandle, _ handle: SlabHandle
  ) {
    let start = kernel.address(of: slice)
    let count = Int(slice.count)
    var isKept = false
    read(RawSpan(_unsafeStart: start, byteCount: count), link, handle) { worker, range in
      guard range.count == count else {
        return worker.putAnswer(UnsafeRawPointer(start) + range.lowerBound, range.count, handle)
      }
      guard worker.takesAnswers(handle) else { return }
      isKept = true
      worker.keepPooled(slice, handle, .downstream)
    }
    if !isKept { kernel.release(slice) }
  }

  /// Puts a received slice behind what waits in a direction, or copies it out.
  mutating func keepPooled(
    _ slice: ReceivedSlice, _ handle: SlabHandle, _ direction: Direction
  ) {
    switch sessions[handle][direction].keep(slice) {
    case .queued: return
    case .merged: release(slice)
    case .full:
      context.report.counters.add(.overflows)
      let isKept = sessions[handle][direction].overflow.append(
        address(of: slice), count: Int(slice.count), pool: &relayBlocks)
      release(slice)
      if !isKept { endForMemory(handle) }
    }
  }

  /// Reads what a server says to a session, and gives the ranges of it that are for the client, in order.
  private mutating func read(
    _ bytes: RawSpan, _ link: SlabHandle, _ handle: SlabHandle,
    keeping keep: (inout Self, Range<Int>) -> Void
  ) {
    var offset = 0
    var kept = 0
    do throws(FramingError) {
      while let event = try links[link].answers.next(bytes, from: &offset) {
        switch event {
        case .swallow(let range):
          if kept < range.lowerBound { keep(&self, kept..<range.lowerBound) }
          kept = range.upperBound
        case .restore(let place):
          if kept < place { keep(&self, kept..<place) }
          kept = place
          let held = links[link].answers.takeHeld()
          held.withUnsafeBytes { putAnswer($0.baseAddress!, $0.count, handle) }
        case .ready(let status, _, let isOwn):
          serverIsReady(link, handle, status, isOwn: isOwn)
        case .told(let type, let isOwn):
          serverTold(type, isOwn: isOwn, link, handle)
        case .copyBegins:
          copyBegins(link, handle)
        }
      }
      if kept < bytes.byteCount { keep(&self, kept..<bytes.byteCount) }
      settleNames(link, handle)
      if links[link].answers.owed.takeSettled(), links[link].answers.owed.isEmpty {
        allIsAnswered(link, handle)
      }
      if links[link].answers.owed.isAmbiguous { copyHasFailed(link, handle) }
    } catch {
      links[link].isRetired = true
      end(handle)
    }
  }

  // MARK: What it means

  private mutating func serverIsReady(
    _ link: SlabHandle, _ handle: SlabHandle, _ status: TransactionStatus, isOwn: Bool
  ) {
    forgetUnprepared(link)
    guard !isOwn else { return wasAligned(link, handle) }
    pooledClients[handle.index].status = status
    if pooledClients[handle.index].pendingSetting != nil { settleSetting(link, handle, status) }
    if status == .idle {
      transactionEnded(handle)
      workEnded(handle)
      requestEnded(handle, outcome: .served)
      // Its next transaction may have been sent already.
      if !links[link].answers.owed.isEmpty {
        workBegins(handle)
        requestBegan(handle)
        requestGotServer(handle)
      }
    }
    if links[link].answers.owed.isEmpty { allIsAnswered(link, handle) }
  }

  /// A server owes its session nothing: behind ReadyForQuery, or behind what tells how many of those there were.
  private mutating func allIsAnswered(_ link: SlabHandle, _ handle: SlabHandle) {
    pooledClients[handle.index].hasUnsynced = false
    pooledClients[handle.index].isDone =
      pooledClients[handle.index].status == .idle && !pooledClients[handle.index].isPinned
      && pooledClients[handle.index].requests.isBetweenMessages
    if pooledClients[handle.index].isPinned, pooledClients[handle.index].status == .idle {
      countTransaction(handle)
    }
    if pooledClients[handle.index].isPinned { followModeIfIdle(handle) }
    if links[link].answers.looksAtTags || pooledClients[handle.index].awaitsOutcome {
      pooledClients[handle.index].awaitsOutcome = false
      pooledClients[handle.index].deallocations = []
      links[link].answers.looksAtTags = false
    }
  }

  private mutating func copyBegins(_ link: SlabHandle, _ handle: SlabHandle) {
    // The Sync behind its Execute was ignored: another one will come.
    if links[link].answers.owed.first?.request == .execute, !links[link].answers.owed.awaitsReady {
      pooledClients[handle.index].hasUnsynced = true
    }
  }

  /// COPY has failed, and it isn't known which Syncs the server had met before: that is found out, or the session ends.
  private mutating func copyHasFailed(_ link: SlabHandle, _ handle: SlabHandle) {
    guard sessions[handle].phase == .lent, !sessions[handle].isSayingGoodbye else { return }
    if links[link].answers.owed.isLost { return protocolViolation(handle, .inCopy) }
    placeMarker(link, handle)
  }

  private mutating func serverTold(
    _ type: UInt8, isOwn: Bool, _ link: SlabHandle, _ handle: SlabHandle
  ) {
    let body = links[link].answers.body
    switch type {
    case BackendMessageType.parameterStatus:
      noteParameter(body.span.bytes, link, handle, isOwn: isOwn)
    case BackendMessageType.commandComplete:
      if !isOwn { noteTag(body, link, handle) }
    case BackendMessageType.errorResponse:
      if !isOwn, links[link].answers.keepsErrorsBack { putError(body, link, handle) }
      // A Query may be among what is skipped: the group is open again.
      if links[link].answers.owed.isSkipping { pooledClients[handle.index].hasUnsynced = true }
      noteServerError(body.span.bytes, link, handle, isOwn: isOwn)
    default: return
    }
  }

  /// What a server says that nobody has: it may report settings, end, have been cleaned, or show that it is there.
  mutating func idleServerSaid(_ bytes: RawSpan, _ link: SlabHandle) {
    var offset = 0
    var isDone = false
    do throws(FramingError) {
      while let event = try links[link].answers.next(bytes, from: &offset) {
        switch event {
        case .told(BackendMessageType.parameterStatus, let isOwn):
          let body = links[link].answers.body
          noteParameter(body.span.bytes, link, nil, isOwn: isOwn)
        case .told(BackendMessageType.errorResponse, _):
          // It ends, or is as it was: of no use to anybody.
          return serverVanished(link)
        case .ready(_, _, isOwn: true):
          isDone = true
        case .ready, .told, .swallow, .restore, .copyBegins:
          continue
        }
      }
    } catch {
      return serverVanished(link)
    }
    guard isDone else { return }
    if links[link].phase == .cleaning { wasCleaned(link) }
    if links[link].phase == .checking { cameHome(link, .proven) }
  }
}
