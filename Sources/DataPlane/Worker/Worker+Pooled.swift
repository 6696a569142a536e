import Telemetry
import Uring

/// Sessions that share server connections, between their login and their end: what they ask of the kernel, and what comes of it.
///
/// The lanes are those of every session. But the server's socket and what is received from it belong to the ``ServerLink`` that the session has
/// borrowed, if any; and bytes are read on their way (`Worker+Requests`, `Worker+Answers`).
extension Worker where K: ~Copyable {
  // MARK: Asking

  /// Asks for what a pooled session wants; false when the submission queue is full.
  mutating func reconcilePooled(_ handle: SlabHandle) -> Bool {
    if sessions[handle].phase == .lent, !reconcileSink(handle, .upstream) { return false }
    if !reconcileSink(handle, .downstream) { return false }
    if !reconcileClientReceive(handle) { return false }
    if sessions[handle].phase == .lent, !reconcileServerReceive(handle) { return false }
    if sessions[handle].isSayingGoodbye { giveUpLink(handle) }
    if sessions[handle].upstream.isOver, sessions[handle].downstream.isOver {
      return reconcileOver(handle)
    }
    if sessions[handle].upstream.awaitsSettling || sessions[handle].downstream.awaitsSettling {
      isSettlingAwaited = true
    }
    sessions[handle].isListed = false
    return true
  }

  /// Asks for a send in one direction.
  private mutating func reconcileSink(_ handle: SlabHandle, _ direction: Direction) -> Bool {
    let token = Token(direction == .upstream ? .serverSend : .clientSend, handle).rawValue
    let socket = sessions[handle].sink(of: direction)
    switch sessions[handle][direction].sendOrder {
    case .none:
      return true
    case .slices:
      guard kernel.sendQuietly(to: socket, pieces(handle, direction), token: token) else {
        return false
      }
      sessions[handle][direction].quietSendQueued()
      pooledSends.append(
        QuietSend(
          index: handle.index, generation: handle.generation, isUpstream: direction == .upstream))
    case .block:
      return sendBlock(handle, direction, to: socket, token: token)
    case .finish:
      finishSink(handle, direction)
    }
    return true
  }

  /// Nothing more will come of a direction. A server's socket is never half-closed: others will use it.
  private mutating func finishSink(_ handle: SlabHandle, _ direction: Direction) {
    guard direction == .downstream else { return }
    kernel.shutdownWriting(sessions[handle].client)
    sessions[handle].downstream.sink = .finished
    timers.set(handle.index, to: kernel.now.advanced(by: SessionTimeouts.halfOver))
  }

  private mutating func pieces(_ handle: SlabHandle, _ direction: Direction) -> SendPieces {
    var pieces = SendPieces()
    for place in 0..<sessions[handle][direction].slices.count {
      let slice = sessions[handle][direction].slices[place]
      pieces.append(UnsafeRawBufferPointer(start: address(of: slice), count: Int(slice.count)))
    }
    return pieces
  }

  private mutating func reconcileClientReceive(_ handle: SlabHandle) -> Bool {
    let token = Token(.pooledReceive, handle).rawValue
    switch clientReceiveOrder(handle) {
    case .none, .fill: return true
    case .stream:
      guard kernel.receive(from: sessions[handle].client, token: token) else { return false }
      sessions[handle].upstream.source = .streaming
    case .cancel:
      guard cancel(.pooledReceive, handle) else { return false }
      sessions[handle].upstream.source = .cancelling
      return true
    }
    sessions[handle].outstanding += 1
    return true
  }

  /// What to receive of a client: nothing more while what it has sent can't go on.
  private mutating func clientReceiveOrder(_ handle: SlabHandle) -> Lane.ReceiveOrder {
    guard pooledClients[handle.index].isHeld else { return sessions[handle].upstream.receiveOrder }
    return sessions[handle].upstream.source == .streaming ? .cancel : .none
  }

  private mutating func reconcileServerReceive(_ handle: SlabHandle) -> Bool {
    guard let link = pooledClients[handle.index].link else { return true }
    let token = Token(.linkReceive, link).rawValue
    switch sessions[handle].downstream.receiveOrder {
    case .none:
      return true
    case .stream:
      guard kernel.receive(from: links[link].socket, token: token) else { return false }
      sessions[handle].downstream.source = .streaming
    case .fill:
      guard let room = sessions[handle].downstream.overflow.emptyBlock(&relayBlocks),
        kernel.receive(
          from: links[link].socket, into: room, count: RelayLimits.blockBytes, waits: false,
          token: token)
      else { return false }
      sessions[handle].downstream.source = .filling
    case .cancel:
      guard cancel(.linkReceive, link: link) else { return false }
      sessions[handle].downstream.source = .cancelling
      return true
    }
    links[link].outstanding += 1
    return true
  }

