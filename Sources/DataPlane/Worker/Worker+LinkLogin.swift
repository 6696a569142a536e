import Authentication
import Pooling
import Routing
import ShardMap
import Telemetry
import Wire

/// How a server connection of the router's logs in, and what its failure means for those who wait.
extension Worker where K: ~Copyable {
  /// Why a pool got no connection.
  enum ServerFailure {
    /// Nobody took it.
    case connect(errno: Int32)
    /// The server said no, in these words.
    case refused(ErrorResponse)
    /// The connection could not be encrypted, or its certificate was not accepted.
    case untrusted(String)
    /// What it said made no sense.
    case nonsense(String)
  }

  /// The connection is there: the start-up packet goes out.
  mutating func beginLogin(_ link: SlabHandle) {
    let account = pools[links[link].pool].account
    links[link].login = LinkLogin(
      machine: ServerLogin(
        user: accounts[account].user, credential: accounts[account].credential,
        clientNonce: Nonces.scram()))
    linkTimers.set(
      link.index,
      to: links[link].connectBegan.advanced(by: context.settings.timeouts.login))
    // Where the connection is encrypted, it was said before.
    let announcement = pools[links[link].pool].securedShard == nil ? linkAnnouncement : []
    send(announcement + accounts[account].startup, link)
  }

  mutating func loginServerSaid(_ bytes: RawSpan, _ link: SlabHandle) {
    if pools[links[link].pool].securedShard != nil {
      // Only now is it known: the start-up packet was given to the connection before its handshake.
      links[link].login!.machine.channelBinding = channelBinding(of: links[link].socket)
    }
    var offset = 0
    do {
      while links[link].phase == .loggingIn,
        let type = try links[link].login!.messages.next(bytes, from: &offset)
      {
        try loginStep(type, link)
      }
    } catch let ServerLoginError.refused(response) {
      loginFailed(link, .refused(response))
    } catch {
      loginFailed(link, .nonsense("\(error)"))
    }
  }

  private mutating func loginStep(_ type: UInt8, _ link: SlabHandle) throws {
    let body = links[link].login!.messages.body
    switch try links[link].login!.machine.receive(type: type, body: body.span.bytes) {
    case .wait, .authenticated: return
    case .send(let message): send(message, link)
    case .parameter(let name, let value): links[link].login!.report.append((name, value))
    case .key(let processID, let key):
      links[link].cancelRequest = CancelRequest.encoded(
        processID: processID, key: key.span.bytes)
    case .ready: loginEnded(link)
    }
  }

  private mutating func loginEnded(_ link: SlabHandle) {
    let pool = links[link].pool
    let account = pools[pool].account
    let report = links[link].login!.report
    links[link].login = nil
    pools[pool].backOff.succeeded()
    health.recordAnswer(pools[pool].slot)
    noteEvidence()
    links[link].parameters = parameters(reported: report)
    if accounts[account].greeting == nil {
      do throws(ParameterError) {
        accounts[account].greeting = try Self.greeting(report)
      } catch {
        return loginFailed(link, .nonsense("\(error)"))
      }
      accounts[account].parameters = values.copy(links[link].parameters)
    }
    context.report.counters.add(.linksOpened)
    cameHome(link, .ready)
  }

  private static func greeting(
    _ report: [(name: [UInt8], value: [UInt8])]
  ) throws(ParameterError) -> GreetingTemplate {
    var greeting = GreetingTemplate()
    for (name, value) in report {
      try greeting.append(name: name.span.bytes, value: value.span.bytes)
    }
    return greeting
  }

  private mutating func loginFailed(_ link: SlabHandle, _ failure: ServerFailure) {
    let pool = links[link].pool
    close(link: link)
    serverFailed(pool, failure)
  }

  // MARK: Failures

  /// A pool got no connection: those who wait go elsewhere when it is tried again, wait on, or are told.
  mutating func serverFailed(_ pool: Int, _ failure: ServerFailure) {
    context.report.counters.add(.connectFailures)
    pools[pool].backOff.failed(at: kernel.now, poolLimits)
    reviewLack(of: pool)
    switch failure {
    case .connect(let errno):
      context.report.events.put(
        WorkerEvent(
          kind: .connectFailed(errno: errno), tenant: [],
          address: pools[pool].address.description))
      if !Errno.isShortage(errno) { notePoolUnreachable(pool) }
      goOnTrying(pool)
    case .refused(let response) where response.sqlState.isOfClass("57"):
      // It starts, stops or recovers: as if nobody had taken the connection.
      notePoolUnreachable(pool)
      goOnTrying(pool)
    case .refused(let response):
      failWaiting(pool, .serverRefused(response))
    case .untrusted(let reason):
      failWaiting(pool, .serverNotTrusted(tenant: [], reason: reason))
    case .nonsense(let text):
      failWaiting(pool, .serverNonsense(text))
    }
  }

