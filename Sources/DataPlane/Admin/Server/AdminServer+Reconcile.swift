import AdminConsole
import Routing
import Telemetry
import Uring

/// The one place where the console asks the kernel for something, and where completions come back.
///
/// Everything else changes a line's state and lists it. When the submission queue is full the line stays listed.
extension AdminServer where K: ~Copyable {
  /// Lists a line to be seen to, once.
  mutating func list(_ line: Int) {
    guard !lines[line].isListed else { return }
    lines[line].isListed = true
    listed.append(line)
  }

  /// Asks for all that is wanted, or for as much as the kernel takes.
  mutating func reconcile() {
    reconcileListener()
    var done = 0
    while done < listed.count {
      let line = listed[done]
      if !reconcile(line) {
        kernel.submit()
        guard reconcile(line) else { break }
      }
      lines[line].isListed = false
      done += 1
    }
    listed.removeFirst(done)
  }

  private mutating func reconcileListener() {
    switch listener.state {
    case .idle, .pausing:
      if isStopping {
        kernel.close(listener.descriptor)
        listener.state = .closed
      } else if listener.state == .idle,
        kernel.accept(on: listener.descriptor, token: AdminToken(.accept).rawValue)
      {
        listener.state = .accepting
      }
    case .accepting where isStopping:
      if kernel.cancel(
        operation: AdminToken(.accept).rawValue, token: AdminToken(.listenerCancel).rawValue)
      {
        listener.state = .closing
      }
    case .accepting, .closing, .closed: break
    }
  }

  /// Asks for what one line wants; false when the submission queue is full.
  private mutating func reconcile(_ line: Int) -> Bool {
    switch lines[line].phase {
    case .free: return true
    case .open, .draining:
      guard receive(line), send(line) else { return false }
      finishIfDrained(line)
      return true
    case .closing, .cancelled: return close(line)
    }
  }

  private mutating func receive(_ line: Int) -> Bool {
    guard !lines[line].isReceiving, lines[line].wantsInput else { return true }
    guard
      kernel.receive(
        from: lines[line].socket, into: lines[line].memory.incoming,
        count: AdminMemory.pieceBytes, waits: true, token: AdminToken(.receive, line).rawValue)
    else { return false }
    lines[line].isReceiving = true
    lines[line].outstanding += 1
    return true
  }

  private mutating func send(_ line: Int) -> Bool {
    guard lines[line].sending == 0, lines[line].waitingBytes > 0 else { return true }
    let count = lines[line].loadPiece()
    guard
      kernel.send(
        to: lines[line].socket, lines[line].memory.outgoing, count: count,
        token: AdminToken(.send, line).rawValue)
    else { return false }
    lines[line].sending = count
    lines[line].outstanding += 1
    return true
  }

  /// All was said: the client may read it and close. (Closing on bytes that were not read would reset the connection.)
  private mutating func finishIfDrained(_ line: Int) {
    guard lines[line].phase == .draining, lines[line].waitingBytes == 0, !lines[line].isShut else {
      return
    }
    kernel.shutdownWriting(lines[line].socket)
    lines[line].isShut = true
  }

  /// Cancels what is under way on a line; closes it when nothing is.
  private mutating func close(_ line: Int) -> Bool {
    guard lines[line].outstanding == 0 else {
      guard lines[line].phase == .closing else { return true }
      guard
        kernel.cancelAll(on: lines[line].socket, token: AdminToken(.cancel, line).rawValue)
      else { return false }
      lines[line].phase = .cancelled
      lines[line].outstanding += 1
      return true
    }
    kernel.close(lines[line].socket)
    lines[line].clear()
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
    let token = AdminToken(rawValue: completion.token)
    guard let operation = token.operation else {
      preconditionFailure("a completion came back with a token that was never given out")
    }
    switch operation {
    case .doorbell: return doorbellRang()
    case .accept: return accepted(completion)
    case .listenerCancel: return
    case .receive, .send, .cancel: break
    }
    let line = token.line
    lines[line].outstanding -= 1
    switch lines[line].phase {
    case .closing, .cancelled:
      if lines[line].outstanding == 0 { list(line) }
    case .free, .open, .draining:
      switch operation {
      case .receive: received(completion.result, line)
      case .send: sent(completion.result, line)
      case .cancel, .accept, .listenerCancel, .doorbell: break
      }
    }
  }

  private mutating func accepted(_ completion: Completion) {
    if completion.result >= 0 {
      if isStopping { kernel.close(completion.result) } else { begin(client: completion.result) }
    } else if completion.result != -Errno.cancelled {
      context.report.events.put(
        AdminEvent(kind: .acceptFailed(errno: -completion.result), user: "", address: nil))
    }
    guard !completion.hasMore else { return }
    if !isStopping, completion.result < 0 {
      // Whatever it is: asking again at once might go on for ever.
      listener.state = .pausing
      listener.resumesAt = kernel.now.advanced(by: SessionTimeouts.acceptPause)
    } else {
      listener.state = .idle
    }
  }

  private mutating func received(_ result: Int32, _ line: Int) {
    lines[line].isReceiving = false
    guard result > 0 else { return cut(line) }
    list(line)
    guard lines[line].phase == .open else { return }
    let memory = lines[line].memory
    take(RawSpan(_unsafeStart: memory.incoming, byteCount: Int(result)), line)
  }

  private mutating func sent(_ result: Int32, _ line: Int) {
    guard result == lines[line].sending else { return cut(line) }
    lines[line].pieceWasSent()
    list(line)
  }
}
