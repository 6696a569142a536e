import Routing
import ShardMap
import Telemetry
import Uring
import Wire

/// A session before it is relayed: one operation at a time, by phase.
extension Worker where K: ~Copyable {
  /// Asks for the operation of the session's phase; false when the submission queue is full.
  mutating func reconcileLogin(_ handle: SlabHandle) -> Bool {
    guard !sessions[handle].isLoginOperationUnderWay, sessions[handle].phase != .holding,
      sessions[handle].phase != .departing
    else {
      return true
    }
    let token = Token(.login, handle).rawValue
    let client = sessions[handle].client
    let server = sessions[handle].server
    let bytes = loginBytes(handle)
    let count = sessions[handle].login.count
    if sessions[handle].phase == .authenticating {
      guard let isQueued = reconcileAuthenticating(handle, token: token) else { return true }
      if isQueued { loginOperationBegins(handle) }
      return isQueued
    }
    let isQueued =
      switch sessions[handle].phase {
      case .greeting:
        kernel.receive(
          from: client, into: bytes + count, count: Self.greetingRoom - count, waits: true,
          token: token)
      case .answering:
        kernel.send(to: client, bytes + Self.answerOffset, count: 1, token: token)
      case .connecting:
        kernel.connect(server, to: sessions[handle].target!.address, token: token)
      case .requestingTLS:
        kernel.send(
          to: server, bytes + Self.answerOffset, count: sessions[handle].login.requestCount,
          token: token)
      case .awaitingTLS:
        kernel.receive(
          from: server, into: bytes + Self.answerOffset, count: 1, waits: true, token: token)
      case .forwarding:
        kernel.send(to: server, bytes, count: count, token: token)
      case .refusing:
        kernel.send(to: client, bytes, count: count, token: token)
      case .lingering:
        kernel.receive(
          from: client, into: bytes, count: Self.greetingRoom, waits: true, token: token)
      case .holding, .relaying, .authenticating, .parked, .queued, .lent, .departing, .closing:
        preconditionFailure("no login operation in this phase")
      }
    if isQueued { loginOperationBegins(handle) }
    return isQueued
  }

  private mutating func loginOperationBegins(_ handle: SlabHandle) {
    sessions[handle].isLoginOperationUnderWay = true
    sessions[handle].outstanding += 1
  }

  /// Bytes of the login buffer that a client may fill; what is behind them is for the router's own short messages.
  static var greetingRoom: Int { RelayLimits.loginBytes - 64 - ServerAnnouncements.longest }
  static var answerOffset: Int { greetingRoom }

  mutating func loginBytes(_ handle: SlabHandle) -> UnsafeMutableRawPointer {
    loginBlocks.address(of: sessions[handle].login.block!)
  }

  /// Puts bytes into the login buffer, instead of what it held.
  mutating func fillLoginBuffer(_ handle: SlabHandle, _ bytes: [UInt8], at offset: Int = 0) {
    precondition(offset + bytes.count <= RelayLimits.loginBytes, "the login buffer is too small")
    let room = loginBytes(handle) + offset
    bytes.withUnsafeBytes { room.copyMemory(from: $0.baseAddress!, byteCount: $0.count) }
    if offset == 0 { sessions[handle].login.count = bytes.count }
  }

  mutating func giveBackLoginBuffer(_ handle: SlabHandle) {
    guard let block = sessions[handle].login.block else { return }
    loginBlocks.giveBack(block)
    sessions[handle].login.block = nil
  }

  /// The session's one operation has completed.
  mutating func loginOperationCompleted(_ completion: Completion, _ handle: SlabHandle) {
    sessions[handle].isLoginOperationUnderWay = false
    operationEnded(handle)
    let result = completion.result
    switch sessions[handle].phase {
    case .closing: return
    case .greeting:
      guard result > 0 else { return greetingEnded(handle) }
      sessions[handle].login.count += Int(result)
      readGreeting(handle)
    case .answering:
      guard result == 1 else { return end(handle) }
      sessions[handle].moveOn(.answered)
      readGreeting(handle)
    case .connecting:
      connectCompleted(result, handle)
    case .requestingTLS:
      guard result == sessions[handle].login.requestCount else {
        return serverWentAway(result, handle)
      }
      sessions[handle].moveOn(.askedForTLS)
    case .awaitingTLS:
      serverAnsweredTLS(result, handle)
    case .forwarding:
      guard result == sessions[handle].login.count else { return serverWentAway(result, handle) }
      startRelaying(handle)
    case .authenticating:
      authenticatingCompleted(result, handle)
    case .refusing:
      guard result == sessions[handle].login.count else { return end(handle) }
      kernel.shutdownWriting(sessions[handle].client)
      if sessions[handle].endsWhenTold { return end(handle) }
      sessions[handle].moveOn(.told)
    case .lingering:
      guard result > 0 else { return end(handle) }
    case .holding, .relaying, .parked, .queued, .lent, .departing:
      preconditionFailure("a login operation completed in a phase without one")
    }
    list(handle)
  }

  // MARK: Greeting

