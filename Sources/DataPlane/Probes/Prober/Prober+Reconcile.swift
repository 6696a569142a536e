import Uring

/// The one place where the prober asks the kernel for something, and where completions come back.
///
/// Everything else changes a line's state and lists its slot. When the submission queue is full the slot stays listed.
extension Prober where K: ~Copyable {
  /// Lists a slot to be seen to, once.
  mutating func list(_ number: Int) {
    guard !slots[number].isListed else { return }
    slots[number].isListed = true
    listed.append(number)
  }

  /// Asks for all that is wanted, or for as much as the kernel takes.
  mutating func reconcile() {
    var done = 0
    while done < listed.count {
      let number = listed[done]
      if !reconcile(number) {
        kernel.submit()
        guard reconcile(number) else { break }
      }
      slots[number].isListed = false
      done += 1
    }
    listed.removeFirst(done)
  }

  /// Asks for what one line wants; false when the submission queue is full.
  private mutating func reconcile(_ number: Int) -> Bool {
    switch slots[number].line.phase {
    case .none, .connecting: return true
    case .opened: return connect(number)
    case .encrypting: return send(number) && receiveTLSAnswer(number)
    case .connected: return receive(number) && send(number)
    case .closing, .cancelled: return close(number)
    }
  }

  private mutating func connect(_ number: Int) -> Bool {
    guard
      kernel.connect(
        slots[number].line.socket, to: slots[number].key.address,
        token: ProbeToken(.connect, number).rawValue)
    else { return false }
    slots[number].line.phase = .connecting
    slots[number].line.outstanding += 1
    return true
  }

  /// Its one byte is asked for alone, when the question is gone: what follows is encrypted.
  private mutating func receiveTLSAnswer(_ number: Int) -> Bool {
    guard slots[number].line.outbox.isEmpty else { return true }
    return receive(number, atMost: 1)
  }

  private mutating func receive(
    _ number: Int, atMost count: Int = ProbeLimits.pieceBytes
  ) -> Bool {
    guard !slots[number].line.isReceiving else { return true }
    guard
      kernel.receive(
        from: slots[number].line.socket, into: slots[number].line.memory.incoming,
        count: count, waits: true, token: ProbeToken(.receive, number).rawValue)
    else { return false }
    slots[number].line.isReceiving = true
    slots[number].line.outstanding += 1
    return true
  }

  private mutating func send(_ number: Int) -> Bool {
    guard slots[number].line.sending == 0, !slots[number].line.outbox.isEmpty else { return true }
    let piece = slots[number].line.nextPiece
    slots[number].line.memory.load(piece)
    guard
      kernel.send(
        to: slots[number].line.socket, slots[number].line.memory.outgoing, count: piece.count,
        token: ProbeToken(.send, number).rawValue)
    else { return false }
    slots[number].line.sending = piece.count
    slots[number].line.outstanding += 1
    return true
  }

  /// Cancels what is under way on a line; closes it when nothing is.
  private mutating func close(_ number: Int) -> Bool {
    guard slots[number].line.outstanding == 0 else {
      guard slots[number].line.phase == .closing else { return true }
      guard
        kernel.cancelAll(
          on: slots[number].line.socket, token: ProbeToken(.cancel, number).rawValue)
      else { return false }
      slots[number].line.phase = .cancelled
      slots[number].line.outstanding += 1
      return true
    }
    if slots[number].line.socket >= 0 { kernel.close(slots[number].line.socket) }
    slots[number].line.finishClosing()
    slots[number].machine.closed(kernel.now)
    if slots[number].life == .retired { free(number) } else { setAlarm(number) }
    return true
  }

  // MARK: Completions

  /// Takes all completions that are there, also those kept back because their queue was full.
  mutating func takeCompletions() {
    while true {
      while let completion = kernel.nextCompletion() { take(completion) }
      guard kernel.hasOverflow else { return }
      kernel.submit()
    }
  }

  private mutating func take(_ completion: Completion) {
    let token = ProbeToken(rawValue: completion.token)
    guard let operation = token.operation else {
      preconditionFailure("a completion came back with a token that was never given out")
    }
    guard operation != .doorbell else { return doorbellRang() }
    let number = token.slot
    slots[number].line.outstanding -= 1
    switch slots[number].line.phase {
    case .closing, .cancelled:
      if slots[number].line.outstanding == 0 { list(number) }
    case .none, .opened, .connecting, .encrypting, .connected:
      switch operation {
      case .connect: connected(completion.result, number)
      case .receive: received(completion.result, number)
      case .send: sent(completion.result, number)
      case .cancel, .doorbell: break
      }
    }
  }

  private mutating func connected(_ result: Int32, _ number: Int) {
    guard result == 0 else { return failed(.connectFailed(errno: -result), number) }
    if context.settings.announcement == .version2 {
      slots[number].line.outbox = ServerAnnouncements.ofRouter
    }
    list(number)
    guard tls == nil else {
      slots[number].line.phase = .encrypting
      slots[number].line.outbox += ServerStartup.sslRequest
      return
    }
    isConnected(number)
  }

  /// Nothing is in the way of the machine's first word any more.
  mutating func isConnected(_ number: Int) {
    slots[number].line.phase = .connected
    perform(slots[number].machine.connected(kernel.now), number)
  }

  private mutating func received(_ result: Int32, _ number: Int) {
    slots[number].line.isReceiving = false
    guard result > 0 else {
      if let failure = distrust(number) { return failed(failure, number) }
      return failed(
        result == 0 ? .connectionClosed : .connectionBroke(errno: -result), number)
    }
    list(number)
    if slots[number].line.phase == .encrypting { return tlsAnswered(number) }
    let memory = slots[number].line.memory
    let bytes = RawSpan(_unsafeStart: memory.incoming, byteCount: Int(result))
    perform(slots[number].machine.received(bytes, kernel.now, random: &random), number)
  }

  private mutating func sent(_ result: Int32, _ number: Int) {
    let count = slots[number].line.sending
    slots[number].line.sending = 0
    guard result == count else {
      if let failure = distrust(number) { return failed(failure, number) }
      return failed(
        .connectionBroke(errno: result < 0 ? -result : Errno.connectionReset), number)
    }
    slots[number].line.outbox.removeFirst(count)
    list(number)
  }

  mutating func failed(_ failure: ProbeFailure, _ number: Int) {
    perform(slots[number].machine.failed(failure, random: &random), number)
  }
}
