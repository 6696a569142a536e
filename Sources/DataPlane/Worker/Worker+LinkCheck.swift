import Pooling
import Routing
import Wire

/// Whether a server is still there: asked before a link is lent that nobody has had for long, and awaited before a capped one counts as closed.
extension Worker where K: ~Copyable {
  // MARK: Before a link is lent

  /// Asks as many servers of a pool as its sessions want, where its idle links have not been used for long.
  mutating func checkDoubtful(_ pool: Int) {
    while pools[pool].comingCount < pools[pool].wantedCount, let link = takeDoubtful(pool) {
      links[link].moveOn(.doubted)
      pools[pool].comingCount += 1
      links[link].answers.owed.append(.ownQuery)
      linkTimers.set(link.index, to: kernel.now.advanced(by: context.settings.timeouts.connect))
      // The shortest question there is: ReadyForQuery is all of the answer.
      send(MessageEncoder.encode(type: FrontendMessageType.sync, body: []), link)
    }
  }

  /// A server has not said that it is there: nor are those, maybe, that were not asked for as long.
  mutating func serverIsSilent(_ link: SlabHandle) {
    let pool = links[link].pool
    close(link: link)
    while let doubtful = takeDoubtful(pool) { close(idle: doubtful) }
    openLinks(for: pool)
  }

  // MARK: Before a link is closed

  /// A link is to be closed whose server counts until it has gone. PostgreSQL closes a connection when the process behind it ends, not sooner.
  mutating func beginServerEnd(_ link: SlabHandle) {
    let isLoggedIn = !links[link].cancelRequest.isEmpty
    guard pools[links[link].pool].share != nil, isLoggedIn, !isStopping, !links[link].isSending,
      links[link].session == nil,
      links[link].source == .idle || links[link].source == .streaming
    else { return }
    links[link].awaitsServerEnd = true
    linkTimers.set(link.index, to: kernel.now.advanced(by: LinkTimeouts.serverEnd))
  }

  /// Tells the server that nothing more comes, and receives until it has nothing more to say; false when the submission queue is full.
  mutating func reconcileServerEnd(_ link: SlabHandle) -> Bool {
    if !links[link].isFinished {
      kernel.shutdownWriting(links[link].socket)
      links[link].isFinished = true
    }
    guard reconcileReceive(link) else { return false }
    links[link].isListed = false
    return true
  }

  /// A receive from a server that is awaited has ended.
  mutating func serverMayHaveEnded(_ link: SlabHandle) {
    if links[link].source == .ended { stopAwaitingServerEnd(link) } else { list(link: link) }
  }

  /// The server has gone, or takes too long: it may still work for a client that has left.
  mutating func stopAwaitingServerEnd(_ link: SlabHandle) {
    links[link].awaitsServerEnd = false
    linkTimers.clear(link.index)
    list(link: link)
  }
}

/// How long a link waits for its server beside what the settings say.
enum LinkTimeouts {
  /// From its last word to a server until that must have closed the connection.
  static let serverEnd: Duration = .seconds(1)
}
