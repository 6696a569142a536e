import Telemetry
import Uring

/// What the kernel has done, told to the sessions that asked for it.
extension Worker where K: ~Copyable {
  /// Takes all completions that are there, also those kept back because their queue was full.
  mutating func takeCompletions() {
    while true {
      while let completion = kernel.nextCompletion() { take(completion) }
      guard kernel.hasOverflow else { return }
      context.report.counters.add(.ringOverflows)
      kernel.submit()
    }
  }

  private mutating func take(_ completion: Completion) {
    let token = Token(rawValue: completion.token)
    switch token.operation {
    case .clientReceive: received(completion, token.session, .upstream)
    case .serverReceive: received(completion, token.session, .downstream)
    case .clientSend: sent(completion, token.session, .downstream)
    case .serverSend: sent(completion, token.session, .upstream)
    case .login: loginOperationCompleted(completion, token.session)
    case .cancel: operationEnded(token.session)
    case .accept: accepted(completion, listener: token.index)
    case .listenerCancel: break
    case .pooledReceive: receivedFromPooledClient(completion, token.session)
    case .linkConnect: serverConnectCompleted(completion, token.session)
    case .linkSend: serverSendCompleted(completion, token.session)
    case .linkReceive: receivedFromServer(completion, token.session)
    case .linkCancel: serverCancelCompleted(token.session)
    case .doorbell: isDoorbellAwaited = false
    case nil: preconditionFailure("a completion came back with a token that was never given out")
    }
  }

  /// Counts an operation as ended, and has a closing session seen to.
  mutating func operationEnded(_ handle: SlabHandle) {
    sessions[handle].outstanding -= 1
    if sessions[handle].phase == .closing && sessions[handle].outstanding == 0 { list(handle) }
  }

  /// Decides about the quiet sends that the kernel has taken: those that did not complete were whole.
  ///
  /// Valid only when everything queued was submitted and every completion was taken.
  mutating func settleQuietSends() {
    guard kernel.unsubmittedCount == 0 else { return }
    for place in 0..<quietSends.count {
      let send = quietSends[place]
      settle(
        SlabHandle(index: send.index, generation: send.generation),
        send.isUpstream ? .upstream : .downstream)
    }
    quietSends.removeFirst(quietSends.count)
    if !pooledSends.isEmpty { settlePooledSends() }
  }

  private mutating func settle(_ handle: SlabHandle, _ direction: Direction) {
    // One that fell short has completed, and is not under way any more.
    guard sessions[handle][direction].sink == .sendingSlices else { return }
    for _ in 0..<sessions[handle][direction].slicesInFlight {
      if let slice = sessions[handle][direction].slices.removeFirst() { kernel.release(slice) }
    }
    sessions[handle][direction].quietSendSettled()
    if sessions[handle].phase == .closing || sessions[handle][direction].wantsWork { list(handle) }
    if endsAtBoundaries { sayGoodbyeIfIdle(handle) }
  }
}
