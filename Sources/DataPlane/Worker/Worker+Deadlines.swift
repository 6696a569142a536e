import Routing

/// What the clock does to sessions. Each has one deadline at a time; its phase says what it means.
extension Worker where K: ~Copyable {
  mutating func loginDeadline(_ handle: SlabHandle) -> MonotonicTime {
    sessions[handle].acceptedAt.advanced(by: context.settings.timeouts.login)
  }

  /// After the login: until when the session may be silent, if that is limited, or has to be moved.
  mutating func setIdleDeadline(_ handle: SlabHandle) {
    let idle = context.settings.timeouts.idle
    var deadline = sessions[handle].moveDeadline
    if idle > .zero {
      let silent = sessions[handle].lastActivity.advanced(by: idle)
      deadline = min(deadline ?? silent, silent)
    }
    if let deadline { timers.set(handle.index, to: deadline) } else { timers.clear(handle.index) }
  }

  /// Sees to every deadline that has passed.
  mutating func expireTimers() {
    if acceptResumesAt != nil { resumeAccepting() }
    while let slot = timers.nextExpired(now: kernel.now) {
      if let handle = sessions.currentHandle(at: Int(slot)) { expired(handle) }
    }
    if links.count > 0 { expireLinkTimers() }
    if isStopping && kernel.now >= stopDeadline { cutAll() }
  }

  private mutating func expired(_ handle: SlabHandle) {
    switch sessions[handle].phase {
    case .greeting where sessions[handle].proxyStage != .over: refuseProxied(handle, .late)
    case .connecting: connectTookTooLong(handle)
    case .relaying: relayingTookTooLong(handle)
    case .holding: release(handle)
    case .queued: waitedTooLong(handle)
    case .parked: parkedTookTooLong(handle)
    case .lent where !sessions[handle].isSayingGoodbye: return
    default: end(handle)
    }
  }

  /// Takes the attempt back; its completion then decides about another one.
  private mutating func connectTookTooLong(_ handle: SlabHandle) {
    guard sessions[handle].isLoginOperationUnderWay else {
      // Not even asked for yet: the kernel is far behind.
      return end(handle)
    }
    if !cancel(.login, handle) { timers.set(handle.index, to: kernel.now) }
  }

  private mutating func relayingTookTooLong(_ handle: SlabHandle) {
    let session = sessions[handle]
    let idle = context.settings.timeouts.idle
    if session.isSayingGoodbye || session.watch != nil || session.isHalfOver { return end(handle) }
    if let deadline = session.moveDeadline, kernel.now >= deadline { return moveByForce(handle) }
    guard idle > .zero else { return setIdleDeadline(handle) }
    if kernel.now < session.lastActivity.advanced(by: idle) { return setIdleDeadline(handle) }
    if session.isIdle { sayGoodbye(handle, .idleTooLong(idle)) } else { end(handle) }
  }

  /// A session that shares servers was silent for too long, or its client has not read the last it was told.
  private mutating func parkedTookTooLong(_ handle: SlabHandle) {
    let idle = context.settings.timeouts.idle
    if sessions[handle].isSayingGoodbye || pooledClients[handle.index].hasLeft {
      return end(handle)
    }
    guard idle > .zero, kernel.now >= sessions[handle].lastActivity.advanced(by: idle) else {
      return setIdleDeadline(handle)
    }
    sayGoodbye(handle, .idleTooLong(idle))
  }

  /// The time to stop is over.
  private mutating func cutAll() {
    stopDeadline = kernel.now.advanced(by: SessionTimeouts.linger)
    for index in 0..<sessions.highWaterMark {
      if let handle = sessions.currentHandle(at: index) { end(handle) }
    }
    closeLinks { _ in true }
  }
}
