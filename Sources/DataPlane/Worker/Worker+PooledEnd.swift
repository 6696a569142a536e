import Pooling
import Routing
import Telemetry
import Wire

/// How sessions that share links end, in order or not, and what becomes of their links.
extension Worker where K: ~Copyable {
  /// Something of the session's lives in its server's session from now on: it keeps its link.
  mutating func pin(_ handle: SlabHandle) {
    guard !pooledClients[handle.index].isPinned else { return }
    pooledClients[handle.index].isPinned = true
    context.report.counters.add(.sessionsPinned)
  }

  // MARK: Goodbye

  /// Ends a session that shares servers: the client gets an error behind all whole messages of its server's, and then the end of the stream.
  mutating func sayPooledGoodbye(_ handle: SlabHandle, _ refusal: Refusal) {
    guard !sessions[handle].isSayingGoodbye else { return }
    traceError(handle, refusal.sqlState)
    requestEnded(handle, outcome: .failed)
    if let link = pooledClients[handle.index].link {
      links[link].isRetired = true
      // In the middle of a message nothing can be said that would be understood.
      guard links[link].answers.isBetweenMessages else { return end(handle) }
    }
    pooledClients[handle.index].goodbye = refusal.response.encoded()
    endGently(handle)
    putGoodbye(handle)
  }

  /// Has a session end when its client has got what waits for it: nothing more goes to its server or comes from there.
  private mutating func endGently(_ handle: SlabHandle) {
    stopWaiting(handle)
    if pooledClients[handle.index].link == nil { endCounting(handle) }
    sessions[handle].isSayingGoodbye = true
    pooledClients[handle.index].unread.giveBack(to: &unreadBlocks)
    stopSending(handle)
    sessions[handle].downstream.ignoreSource()
    timers.set(handle.index, to: kernel.now.advanced(by: SessionTimeouts.linger))
    list(handle)
  }

  /// Puts the goodbye behind what waits for the client, unless the kernel receives into the block where it belongs.
  mutating func putGoodbye(_ handle: SlabHandle) {
    guard let bytes = pooledClients[handle.index].goodbye,
      sessions[handle].downstream.source != .filling
    else { return }
    pooledClients[handle.index].goodbye = nil
    put(bytes, handle, .downstream)
    if sessions[handle].phase.isPooled { list(handle) }
  }

  /// Sends nothing more to a session's server, once the kernel has let go of what it sends.
  mutating func stopSending(_ handle: SlabHandle) {
    switch sessions[handle].upstream.sink {
    case .sendingSlices, .sendingBlock: sessions[handle].upstream.ignoreSource()
    case .idle, .finished, .broken:
      dropBytes(handle, .upstream)
      sessions[handle].upstream.sinkBroke()
    }
  }

  /// A send to the server of a session that shares it is over.
  mutating func pooledSendEnded(_ handle: SlabHandle, _ direction: Direction) {
    guard sessions[handle].phase.isPooled else { return }
    if sessions[handle].isSayingGoodbye, direction == .upstream { stopSending(handle) }
    if takeover.isHandingOver { departIfAtRest(handle) }
    guard sessions[handle].phase == .lent else { return }
    // The answer may have been there before this was known.
    returnIfDone(handle)
    endIfNothingIsOwed(handle)
  }

  // MARK: Servers that are gone

  /// The server has closed the link in the middle of a session's transaction.
  mutating func serverWasLost(_ link: SlabHandle, _ handle: SlabHandle) {
    context.report.counters.add(.linksLost)
    links[link].isRetired = true
    noteLinkLost(link)
    // It has said so itself.
    if links[link].answers.isFatal, links[link].answers.isBetweenMessages {
      return endGently(handle)
    }
    if pooledClients[handle.index].hasLeft { return end(handle) }
    sayGoodbye(handle, .serverLost(mayHaveCommitted: !links[link].answers.owed.isEmpty))
  }

