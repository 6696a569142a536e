import Pooling
import Wire

/// Clients of pools that leave: what they have asked for is still answered, and what they have open is rolled back.
extension Worker where K: ~Copyable {
  /// The client has closed its side, or sent Terminate: what it sent before is still answered.
  mutating func clientHasLeft(_ handle: SlabHandle) {
    guard !pooledClients[handle.index].hasLeft else { return }
    pooledClients[handle.index].hasLeft = true
    guard !sessions[handle].isSayingGoodbye else { return }
    switch sessions[handle].phase {
    case .parked: leave(handle)
    case .queued where pooledClients[handle.index].unread.isEmpty: leave(handle)
    case .lent:
      returnIfDone(handle)
      endIfNothingIsOwed(handle)
    default: return
    }
  }

  /// Takes the server from a session whose client is gone, in whatever state, when it has nothing more to answer: closing its connection rolls back what
  /// was left open. The client may still read.
  mutating func endIfNothingIsOwed(_ handle: SlabHandle) {
    guard sessions[handle].phase == .lent, pooledClients[handle.index].hasLeft,
      !sessions[handle].isSayingGoodbye, let link = pooledClients[handle.index].link,
      pooledClients[handle.index].unread.isEmpty, isQuiet(link, handle)
    else { return }
    if owesNothingMore(link, handle) { return detach(link, handle, .over) }
    guard !links[link].answers.owed.awaitsReady, !pooledClients[handle.index].hasFlushed,
      pooledClients[handle.index].requests.longMessage == 0
    else { return }
    // What no Sync follows is kept back by the server.
    pooledClients[handle.index].hasFlushed = true
    put(Self.flushMessage, handle, .upstream)
  }

  /// Whether a server whose client has left won't say anything more: it has answered all, or waits for what never comes.
  private mutating func owesNothingMore(_ link: SlabHandle, _ handle: SlabHandle) -> Bool {
    if links[link].answers.owed.awaitsCopyData { return true }
    let long = pooledClients[handle.index].requests.longMessage
    guard long != 0 else { return links[link].answers.owed.isEmpty }
    // The rest of a message never comes: what stands before it is answered only if that ends in ReadyForQuery. It may be counted itself.
    let isCounted = long == FrontendMessageType.query || long == FrontendMessageType.functionCall
    return links[link].answers.owed.readyCount <= (isCounted ? 1 : 0)
  }

  /// Ends a session that has no server: what its client has not read yet is still sent.
  mutating func leave(_ handle: SlabHandle) {
    stopWaiting(handle)
    endCounting(handle)
    sessions[handle].upstream.sink = .finished
    sessions[handle].upstream.ignoreSource()
    sessions[handle].downstream.ignoreSource()
    timers.set(handle.index, to: kernel.now.advanced(by: SessionTimeouts.halfOver))
    list(handle)
  }
}
