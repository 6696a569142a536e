import Telemetry

/// The one place where the worker asks the kernel for something.
///
/// Everything else changes a session's state and lists the session. Here the state is compared with what is under way, and the
/// difference is queued. When the submission queue is full the session stays listed, so a full queue is an ordinary state.
extension Worker where K: ~Copyable {
  /// Lists a session to be seen to, once.
  mutating func list(_ handle: SlabHandle) {
    guard !sessions[handle].isListed else { return }
    sessions[handle].isListed = true
    listed.append(handle)
  }

  /// Asks for all that is wanted, or for as much as the kernel takes.
  mutating func reconcile() {
    isSettlingAwaited = !quietSends.isEmpty || !pooledSends.isEmpty
    if listenersWantWork { reconcileListeners() }
    awaitDoorbell()
    var done = 0
    while done < listed.count {
      let handle = listed[done]
      if !reconcile(handle) {
        kernel.submit()
        guard reconcile(handle) else { break }
      }
      done += 1
    }
    listed.removeFirst(done)
    if !listedLinks.isEmpty { reconcileLinks() }
  }

  /// Asks for what one session wants; false when the submission queue is full. A session that is done with is given back here.
  private mutating func reconcile(_ handle: SlabHandle) -> Bool {
    let isDone: Bool
    switch sessions[handle].phase {
    case .relaying:
      isDone = reconcile(handle, .upstream) && reconcile(handle, .downstream)
      if isDone, sessions[handle].upstream.isOver, sessions[handle].downstream.isOver {
        return reconcileOver(handle)
      }
      if sessions[handle].upstream.awaitsSettling || sessions[handle].downstream.awaitsSettling {
        isSettlingAwaited = true
      }
    case .parked, .queued, .lent:
      return reconcilePooled(handle)
    case .closing:
      return reconcileClosing(handle)
    default:
      isDone = reconcileLogin(handle)
    }
    if isDone { sessions[handle].isListed = false }
    return isDone
  }

  // MARK: Relaying

  /// Asks for what one direction wants. A message makes one of four orders, so the others must cost next to nothing.
  @inline(__always)
  private mutating func reconcile(_ handle: SlabHandle, _ direction: Direction) -> Bool {
    if sessions[handle][direction].sendOrder != .none, !reconcileSink(handle, direction) {
      return false
    }
    if sessions[handle][direction].receiveOrder != .none, !reconcileSource(handle, direction) {
      return false
    }
    return true
  }

  private mutating func reconcileSink(_ handle: SlabHandle, _ direction: Direction) -> Bool {
    let socket = sessions[handle].sink(of: direction)
    let token = Token(direction == .upstream ? .serverSend : .clientSend, handle).rawValue
    switch sessions[handle][direction].sendOrder {
    case .none:
      return true
    case .slices:
      guard kernel.sendQuietly(to: socket, sessions[handle][direction].slices, token: token) else {
        return false
      }
      sessions[handle][direction].quietSendQueued()
      quietSends.append(
        QuietSend(
          index: handle.index, generation: handle.generation, isUpstream: direction == .upstream))
    case .block:
      return sendBlock(handle, direction, to: socket, token: token)
    case .finish:
      kernel.shutdownWriting(socket)
      sessions[handle][direction].sink = .finished
      if direction == .downstream {
        timers.set(handle.index, to: kernel.now.advanced(by: SessionTimeouts.halfOver))
      }
    }
    return true
  }

  /// Asks for a send of what lies in a direction's overflow; false when the queue is full.
  mutating func sendBlock(
    _ handle: SlabHandle, _ direction: Direction, to socket: Int32, token: UInt64
  ) -> Bool {
    guard let piece = sessions[handle][direction].overflow.nextPiece(relayBlocks),
      kernel.send(to: socket, piece.bytes, count: piece.count, token: token)
    else { return false }
    sessions[handle][direction].sink = .sendingBlock
    sessions[handle].outstanding += 1
    return true
  }

  private mutating func reconcileSource(_ handle: SlabHandle, _ direction: Direction) -> Bool {
    let socket = sessions[handle].source(of: direction)
    let operation: Operation = direction == .upstream ? .clientReceive : .serverReceive
    let token = Token(operation, handle).rawValue
    switch sessions[handle][direction].receiveOrder {
    case .none:
      return true
    case .stream:
      guard kernel.receive(from: socket, token: token) else { return false }
      sessions[handle][direction].source = .streaming
    case .fill:
      guard let room = sessions[handle][direction].overflow.emptyBlock(&relayBlocks),
        kernel.receive(
          from: socket, into: room, count: RelayLimits.blockBytes, waits: false, token: token)
      else { return false }
      sessions[handle][direction].source = .filling
    case .cancel:
      guard cancel(operation, handle) else { return false }
      sessions[handle][direction].source = .cancelling
      return true
    }
    sessions[handle].outstanding += 1
    return true
  }

  // MARK: Closing

  /// Both directions are over: the session closes, or lets the client read the goodbye first. (Closing on bytes that were not read would
  /// reset the connection, and the goodbye could be lost.)
  mutating func reconcileOver(_ handle: SlabHandle) -> Bool {
    guard sessions[handle].isSayingGoodbye, let block = loginBlocks.take() else {
      sessions[handle].moveOn(.over)
      return reconcileClosing(handle)
    }
    sessions[handle].login.block = block
    sessions[handle].moveOn(.told)
    timers.set(handle.index, to: kernel.now.advanced(by: SessionTimeouts.linger))
    guard reconcileLogin(handle) else { return false }
    sessions[handle].isListed = false
    return true
  }

  private mutating func reconcileClosing(_ handle: SlabHandle) -> Bool {
    // A block that a link receives into is the session's until that is over.
    let isFilling = sessions[handle].downstream.source == .filling
    if sessions[handle].isQuiescent, !isFilling {
      giveBack(handle)
      return true
    }
    if !sessions[handle].isCancelled && (sessions[handle].outstanding > 0 || isFilling) {
      guard cancelOperations(handle) else { return false }
    }
    sessions[handle].isListed = false
    return true
  }

  /// Returns everything a session had, and its slot.
  private mutating func giveBack(_ handle: SlabHandle) {
    for direction in Direction.allCases { dropBytes(handle, direction) }
    giveBackLoginBuffer(handle)
    leaveInstance(handle)
    if !sessions[handle].isHandedOver { kernel.close(sessions[handle].client) }
    if pooledClients.has(handle.index) {
      leavePool(handle)
    } else if sessions[handle].server >= 0 {
      kernel.close(sessions[handle].server)
    }
    if !handedEncryptions.isEmpty { handedEncryptions[handle.index] = nil }
    if sessions[handle].isClientEncrypted { memory.giveBack(SecureLimits.bytesASocket) }
    if !cancelTargets.isEmpty { cancelRequestIsOver(handle) }
    endMove(handle)
    timers.clear(handle.index)
    cancels.remove(handle.index)
    if !proxiedTenants.isEmpty { proxiedTenants[handle.index] = nil }
    workEnded(handle)
    requestEnded(handle, outcome: .abandoned)
    leaveTenant(handle)
    leaveBudget(handle)
    context.load.remove()
    sessions.remove(handle)
    memory.giveBack(SessionLimits.bytesASession)
    context.report.counters.add(.closed)
  }
}
