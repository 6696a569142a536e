import Authentication
import Pooling
import Routing
import ShardMap
import Telemetry
import Wire

/// What proofs of clients are checked against: the verifiers of roles, as the tenants' own shards have them.
extension Worker where K: ~Copyable {
  /// Demands a proof of a client, as soon as its role's verifier is known.
  mutating func seekVerifier(_ handle: SlabHandle, _ route: Route) throws(Refusal) {
    let shard = NameDigest.of(map.string(map.shard(route.shard).id))
    let user = accounts[pooledClients[handle.index].account].user
    if let known = verifiers.value(shard: shard, user: user, nowNanoseconds: kernel.now.nanoseconds)
    {
      return demand(known, of: handle)
    }
    try ask(
      VerifierQuestion(shard: shard, user: user, sessions: [handle]), at: route)
  }

  /// Begins the exchange with a client whose role's verifier is known, or known not to be there.
  private mutating func demand(_ value: VerifierCache.Value, of handle: SlabHandle) {
    let user = accounts[pooledClients[handle.index].account].user
    let method = context.settings.pooling.authentication
    let demand: ClientAuthentication.Demand
    switch value {
    case .verifier(.scram(let verifier)):
      demand = .scram(scramServer(verifier, isMock: false, for: handle))
    case .verifier(.md5(let verifier)) where method == .md5:
      demand = .md5(verifier, salt: UInt32.random(in: 0 ... .max))
    case .verifier(.md5), .verifier(.unsupported), .missing:
      let mock = ScramVerifier.mock(user: user, secret: context.settings.pooling.mockSecret)
      demand = .scram(scramServer(mock, isMock: true, for: handle))
    }
    begin(ClientAuthentication(user: user, demand: demand), handle)
    list(handle)
  }

  private mutating func scramServer(
    _ verifier: ScramVerifier, isMock: Bool, for handle: SlabHandle
  ) -> ScramServer {
    // A client that was relayed sees the router's encryption that relays it, or none, and never this one.
    let binding =
      pooledClients[handle.index].isRelayed
      ? ChannelBinding.none : clientBinding(handle)
    return ScramServer(
      verifier: verifier, isMock: isMock, serverNonce: Nonces.scram(), channelBinding: binding)
  }

  // MARK: Asking

  /// Asks the shard, together with whoever else wants to know the same.
  private mutating func ask(_ question: VerifierQuestion, at route: Route) throws(Refusal) {
    let pool = try questionPool(at: route)
    for place in pools[pool].questions.indices
    where pools[pool].questions[place].shard == question.shard
      && pools[pool].questions[place].user == question.user
    {
      pools[pool].questions[place].sessions += question.sessions
      return
    }
    pools[pool].questions.append(question)
    serve(pool)
  }

  /// The pool of the router's own role at the instance of a route.
  private mutating func questionPool(at route: Route) throws(Refusal) -> Int {
    guard let role = context.settings.pooling.authQuery else { throw .noAuthQuery }
    let start = ClientStart(user: Array(role.user.utf8))
    let account = try account(for: start, database: Array(role.database.utf8).span.bytes)
    accounts[account].credential = role.credential
    return try pool(of: account, for: route)
  }

  /// Asks the oldest question of a pool on a link that is idle.
  mutating func askQuestion(_ link: SlabHandle, _ pool: Int) {
    guard let role = context.settings.pooling.authQuery else { return }
    let question = pools[pool].questions.removeFirst()
    links[link].moveOn(.asked)
    pools[pool].comingCount += 1
    links[link].question = PendingQuestion(question)
    linkTimers.set(link.index, to: kernel.now.advanced(by: context.settings.timeouts.login))
    send(AuthQuery.encoded(role.query, user: question.user), link)
  }

  /// A server says something about a verifier.
  mutating func askedServerSaid(_ bytes: RawSpan, _ link: SlabHandle) {
    var offset = 0
    do {
      while links[link].phase == .asking,
        let type = try links[link].question!.messages.next(bytes, from: &offset)
      {
        let body = links[link].question!.messages.body
        switch try links[link].question!.answer.receive(type: type, body: body.span.bytes) {
        case .wait: continue
        case .answered(let outcome): answered(outcome, link)
        }
      }
    } catch {
      let question = links[link].question!.question
      close(link: link)
      refuseAll(question.sessions, .serverNonsense("\(error)"))
    }
  }

  private mutating func answered(_ outcome: AuthQueryAnswer.Outcome, _ link: SlabHandle) {
    let question = links[link].question!.question
    links[link].question = nil
    cameHome(link, .answered)
    let value: VerifierCache.Value
    switch outcome {
    case .found(let text): value = .verifier(VerifierText.classify(text))
    case .missing: value = .missing
    case .failed(let response): return refuseAll(question.sessions, .authQueryFailed(response))
    }
    verifiers.insert(
      value, shard: question.shard, user: question.user, nowNanoseconds: kernel.now.nanoseconds)
    for handle in question.sessions where isAuthenticating(handle) { demand(value, of: handle) }
  }

  /// Tells those that wait for an answer that there is none.
  mutating func refuseAll(_ waiting: [SlabHandle], _ refusal: Refusal) {
    for handle in waiting where isAuthenticating(handle) {
      refuse(handle, refusal)
      list(handle)
    }
  }

  // MARK: Guesses

  /// How long a client has to wait because too many passwords were wrong that came for its tenant from its address.
  mutating func throttled(_ handle: SlabHandle) -> Duration? {
    let verdict = throttle.verdict(
      address: addressDigest(handle), tenant: tenantDigest(handle),
      nowNanoseconds: kernel.now.nanoseconds)
    guard case .refused(let wait) = verdict else { return nil }
    return .nanoseconds(Int64(clamping: wait))
  }

  /// A password was wrong. It may be the new one of a role whose verifier has changed: the next attempt asks the shard again.
  mutating func noteGuess(_ handle: SlabHandle) {
    throttle.recordFailure(
      address: addressDigest(handle), tenant: tenantDigest(handle),
      nowNanoseconds: kernel.now.nanoseconds)
    guard let target = sessions[handle].target,
      let tenant = map.tenant(id: target.tenant.array.span.bytes)
    else { return }
    verifiers.remove(
      shard: NameDigest.of(map.string(map.shard(map.tenant(tenant).shard).id)),
      user: accounts[pooledClients[handle.index].account].user)
  }

  /// A client has proved who it is.
  mutating func noteRightPassword(_ handle: SlabHandle) {
    throttle.recordSuccess(address: addressDigest(handle), tenant: tenantDigest(handle))
  }

  private mutating func addressDigest(_ handle: SlabHandle) -> UInt64 {
    guard let peer = clientAddress(handle) else { return digestSeed }
    return NameDigest.mix([peer.high, peer.low], seed: digestSeed)
  }

  private mutating func tenantDigest(_ handle: SlabHandle) -> UInt64 {
    NameDigest.of(sessions[handle].target?.tenant.array ?? [], seed: digestSeed)
  }

  private mutating func isAuthenticating(_ handle: SlabHandle) -> Bool {
    sessions.isCurrent(handle) && sessions[handle].phase == .authenticating
  }
}
