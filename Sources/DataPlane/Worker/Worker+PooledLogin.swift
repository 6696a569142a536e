import Authentication
import Pooling
import Routing
import ShardMap
import Telemetry
import Wire

/// How a client logs in at the router itself, whose servers it will share.
extension Worker where K: ~Copyable {
  // MARK: Beginning

  /// A session is routed for the first time: it gets an account, and its client has to prove who it is.
  mutating func beginPooledLogin(
    _ handle: SlabHandle, _ route: Route, _ start: ClientStart, tier: Consistency?,
    wantsNotices: Bool, isRelayed: Bool, rest: RawSpan
  ) throws(Refusal) {
    guard rest.byteCount == 0 else {
      throw .malformedProof("bytes follow the start-up packet before anything was asked")
    }
    let parameters = try parameters(asked: start.settings)
    let map = map
    let account = try account(
      for: start, database: map.string(map.tenant(route.tenant).database))
    accounts[account].sessions += 1
    var client = PooledClient(account: account, tier: tier, parameters: parameters)
    client.login = ClientLogin()
    client.wantsNotices = wantsNotices
    client.isRelayed = isRelayed
    pooledClients.insert(handle.index, client)
    sessions[handle].moveOn(.pooled)
    sessions[handle].login.count = 0
    switch context.settings.pooling.authentication {
    case .trust:
      begin(ClientAuthentication(user: start.user, demand: .trust), handle)
    case .scram, .md5:
      if let wait = throttled(handle) { throw .loginThrottled(wait) }
      try seekVerifier(handle, route)
    }
  }

  // MARK: The exchange

  /// Asks for what a client's login wants of the kernel now; false when the submission queue is full.
  mutating func reconcileAuthenticating(_ handle: SlabHandle, token: UInt64) -> Bool? {
    guard let step = pooledClients[handle.index].login?.step else { return nil }
    let client = sessions[handle].client
    let bytes = loginBytes(handle)
    let count = sessions[handle].login.count
    switch step {
    case .waiting: return nil
    case .telling, .welcoming:
      return kernel.send(to: client, bytes, count: count, token: token)
    case .listening:
      return kernel.receive(
        from: client, into: bytes + count, count: Self.greetingRoom - count, waits: true,
        token: token)
    }
  }

  /// The one operation of a client's login has completed.
  mutating func authenticatingCompleted(_ result: Int32, _ handle: SlabHandle) {
    guard let step = pooledClients[handle.index].login?.step else { return }
    switch step {
    case .waiting: preconditionFailure("a login that waits has nothing under way")
    case .telling:
      guard result == sessions[handle].login.count else { return end(handle) }
      sessions[handle].login.count = 0
      pooledClients[handle.index].login?.step = .listening
    case .welcoming:
      guard result == sessions[handle].login.count else { return end(handle) }
      welcomed(handle)
    case .listening:
      guard result > 0 else { return end(handle) }
      sessions[handle].login.count += Int(result)
      readProof(handle)
    }
  }

  private mutating func readProof(_ handle: SlabHandle) {
    let bytes = RawSpan(_unsafeStart: loginBytes(handle), byteCount: sessions[handle].login.count)
    var messages = MessageAssembler(maximumBytes: AuthenticationLimits.messageBytes)
    var offset = 0
    do throws(FramingError) {
      guard let type = try messages.next(bytes, from: &offset) else { return }
      guard type == FrontendMessageType.password, offset == bytes.byteCount else {
        return refuse(handle, .malformedProof("it is no answer to what was asked"))
      }
    } catch {
      return refuse(handle, .malformedProof("\(error)"))
    }
    // Here, too: many connections may have begun before the first has failed.
    if let wait = throttled(handle) { return refuse(handle, .loginThrottled(wait)) }
    guard var machine = pooledClients[handle.index].login?.machine else { return }
    let action = machine.receive(messages.body.span.bytes)
    pooledClients[handle.index].login = ClientLogin(machine: machine)
    take(action, handle)
  }

  /// Begins a client's proof.
  mutating func begin(_ machine: ClientAuthentication, _ handle: SlabHandle) {
    var machine = machine
    let action = machine.begin()
    pooledClients[handle.index].login = ClientLogin(machine: machine)
    take(action, handle)
  }

  /// Does what the client's login wants next.
  mutating func take(_ action: ClientAuthentication.Action, _ handle: SlabHandle) {
    switch action {
    case .send(let message):
      fillLoginBuffer(handle, message)
      pooledClients[handle.index].login?.step = .telling
    case .accepted(let message, let credential):
      authenticated(handle, message: message, credential)
    case .rejected(let response, let rejection):
      context.report.counters.add(.loginsRejected)
      if rejection.isGuess { noteGuess(handle) }
      refuse(handle, .loginRejected(response))
    }
  }

  // MARK: Welcome

  /// The client is who it says it is. It is welcomed as soon as a server has told what there is to tell.
  private mutating func authenticated(
    _ handle: SlabHandle, message: [UInt8], _ credential: Credential
  ) {
    noteRightPassword(handle)
    let account = pooledClients[handle.index].account
    accounts[account].credential = credential
    pooledClients[handle.index].login = ClientLogin(accepted: message)
    if accounts[account].greeting != nil { welcome(handle) } else { awaitReport(handle) }
  }

  /// Waits in line for a link, whose server will tell what its settings are.
  mutating func awaitReport(_ handle: SlabHandle) {
    do throws(Refusal) {
      enqueue(handle, for: try poolForTransaction(handle), until: loginDeadline(handle))
    } catch {
      refuse(handle, error)
      list(handle)
    }
  }

  /// Tells the client that it is in, what its server's settings are, and by which key its queries can be cancelled.
  mutating func welcome(_ handle: SlabHandle) {
    let account = pooledClients[handle.index].account
    guard let accepted = pooledClients[handle.index].login?.accepted,
      let greeting = accounts[account].greeting
    else { return }
    takeReported(accounts[account].parameters, handle)
    var bytes =
      accepted + greeting.messages(for: pooledClients[handle.index].parameters, in: values)
    let key = newCancelKey(handle)
    bytes += BackendKeyData.encoded(processID: key.processID, key: key.secret.span.bytes)
    bytes += ReadyForQuery(status: .idle).encoded()
    guard bytes.count <= RelayLimits.loginBytes else {
      return refuse(handle, .serverNonsense("it reports too many settings"))
    }
    fillLoginBuffer(handle, bytes)
    pooledClients[handle.index].login?.step = .welcoming
    list(handle)
  }

  private mutating func welcomed(_ handle: SlabHandle) {
    pooledClients[handle.index].login = nil
    // It may have waited for what its servers say of themselves.
    pooledClients[handle.index].wait.end()
    giveBackLoginBuffer(handle)
    sessions[handle].moveOn(.welcomed)
    context.report.counters.add(.routed)
    setIdleDeadline(handle)
    if takeover.isHandingOver { departIfAtRest(handle) }
  }

  /// A key of the router's own, by which a cancel request finds this session whichever server it has.
  private mutating func newCancelKey(
    _ handle: SlabHandle
  ) -> (processID: Int32, secret: [UInt8]) {
    let processID = Int32(truncatingIfNeeded: random.next() & 0x7FFF_FFFF)
    let secret = Nonces.bytes(4)
    var fingerprint = CancelFingerprint()
    for shift in [24, 16, 8, 0] {
      fingerprint.mix(UInt8(truncatingIfNeeded: processID >> Int32(shift)))
    }
    for byte in secret { fingerprint.mix(byte) }
    cancels.insert(handle.index, fingerprint)
    return (processID, secret)
  }
}