  mutating func readGreeting(_ handle: SlabHandle) {
    if sessions[handle].proxyStage != .over, !readProxyHeader(handle) { return list(handle) }
    let bytes = RawSpan(_unsafeStart: loginBytes(handle), byteCount: sessions[handle].login.count)
    let spoken = listeners[sessions[handle].listener].spoken
    let tls = listeners[sessions[handle].listener].tls
    let spokeTLS = sessions[handle].greeting.speaksTLS
    switch sessions[handle].greeting.read(bytes, spoken: spoken, tls: tls) {
    case .wait:
      if sessions[handle].login.count == Self.greetingRoom { end(handle) }
      // A first flight that was not asked for has the same time as one that was.
      let hasBegunTLS = !spokeTLS && sessions[handle].greeting.speaksTLS
      if tls != .off, hasBegunTLS { awaitHandshake(handle) }
    case .answer(let byte, let consumed):
      forget(consumed, handle)
      if byte == Greeting.yes, tls != .off { awaitHandshake(handle) }
      fillLoginBuffer(handle, [byte], at: Self.answerOffset)
      sessions[handle].moveOn(.needsAnswer)
    case .cancel(_, let byteCount):
      handleCancel(handle, packet: bytes.copy(of: 0..<byteCount))
    case .startup(let startup, let byteCount):
      route(
        handle, startup, packet: bytes.extracting(0..<byteCount),
        rest: bytes.extracting(byteCount..<bytes.byteCount))
    case .hello(let tenant):
      routeHello(handle, tenant: tenant)
    case .encrypt(let serverName):
      encryptClient(handle, serverName: serverName)
    case .refuse(let refusal):
      refuse(handle, refusal)
    }
    list(handle)
  }

  /// Drops the first bytes of the login buffer; what follows moves up.
  mutating func forget(_ consumed: Int, _ handle: SlabHandle) {
    let bytes = loginBytes(handle)
    let left = sessions[handle].login.count - consumed
    if left > 0 { bytes.copyMemory(from: bytes + consumed, byteCount: left) }
    sessions[handle].login.count = left
  }

  // MARK: The server's side

  private mutating func serverAnsweredTLS(_ result: Int32, _ handle: SlabHandle) {
    guard result == 1 else { return serverWentAway(result, handle) }
    let answer = loginBytes(handle).load(fromByteOffset: Self.answerOffset, as: UInt8.self)
    guard answer == Greeting.yes else {
      return refuse(handle, withoutTLS(handle))
    }
    guard sessions[handle].greeting.promisedTLS || encryptServer(handle) else {
      return refuse(handle, notTrusted(handle))
    }
    sessions[handle].moveOn(.gotTLS)
  }

  private mutating func serverWentAway(_ result: Int32, _ handle: SlabHandle) {
    noteConnectFailure(result < 0 ? -result : Errno.connectionReset, handle)
    let target = sessions[handle].target!
    let isRelayed = sessions[handle].relay != nil
    if isRelayed || target.slot != nil, isServerTrustMissing(handle) {
      refuse(handle, notTrusted(handle))
      return list(handle)
    }
    if isRelayed {
      refuse(handle, poolUnreachable(handle))
      return list(handle)
    }
    // Nobody waits for an answer to a cancel request.
    guard target.slot != nil else { return end(handle) }
    let tenant = target.tenant.array
    refuse(handle, .noHealthyInstance(tenant: tenant, tried: sessions[handle].tried.count))
    list(handle)
  }

  private mutating func startRelaying(_ handle: SlabHandle) {
    sessions[handle].moveOn(.forwarded)
    giveBackLoginBuffer(handle)
    if case .postgres = listeners[sessions[handle].listener].spoken,
      sessions[handle].target?.slot != nil || sessions[handle].relay != nil
    {
      sessions[handle].watch = LoginWatch()
    } else {
      loginEnded(handle)
    }
  }

  /// Looks at what a server says until the login is over.
  mutating func watchLogin(_ bytes: RawSpan, _ handle: SlabHandle) {
    let isOver = sessions[handle].watch!.read(bytes)
    if let error = sessions[handle].watch!.takeError() { loginFailed(error, handle) }
    guard isOver else { return }
    noteServerAnswer(handle)
    if let key = sessions[handle].watch!.key { cancels.insert(handle.index, key) }
    sessions[handle].watch = nil
    loginEnded(handle)
  }

  /// The server did not let the client in. It was the client's own login, so a wrong password says nothing about the map; what a server
  /// says that is no primary, or stops, does.
  private mutating func loginFailed(_ error: SQLState, _ handle: SlabHandle) {
    if error.isOfClass("28") { return context.report.counters.add(.loginsRejected) }
    // Of the map it says nothing what another router refuses.
    guard sessions[handle].relay == nil else { return }
    if error.isOfClass("57"), let slot = sessions[handle].target?.slot {
      health.recordSilence(slot, now: kernel.now)
      noteEvidence()
    }
    let evidence: [SQLState] = [.readOnlyTransaction, .adminShutdown, .cannotConnectNow]
    if evidence.contains(error), context.freshness.freshness(at: kernel.now).isRuled {
      noteStaleRoute(handle)
    }
  }

  /// A server has let a client in.
  private mutating func noteServerAnswer(_ handle: SlabHandle) {
    guard let slot = sessions[handle].target?.slot else { return }
    health.recordAnswer(slot)
    noteEvidence()
  }

  private mutating func loginEnded(_ handle: SlabHandle) {
    setIdleDeadline(handle)
  }
}
