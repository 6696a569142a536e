public import Routing
import Telemetry
public import Uring

/// The layer's turn: it sees to the sockets whose state asks for something, then lets the base have its own.
extension SecureKernel where Base: ~Copyable {
  /// Sees to the listed sockets, then hands over what is queued.
  public mutating func submit() {
    seeToSockets()
    base.submit()
    if !dirty.isEmpty { seeToSockets() }
  }

  /// Sees to handshakes and listed sockets, then waits unless something is left to do.
  public mutating func submitAndWait(until deadline: MonotonicTime?) {
    let closingBefore = closingCount
    cutLateHandshakes()
    answerHello()
    cutLateClosers()
    seeToSockets()
    cutSlowest()
    if !dirty.isEmpty {
      // The submission queue was full, or a quiet send has to be settled first.
      base.submit()
      seeToSockets()
    }
    // Whoever waits for the last socket to be closed must hear of it.
    base.submitAndWait(until: closingCount < closingBefore ? now : wake(before: deadline))
  }

  /// When to wake up: at once where something is left to do that no completion will tell of.
  private mutating func wake(before deadline: MonotonicTime?) -> MonotonicTime? {
    guard ready.isEmpty, dirty.isEmpty else { return now }
    var wake = deadline
    if let due = hellos.due(at: now) { wake = min(wake ?? due, due) }
    if let end = oldestHandshakeEnds { wake = min(wake ?? end, end) }
    if !starved.isEmpty { wake = min(wake ?? looksForSlowAt, looksForSlowAt) }
    forgetGoneClosers()
    if let first = closing.first, let end = sockets[first].closesAt { wake = min(wake ?? end, end) }
    return wake
  }

  /// Lists a socket to be seen to, once.
  mutating func list(_ handle: SlabHandle) {
    guard !sockets[handle].isDirty else { return }
    sockets[handle].isDirty = true
    dirty.append(handle)
  }

  private mutating func seeToSockets() {
    guard !dirty.isEmpty else { return }
    swap(&seen, &dirty)
    for handle in seen {
      sockets[handle].isDirty = false
      if !seeTo(handle) { list(handle) }
    }
    seen.removeAll(keepingCapacity: true)
  }

  /// Does what a socket's state asks for; false when it has to be tried again.
  private mutating func seeTo(_ handle: SlabHandle) -> Bool {
    read(handle)
    guard seeToSending(handle) else { return false }
    return sockets[handle].closesAt == nil ? seeToSource(handle) : seeToClosing(handle)
  }

  // MARK: Closing

  private mutating func seeToClosing(_ handle: SlabHandle) -> Bool {
    guard sockets[handle].isDrained || now >= sockets[handle].closesAt! else { return true }
    if sockets[handle].outstanding > 0 {
      return cancelOperations(handle)
    }
    guard sockets[handle].sink != .quiet else { return false }
    giveBack(handle)
    return true
  }

  /// Tells what is under way at the base to end; false when its queue is full.
  ///
  /// By name: the kernel finds an operation at once, but to find those of a descriptor it looks at all that wait, of all sockets.
  private mutating func cancelOperations(_ handle: SlabHandle) -> Bool {
    if sockets[handle].source == .receiving {
      guard cancel(.receive, handle) else { return false }
      sockets[handle].source = .cancelling
    }
    if sockets[handle].sink == .waiting, !sockets[handle].isSendCancelled {
      guard cancel(.send, handle) else { return false }
      sockets[handle].isSendCancelled = true
    }
    return true
  }

  /// Cancels one operation of the layer's own.
  mutating func cancel(_ operation: SecureToken.Operation, _ handle: SlabHandle) -> Bool {
    let (operation, token) = (SecureToken(operation, handle), SecureToken(.cancel, handle))
    guard base.cancel(operation: operation.rawValue, token: token.rawValue) else { return false }
    sockets[handle].outstanding += 1
    return true
  }

  private mutating func giveBack(_ handle: SlabHandle) {
    let descriptor = sockets[handle].descriptor
    giveBackBlock(handle)
    if sockets[handle].hasCarriedData { report.counters.add(.tlsClosed) }
    table.remove(descriptor)
    base.close(descriptor)
    hasGoneClosers = true
    starved.removeAll { $0 == handle }
    closingCount -= 1
    sockets.remove(handle)
  }

  private mutating func cutLateClosers() {
    forgetGoneClosers()
    for handle in closing {
      guard now >= sockets[handle].closesAt! else { return }
      list(handle)
    }
  }

  /// All at once, since thousands may have closed together.
  private mutating func forgetGoneClosers() {
    guard hasGoneClosers else { return }
    hasGoneClosers = false
    var kept = 0
    for place in closing.indices where sockets.isCurrent(closing[place]) {
      closing[kept] = closing[place]
      kept += 1
    }
    closing.removeSubrange(kept...)
  }

  // MARK: Completions

  /// The next completion of the worker's; the layer's own are dealt with on the way.
  public mutating func nextCompletion() -> Completion? {
    while true {
      if readyTaken < ready.count {
        readyTaken += 1
        return ready[readyTaken - 1]
      }
      if readyTaken > 0 {
        ready.removeAll(keepingCapacity: true)
        readyTaken = 0
      }
      guard let completion = base.nextCompletion() else {
        settle()
        return nil
      }
      guard let token = SecureToken(rawValue: completion.token) else { return completion }
      take(completion, token)
    }
  }

  private mutating func take(_ completion: Completion, _ token: SecureToken) {
    let handle = token.socket
    switch token.operation {
    case .receive: received(completion, handle)
    case .send: sent(completion.result, handle)
    case .quietSend: quietFellShort(completion.result, handle)
    case .cancel: sockets[handle].outstanding -= 1
    case nil: preconditionFailure("a completion came back with a token that was never given out")
    }
    list(handle)
  }
}
