import Admission
import Routing
import Telemetry
import Uring

/// From a listener to a session.
extension Worker where K: ~Copyable {
  /// Starts, resumes, withdraws and ends listening.
  mutating func reconcileListeners() {
    listenersWantWork = false
    for index in listeners.indices {
      switch listeners[index].state {
      case .idle, .held:
        reconcileIdle(index)
      case .accepting where acceptsNoMore:
        cancelAccept(index, to: .closing)
      case .accepting where shortage.withdrawsAccepts:
        cancelAccept(index, to: .withdrawing)
      case .accepting, .pausing, .withdrawing, .closing, .closed:
        break
      }
    }
  }

  /// Whether the listeners are another process's, or nobody's.
  private var acceptsNoMore: Bool {
    mutating get { acceptsNobody || takeover.isHandingOver }
  }

  private mutating func reconcileIdle(_ index: Int) {
    if acceptsNoMore {
      takeBacklog(index)
      kernel.close(listeners[index].descriptor)
      listeners[index].state = .closed
    } else if shortage.pace.state == .stopped {
      listeners[index].state = .held
    } else if kernel.accept(
      on: listeners[index].descriptor, token: Token(.accept, index: index).rawValue)
    {
      listeners[index].state = .accepting
    } else {
      listenersWantWork = true
    }
  }

  /// Accepts who waits already when a drain ends accepting: the kernel would reset them. Those whose handshake ends between this and the close are
  /// reset all the same.
  ///
  /// Where another process takes over, it accepts at the same socket. But for each client the kernel wakes one of the two, and where that was this
  /// one just as it gave up, the other would not look before the next client comes.
  private mutating func takeBacklog(_ index: Int) {
    guard takeover.isHandingOver || drain.stage == .leaving && !drain.leavesBacklog else { return }
    var taken = 0
    while taken < DrainLimits.backlogTaken {
      let client = kernel.acceptWaiting(on: listeners[index].descriptor)
      guard client >= 0 else { return }
      begin(client: client, listener: index)
      taken += 1
    }
  }

  private mutating func cancelAccept(_ index: Int, to state: WorkerListener.State) {
    if kernel.cancel(
      operation: Token(.accept, index: index).rawValue, token: Token(.listenerCancel).rawValue)
    {
      listeners[index].state = state
    } else {
      listenersWantWork = true
    }
  }

  /// An accept has completed: a client, or a reason why there is none.
  mutating func accepted(_ completion: Completion, listener: Int) {
    if completion.result >= 0 {
      begin(client: completion.result, listener: listener)
    } else if completion.result != -Errno.cancelled {
      context.report.counters.add(.acceptFailures)
      context.report.events.put(
        WorkerEvent(kind: .acceptFailed(errno: -completion.result), tenant: [], address: nil))
    }
    guard !completion.hasMore else { return }
    if !acceptsNoMore && Errno.isShortage(-completion.result) {
      pauseListener(listener, until: kernel.now.advanced(by: SessionTimeouts.acceptPause))
    } else if !acceptsNoMore, shortage.pace.state == .slowed, shortage.withdrawsAccepts {
      context.report.counters.add(.acceptPauses)
      pauseListener(listener, until: kernel.now.advanced(byNanoseconds: shortage.pace.pause))
    } else {
      listeners[listener].state = .idle
      listenersWantWork = true
    }
  }

  private mutating func pauseListener(_ listener: Int, until end: MonotonicTime) {
    listeners[listener].state = .pausing
    acceptResumesAt = end
  }

  /// Listens again where a shortage made it pause.
  mutating func resumeAccepting() {
    guard let acceptResumesAt, kernel.now >= acceptResumesAt || acceptsNoMore else { return }
    self.acceptResumesAt = nil
    shortage.acceptsLeft = AcceptPace.clientsAtATime
    for index in listeners.indices where listeners[index].state == .pausing {
      listeners[index].state = .idle
    }
    listenersWantWork = true
  }

  /// Looks how much of what clients take is taken, and slows or stops accepting, or goes on.
  mutating func readPace(memory: Int) {
    let margin = OverloadUse.thousandths(
      UInt64(shortage.inMargin), of: UInt64(SessionLimits.sessionsForRefusals))
    // Nobody is taken out of the backlog only to be refused.
    let held = overload >= .refuse ? AcceptPace.Marks.stopEnd : 0
    guard shortage.pace.read(use: max(memory, margin, held)) else { return }
    let state = shortage.pace.state
    if state == .stopped { context.report.counters.add(.acceptStops) }
    if state == .slowed { shortage.acceptsLeft = AcceptPace.clientsAtATime }
    listenersWantWork = true
    context.report.events.put(
      WorkerEvent(kind: .acceptPace(state), tenant: [], address: nil))
  }

  private mutating func begin(client: Int32, listener: Int) {
    context.report.counters.add(.accepted)
    let listener = listeners[listener].number ?? listener
    guard hasMemoryForClient else {
      keepUnheard(AcceptedClient(descriptor: client, listener: listener))
      return readPace(memory: memoryUse())
    }
    hear(AcceptedClient(descriptor: client, listener: listener))
  }

  private var hasMemoryForClient: Bool {
    mutating get { memory.hasRoom(for: SessionLimits.bytesASession + RelayLimits.loginBytes) }
  }

  private mutating func hear(_ client: AcceptedClient) {
    guard let handle = openSession(client: client.descriptor, listener: client.listener) else {
      return closeUnheard(client)
    }
    awaitProxyHeader(handle)
    timers.set(handle.index, to: greetingDeadline(handle))
    list(handle)
    shortage.acceptsLeft -= 1
    if shortage.withdrawsAccepts { listenersWantWork = true }
    // A turn may hand over thousands: what is left is looked at after each.
    readPace(memory: memoryUse())
  }

  /// Keeps a client until there is memory for it; those who wait already come first.
  private mutating func keepUnheard(_ client: AcceptedClient) {
    guard !isStopping, shortage.unheard.count < OverloadLimits.unheardClients else {
      return closeUnheard(client)
    }
    shortage.unheard.append(client)
  }

  private mutating func closeUnheard(_ client: AcceptedClient) {
    context.report.counters.add(.clientsClosedUnheard)
    kernel.close(client.descriptor)
  }

  /// Goes on with clients that were accepted when there was no memory for them, as far as there is now.
  mutating func hearThoseKept() {
    if isStopping {
      for client in shortage.unheard { closeUnheard(client) }
      shortage.unheard = []
    }
    var heard = 0
    while heard < shortage.unheard.count, shortage.pace.state != .stopped, hasMemoryForClient {
      hear(shortage.unheard[heard])
      heard += 1
    }
    shortage.unheard.removeFirst(heard)
  }

  /// A session with its login buffer, in the budget or, up to a margin, beyond it: then it will be told so. Nil when even the margin is used up, or the
  /// memory. One that was handed over is in the worker's load already.
  mutating func openSession(
    client: Int32, listener: Int, isInLoad: Bool = false
  ) -> SlabHandle? {
    guard hasMemoryForClient,
      let handle = sessions.insert(Session(listener: listener, client: client, now: kernel.now))
    else { return nil }
    sessions[handle].isInBudget = context.budget.take() || takePlaceOfSilent()
    if !isInLoad { context.load.add() }
    if !sessions[handle].isInBudget {
      sessions[handle].isInMargin = true
      shortage.inMargin += 1
    }
    _ = memory.take(SessionLimits.bytesASession)
    sessions[handle].login.block = loginBlocks.take()
    awaitGreeting(handle)
    return handle
  }
}