  /// Tries again soon; then those choose again whom another instance may serve. The others wait for a failover's time, and are told then.
  private mutating func goOnTrying(_ pool: Int) {
    retryLater(pool, at: pools[pool].backOff.retryAt)
    let window = context.settings.pooling.failoverWindow
    guard kernel.now >= pools[pool].backOff.failingSince.advanced(by: window) else { return }
    sendReadsElsewhere(pool)
    failWaiting(pool, unreachable(pool), atLogin: .unreachable(for: window))
  }

  /// What those are told who have waited for a failover's time for a pool that can't be reached.
  private mutating func unreachable(_ pool: Int) -> Refusal {
    let window = context.settings.pooling.failoverWindow
    return lacksPrimary(pool) ? .noPrimary(for: window) : .unreachable(for: window)
  }

  /// Health hears of it, and the sidecar is asked whether the map is out of date.
  private mutating func notePoolUnreachable(_ pool: Int) {
    instanceFailed(pools[pool].slot)
    noteEvidence()
    context.report.counters.add(.staleRouteEvidence)
    _ = wantRefresh(.shard(pools[pool].shard))
    routesVersion += 1
  }

  /// Tells all who wait for a pool why they get no connection of it; `atLogin` is for those who are not in yet.
  private mutating func failWaiting(_ pool: Int, _ refusal: Refusal, atLogin: Refusal? = nil) {
    let questions = pools[pool].questions
    pools[pool].questions = []
    for question in questions { refuseAll(question.sessions, atLogin ?? refusal) }
    for handle in takeWaiting(pool) { fail(handle, refusal, atLogin: atLogin ?? refusal) }
  }

  private mutating func fail(_ handle: SlabHandle, _ refusal: Refusal, atLogin: Refusal) {
    guard sessions[handle].phase == .authenticating else {
      return refuseTransaction(handle, refusal)
    }
    refuse(handle, atLogin)
    list(handle)
  }

  /// Has a pool looked at again, at this time or before.
  mutating func retryLater(_ pool: Int, at time: MonotonicTime) {
    let isNew = poolsToRetry.insert(pool).inserted
    pools[pool].retryAt = isNew ? time : min(pools[pool].retryAt, time)
    choresDue = min(choresDue ?? time, time)
  }

  /// Tries the pools again whose pause is over; those who wait for one that got no connection choose again first, where another instance may serve them.
  mutating func retryPools() {
    for pool in poolsToRetry.sorted() where pools[pool].retryAt <= kernel.now {
      poolsToRetry.remove(pool)
      pools[pool].lacksPlace = false
      if pools[pool].failures > 0 { sendReadsElsewhere(pool) }
      openLinks(for: pool)
      forgetIfUnused(pool)
    }
    for pool in poolsToRetry {
      choresDue = min(choresDue ?? pools[pool].retryAt, pools[pool].retryAt)
    }
  }

  // MARK: Other instances

  /// Has those choose again who wait for a pool that got no connection, and whom another instance of their shard may serve. The others stay in their order;
  /// but who has met no instance that takes connections for a failover's time is told so.
  private mutating func sendReadsElsewhere(_ pool: Int) {
    guard pools[pool].waiting.count > 0 else { return }
    let window = context.settings.pooling.failoverWindow
    let limit = window.wholeNanoseconds
    let refusal = unreachable(pool)
    for handle in takeWaiting(pool) {
      if pooledClients[handle.index].lastRoute?.reason == .primary {
        waitOn(handle, for: pool)
      } else if pooledClients[handle.index].wait.hasMetNobody(at: kernel.now, limit: limit) {
        fail(handle, refusal, atLogin: .unreachable(for: window))
      } else if hasAlternative(handle, to: pool) {
        chooseAgain(handle)
      } else {
        waitOn(handle, for: pool)
      }
    }
    reviewLack(of: pool)
  }

  /// Whether another instance of the shard that a session waits for has not failed lately. Where all have, whoever went to and fro would only have it
  /// forgotten for how long each is to be left alone.
  private mutating func hasAlternative(_ handle: SlabHandle, to pool: Int) -> Bool {
    // A map that is being taken may have fewer shards than the one it was routed by.
    guard let route = pooledClients[handle.index].lastRoute,
      Int(route.shard.rawValue) < map.counts.shards
    else { return true }
    let shard = map.shard(route.shard)
    if isOpen(shard.primary, besides: pool) { return true }
    return map.replicas(of: shard).contains { isOpen($0, besides: pool) }
  }

  private mutating func isOpen(_ instance: InstanceIndex, besides pool: Int) -> Bool {
    let slot = health.slot(of: instance)
    let known = health[slot]
    return slot != pools[pool].slot && !known.isCooling(at: kernel.now)
      && !known.isEjected(at: kernel.now)
  }
}
