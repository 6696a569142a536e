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
    guard sessions[handle].phase == .lent else { return }
    // The server owes less now; what may belong elsewhere waits until the link is given back.
    if !pooledClients[handle.index].unread.isEmpty, !mayGoElsewhere(handle) { readUnread(handle) }
    guard sessions[handle].phase == .lent else { return }
    if sessions[handle].downstream.source == .ended, !sessions[handle].isSayingGoodbye {
      serverWasLost(link, handle)
    } else {
      returnIfDone(handle)
      endIfNothingIsOwed(handle)
    }
    if sessions[handle].phase.isPooled { list(handle) }
  }

  private mutating func receivedServerSlice(
    _ completion: Completion, _ link: SlabHandle, _ handle: SlabHandle
  ) {
    if let slice = kernel.claim(completion) {
      if slice.count > 0 && sessions[handle].phase == .lent {
        context.report.counters.add(.downstreamBytes, UInt64(slice.count))
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
    let span = RawSpan(_unsafeStart: room, byteCount: count)
    guard mayHoldOwnAnswers(link) else {
      sessions[handle].downstream.overflow.filledEmptyBlock(count)
      read(span, link, handle, keeping: { _, _ in })
      dropIfUnwanted(handle)
      return
    }
    // Rarely: copied out and put back without what was swallowed.
    let bytes = span.copy(of: 0..<count)
    sessions[handle].downstream.overflow.giveBack(to: &relayBlocks)
    bytes.withUnsafeBytes { copy in
      read(RawSpan(_unsafeBytes: copy), link, handle) { worker, range in
        worker.put(copy.baseAddress! + range.lowerBound, range.count, handle, .downstream)
      }
    }
    dropIfUnwanted(handle)
  }

  private mutating func dropIfUnwanted(_ handle: SlabHandle) {
    if !sessions[handle].downstream.takesBytes {
      sessions[handle].downstream.overflow.giveBack(to: &relayBlocks)
    }
  }

  /// Whether some of what the server says next may be for the router.
  private func mayHoldOwnAnswers(_ link: SlabHandle) -> Bool {
    links[link].answers.owed.ownCount > 0
  }

  /// Received bytes go on as they are; only where the router has asked for something itself they are copied without its answers.
  private mutating func takeServerBytes(
    _ slice: ReceivedSlice, _ link: SlabHandle, _ handle: SlabHandle
  ) {
    let start = kernel.address(of: slice)
    let span = RawSpan(_unsafeStart: start, byteCount: Int(slice.count))
    let takes = sessions[handle].downstream.takesBytes
    guard mayHoldOwnAnswers(link) else {
      read(span, link, handle, keeping: { _, _ in })
      guard takes, sessions[handle].phase == .lent else { return kernel.release(slice) }
      return keepPooled(slice, handle, .downstream)
    }
    read(span, link, handle) { worker, range in
      guard takes else { return }
      worker.put(UnsafeRawPointer(start) + range.lowerBound, range.count, handle, .downstream)
    }
    kernel.release(slice)
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
          put(links[link].answers.takeHeld(), handle, .downstream)
        case .ready(let status, _, let isOwn):
          serverIsReady(link, handle, status, isOwn: isOwn)
        case .told(let type, let isOwn):
          serverTold(type, isOwn: isOwn, link, handle)
        case .copyBegins:
          copyBegins(link, handle)
        }
      }
      if kept < bytes.byteCount { keep(&self, kept..<bytes.byteCount) }
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
    if status == .idle { transactionEnded(handle) }
    pooledClients[handle.index].isCopying = false
    pooledClients[handle.index].awaitsReady = !links[link].answers.owed.isEmpty
    if links[link].answers.owed.isEmpty {
      pooledClients[handle.index].mayForgetStatements = false
      links[link].answers.looksAtTags = false
    }
  }

  private mutating func copyBegins(_ link: SlabHandle, _ handle: SlabHandle) {
    pooledClients[handle.index].isCopying = true
    if links[link].answers.owed.removeSyncOfCopy() {
      pooledClients[handle.index].hasUnsynced = true
      pooledClients[handle.index].awaitsReady = false
    }
    // What was sent behind it is taken for data, and fails.
    let isQuery = links[link].answers.owed.first?.request == .query
    if links[link].answers.owed.count > (isQuery ? 1 : 0) { loseCount(link, handle) }
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