  // MARK: Receiving from the client

  /// A receive from a pooled client has completed.
  mutating func receivedFromPooledClient(_ completion: Completion, _ handle: SlabHandle) {
    if let slice = kernel.claim(completion) {
      if slice.count > 0 && sessions[handle].phase.isPooled
        && sessions[handle].upstream.takesBytes
      {
        sessions[handle].lastActivity = kernel.now
        context.report.counters.add(.upstreamBytes, UInt64(slice.count))
        bytesMoved(Int(slice.count), handle)
        requestBegan(handle)
        if sessions[handle].phase == .lent {
          workBegins(handle)
          requestGotServer(handle)
        }
        charge(Int(slice.count), handle, .upstream)
        takeClientBytes(slice, handle)
      } else {
        kernel.release(slice)
      }
    }
    if !completion.hasMore {
      sessions[handle].upstream.receiveStopped(ended: Self.endsSource(completion.result))
      operationEnded(handle)
    }
    guard sessions[handle].phase.isPooled else { return }
    if sessions[handle].upstream.source == .ended { clientHasLeft(handle) }
    if takeover.isHandingOver { hushedClientReceived(handle) }
    if sessions[handle].phase.isPooled { list(handle) }
  }

  // MARK: Settling

  /// Decides about the quiet sends of pooled sessions, as ``settleQuietSends()`` does.
  mutating func settlePooledSends() {
    for place in 0..<pooledSends.count {
      let send = pooledSends[place]
      settlePooled(
        SlabHandle(index: send.index, generation: send.generation),
        send.isUpstream ? .upstream : .downstream)
    }
    pooledSends.removeFirst(pooledSends.count)
  }

  private mutating func settlePooled(_ handle: SlabHandle, _ direction: Direction) {
    guard sessions[handle][direction].sink == .sendingSlices else { return }
    for _ in 0..<sessions[handle][direction].slicesInFlight {
      if let slice = sessions[handle][direction].slices.removeFirst() { release(slice) }
    }
    sessions[handle][direction].quietSendSettled()
    guard sessions[handle].phase.isPooled else {
      if sessions[handle].phase == .closing { list(handle) }
      return
    }
    pooledSendEnded(handle, direction)
    if sessions[handle].phase.isPooled { list(handle) }
  }

  // MARK: Slices of both kinds

  /// Where the bytes of a slice are, received or staged.
  mutating func address(of slice: ReceivedSlice) -> UnsafeMutableRawPointer {
    StageBuffers.owns(slice) ? stage.address(of: slice) : kernel.address(of: slice)
  }

  /// Gives the bytes of a slice back, received or staged.
  mutating func release(_ slice: ReceivedSlice) {
    if StageBuffers.owns(slice) { stage.release(slice) } else { kernel.release(slice) }
  }

  /// Copies bytes behind what waits in a direction; false when there is no memory left for them, and the session has been ended.
  @discardableResult
  mutating func put(
    _ bytes: UnsafeRawPointer, _ count: Int, _ handle: SlabHandle, _ direction: Direction
  ) -> Bool {
    guard count > 0 else { return true }
    if sessions[handle][direction].overflow.isEmpty,
      let slice = stage.put(bytes, count: count)
    {
      switch sessions[handle][direction].keep(slice) {
      case .queued: return true
      case .merged:
        stage.release(slice)
        return true
      case .full: stage.release(slice)
      }
    }
    context.report.counters.add(.overflows)
    let isKept = sessions[handle][direction].overflow.append(
      bytes, count: count, pool: &relayBlocks)
    if !isKept { endForMemory(handle) }
    return isKept
  }

  /// Copies an array behind what waits in a direction.
  @discardableResult
  mutating func put(_ bytes: [UInt8], _ handle: SlabHandle, _ direction: Direction) -> Bool {
    bytes.withUnsafeBytes { $0.isEmpty || put($0.baseAddress!, $0.count, handle, direction) }
  }
}
