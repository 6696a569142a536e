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

  /// Which answers are owed can't be told from what the client sends any more: nobody else gets its link, for an answer might come that is the client's.
  mutating func loseCount(_ link: SlabHandle, _ handle: SlabHandle) {
    pooledClients[handle.index].hasLostCount = true
    links[link].isRetired = true
    pin(handle)
  }

  /// The server has closed the link in the middle of a session's transaction.
  mutating func serverWasLost(_ link: SlabHandle, _ handle: SlabHandle) {
    context.report.counters.add(.linksLost)
    links[link].isRetired = true
    noteLinkLost(link)
    guard links[link].answers.isBetweenMessages, !pooledClients[handle.index].hasLeft else {
      // In the middle of a message nothing can be said that would be understood.
      return end(handle)
    }
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
    if isOwn {
      // What the session wants to have set can't be set there: it would run with other settings than it asked for.
      links[link].isRetired = true
      sayGoodbye(handle, .serverRefused(error))
      return
    }
    let evidence: [SQLState] = [.readOnlyTransaction, .adminShutdown, .cannotConnectNow]
    if evidence.contains(error.sqlState), freshness.isRuled { noteLinkLost(link) }
  }

  /// A client breaks the protocol: it is told, and its link is not used any more.
  mutating func protocolViolation(_ handle: SlabHandle, _ fault: RequestFault) {
    if let link = pooledClients[handle.index].link { links[link].isRetired = true }
    sayGoodbye(handle, .badRequest(fault.text))
  }

  /// A server has forgotten what its last session left in it.
  mutating func wasCleaned(_ link: SlabHandle) {
    links[link].statements.removeAll()
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
    if var client = pooledClients.remove(handle.index) {
      client.unread.giveBack(to: &unreadBlocks)
      client.statements.removeAll { statements.release($0) }
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

  /// The link that a cancel request for a session is to reach: the one that works for it now; nil when none does.
  func linkToCancel(_ handle: SlabHandle) -> SlabHandle? {
    guard let link = pooledClients[handle.index].link, !links[link].answers.owed.isEmpty else {
      return nil
    }
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
