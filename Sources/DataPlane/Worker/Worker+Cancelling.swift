/// How what is under way on a session or on a server connection is told to end when it closes; sockets keep their numbers until all of it has
/// completed.
///
/// By name: the kernel finds an operation by its token at once, but to find those of a descriptor it looks at all that wait in the ring, and
/// a router that cuts ten thousand sessions would stand still.
///
/// Each call returns false when the submission queue is full. Then all is asked for again: a cancel too many finds nothing, and does no
/// harm.
extension Worker where K: ~Copyable {
  /// Cancels what is under way on a session's sockets. What a link receives goes on, unless it is into a block of the session's.
  mutating func cancelOperations(_ handle: SlabHandle) -> Bool {
    let isPooled = pooledClients.has(handle.index)
    let session = sessions[handle]
    if session.isLoginOperationUnderWay, !cancel(.login, handle) { return false }
    if session.upstream.source.isReceiving,
      !cancel(isPooled ? .pooledReceive : .clientReceive, handle)
    {
      return false
    }
    if session.upstream.sink == .sendingBlock, !cancel(.serverSend, handle) { return false }
    if session.downstream.sink == .sendingBlock, !cancel(.clientSend, handle) { return false }
    if isPooled {
      if session.downstream.source == .filling, let link = pooledClients[handle.index].link,
        !cancel(.linkReceive, link: link)
      {
        return false
      }
    } else if session.downstream.source.isReceiving, !cancel(.serverReceive, handle) {
      return false
    }
    sessions[handle].isCancelled = true
    return true
  }

  /// Cancels what is under way on a server connection that no session has.
  mutating func cancelOperations(link: SlabHandle) -> Bool {
    if links[link].isConnecting, !cancel(.linkConnect, link: link) { return false }
    if links[link].isSending, !cancel(.linkSend, link: link) { return false }
    if links[link].source.isReceiving, !cancel(.linkReceive, link: link) { return false }
    links[link].isCancelled = true
    return true
  }

  /// Cancels one operation of a session's own.
  mutating func cancel(_ operation: Operation, _ handle: SlabHandle) -> Bool {
    let (operation, token) = (Token(operation, handle), Token(.cancel, handle))
    guard kernel.cancel(operation: operation.rawValue, token: token.rawValue) else { return false }
    sessions[handle].outstanding += 1
    return true
  }

  /// Cancels one operation of a server connection's own.
  mutating func cancel(_ operation: Operation, link: SlabHandle) -> Bool {
    let (operation, token) = (Token(operation, link), Token(.linkCancel, link))
    guard kernel.cancel(operation: operation.rawValue, token: token.rawValue) else { return false }
    links[link].outstanding += 1
    return true
  }
}