  /// The instance may be gone, and with it the shard's primary.
  private mutating func noteLinkLost(_ link: SlabHandle) {
    let pool = links[link].pool
    context.report.counters.add(.staleRouteEvidence)
    _ = wantRefresh(.shard(pools[pool].shard))
    // Whoever has one to the same instance will find out; those that nobody has are of no use.
    routesVersion += 1
  }

  /// A server has told its session an error.
  mutating func noteServerError(
    _ body: RawSpan, _ link: SlabHandle, _ handle: SlabHandle, isOwn: Bool
  ) {
    guard let error = try? ErrorResponse.decode(body) else { return }
    if !isOwn { requestMetError(handle, error) }
    if isOwn, !links[link].answers.isFatal {
      // What the session wants to have set can't be set there: it would run with other settings than it asked for.
      links[link].isRetired = true
      sayGoodbye(handle, .serverRefused(error))
      return
    }
    noteSettingFailed(handle)
    // That a replica takes no writes is as it should be.
    let isExpected =
      error.sqlState == .readOnlyTransaction && links[link].answers.keepsErrorsBack
    let evidence: [SQLState] = [.readOnlyTransaction, .adminShutdown, .cannotConnectNow]
    if evidence.contains(error.sqlState), !isExpected, freshness.isRuled { noteLinkLost(link) }
  }

  /// A client breaks the protocol: it is told, and its link is not used any more.
  mutating func protocolViolation(_ handle: SlabHandle, _ fault: RequestFault) {
    if let link = pooledClients[handle.index].link { links[link].isRetired = true }
    sayGoodbye(handle, .badRequest(fault.text))
  }

  /// A server has forgotten what its last session left in it.
  mutating func wasCleaned(_ link: SlabHandle) {
    links[link].statements.removeAll()
    forgetUnreported(link)
    cameHome(link, .cleaned)
  }

  /// A session is given back: so is all that it has of its pool's.
  mutating func leavePool(_ handle: SlabHandle) {
    stopWaiting(handle)
    if let link = pooledClients[handle.index].link {
      links[link].source = sessions[handle].downstream.source
      links[link].session = nil
      health.end(pools[links[link].pool].slot)
      close(link: link)
      // Those who wait may have one in its place.
      openLinks(for: links[link].pool)
    }
    noLongerHushed(handle)
    if var client = pooledClients.remove(handle.index) {
      client.unread.giveBack(to: &unreadBlocks)
      client.statements.removeAll { statements.release($0) }
      for change in client.nameChanges {
        if let id = change.previous { statements.release(id) }
      }
      values.clear(&client.parameters)
      leaveAccount(client.account)
    }
  }

  /// Closes the links that nobody has and that are in such a phase.
  mutating func closeLinks(where isToClose: (LinkPhase) -> Bool) {
    for index in 0..<links.highWaterMark {
      if let link = links.currentHandle(at: index), links[link].session == nil,
        isToClose(links[link].phase)
      {
        close(link: link)
      }
    }
  }

  // MARK: Cancel requests

  /// The link that a cancel request for a session is to reach: the one that works for it now; nil when none does. What the router asks of its own is not
  /// to be cancelled: the client's request has not begun then.
  mutating func linkToCancel(_ handle: SlabHandle) -> SlabHandle? {
    guard let link = pooledClients[handle.index].link,
      let first = links[link].answers.owed.first, first.request != .ownQuery
    else { return nil }
    return link
  }

  /// A cancel request is on its way to a link: nobody else gets that before the request has arrived.
  mutating func cancelRequestBegins(_ request: SlabHandle, for link: SlabHandle) {
    links[link].cancelsUnderWay += 1
    cancelTargets[request.index] = link
  }

  /// A cancel request's connection is over: whatever it did is done.
  mutating func cancelRequestIsOver(_ request: SlabHandle) {
    guard let link = cancelTargets.removeValue(forKey: request.index), links.isCurrent(link) else {
      return
    }
    links[link].cancelsUnderWay -= 1
    guard links[link].phase == .cooling, links[link].cancelsUnderWay == 0 else { return }
    guard links[link].isSoiled else { return cameHome(link, .cooled) }
    links[link].moveOn(.soiled)
    beginCleaning(link)
  }
}
