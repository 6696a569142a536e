import Telemetry
import Uring

/// From a listener to a session.
extension Worker where K: ~Copyable {
  /// Starts, resumes and ends listening.
  mutating func reconcileListeners() {
    listenersWantWork = false
    for index in listeners.indices {
      switch listeners[index].state {
      case .idle:
        if isStopping {
          kernel.close(listeners[index].descriptor)
          listeners[index].state = .closed
        } else if kernel.accept(
          on: listeners[index].descriptor, token: Token(.accept, index: index).rawValue)
        {
          listeners[index].state = .accepting
        } else {
          listenersWantWork = true
        }
      case .accepting where isStopping:
        if kernel.cancel(
          operation: Token(.accept, index: index).rawValue, token: Token(.listenerCancel).rawValue)
        {
          listeners[index].state = .closing
        } else {
          listenersWantWork = true
        }
      case .accepting, .pausing, .closing, .closed:
        break
      }
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
    if !isStopping && Errno.isShortage(-completion.result) {
      listeners[listener].state = .pausing
      acceptResumesAt = kernel.now.advanced(by: SessionTimeouts.acceptPause)
    } else {
      listeners[listener].state = .idle
      listenersWantWork = true
    }
  }

  /// Listens again where a shortage made it pause.
  mutating func resumeAccepting() {
    guard let acceptResumesAt, kernel.now >= acceptResumesAt || isStopping else { return }
    self.acceptResumesAt = nil
    for index in listeners.indices where listeners[index].state == .pausing {
      listeners[index].state = .idle
    }
    listenersWantWork = true
  }

  private mutating func begin(client: Int32, listener: Int) {
    context.report.counters.add(.accepted)
    guard let handle = openSession(client: client, listener: listener) else {
      kernel.close(client)
      return
    }
    timers.set(handle.index, to: loginDeadline(handle))
    list(handle)
  }

  /// A session with its login buffer, in the budget or, up to a margin, beyond it: then it will be told so. Nil when even the margin is used up.
  mutating func openSession(client: Int32, listener: Int) -> SlabHandle? {
    guard
      let handle = sessions.insert(Session(listener: listener, client: client, now: kernel.now))
    else { return nil }
    sessions[handle].isInBudget = context.budget.take()
    sessions[handle].login.block = loginBlocks.take()
    return handle
  }
}
