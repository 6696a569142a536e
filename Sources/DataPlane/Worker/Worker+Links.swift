import Authentication
import Pooling
import Routing
import ShardMap
import Telemetry
import Uring
import Wire

/// The server connections that sessions share: how they are made, kept and closed.
extension Worker where K: ~Copyable {
  // MARK: Making

  /// Makes as many connections for a pool as its waiting sessions and its minimum want and its limits allow.
  mutating func openLinks(for pool: Int) {
    checkDoubtful(pool)
    guard !pools[pool].lacksPlace else { return }
    switch openingDecision(pool) {
    case .open(let count):
      for _ in 0..<count {
        guard takeConnection(for: pool), openLink(for: pool) else { return }
      }
    case .coolingUntil(let time): retryLater(pool, at: time)
    case .enough, .poolIsFull, .opensEnough: return
    }
  }

  mutating func openingDecision(_ pool: Int) -> OpeningDecision {
    guard !pools[pool].isRetired, !pools[pool].isPaused, !isStopping else { return .enough }
    return pools[pool].counts.opening(
      limits(of: pool), backOff: pools[pool].backOff, now: kernel.now)
  }

  /// The limits of a pool now: the minimum is for those that are in use.
  mutating func limits(of pool: Int) -> PoolLimits {
    var limits = poolLimits
    // While clients are handed over, the new process needs the server's room.
    if limits.minimum > 0, takeover.isHandingOver || !pools[pool].isInUse(limits, at: kernel.now) {
      limits.minimum = 0
    }
    return limits
  }

  /// Begins to connect, with a connection that the instance's cap has left; false when that can't be done now.
  mutating func openLink(for pool: Int) -> Bool {
    guard links.count < links.capacity else {
      giveBackConnection(of: pool)
      makeRoomInWorker(for: pool)
      return false
    }
    let socket = kernel.openSocket(for: pools[pool].address)
    guard socket >= 0 else {
      giveBackConnection(of: pool)
      serverFailed(pool, .connect(errno: -socket))
      return false
    }
    let now = kernel.now
    guard
      let link = links.insert(
        ServerLink(
          socket: socket, pool: pool, connectBegan: now,
          age: LinkAge(openedAt: now, poolLimits, seed: random.next()),
          statements: context.settings.pooling.statementsPerServer))
    else { preconditionFailure("a worker that has room for a link doesn't take one") }
    pools[pool].comingCount += 1
    pools[pool].openingCount += 1
    pools[pool].openCount += 1
    linkTimers.set(link.index, to: now.advanced(by: context.settings.timeouts.connect))
    list(link: link)
    return true
  }

  // MARK: Asking

  mutating func list(link: SlabHandle) {
    guard !links[link].isListed else { return }
    links[link].isListed = true
    listedLinks.append(link)
  }

  /// Asks for all that server connections want that nobody has.
  mutating func reconcileLinks() {
    var done = 0
    while done < listedLinks.count {
      let link = listedLinks[done]
      if !reconcile(link: link) {
        kernel.submit()
        guard reconcile(link: link) else { break }
      }
      done += 1
    }
    listedLinks.removeFirst(done)
  }

  private mutating func reconcile(link: SlabHandle) -> Bool {
    switch links[link].phase {
    case .connecting:
      guard links[link].outstanding == 0 else { break }
      let token = Token(.linkConnect, link).rawValue
      let address = pools[links[link].pool].address
      guard kernel.connect(links[link].socket, to: address, token: token) else { return false }
      links[link].isConnecting = true
      links[link].outstanding += 1
    case .loggingIn, .idle, .cleaning, .cooling, .asking, .checking:
      guard reconcileSend(link), reconcileReceive(link) else { return false }
    case .encrypting:
      guard reconcileSend(link), reconcileTLSAnswer(link) else { return false }
      if links[link].phase == .closing { return reconcileClosing(link: link) }
    case .lent: break
    case .closing:
      return reconcileClosing(link: link)
    }
    links[link].isListed = false
    return true
  }

  private mutating func reconcileSend(_ link: SlabHandle) -> Bool {
    guard let message = links[link].message, !links[link].isSending else { return true }
    let token = Token(.linkSend, link).rawValue
    guard
      kernel.send(
        to: links[link].socket, loginBlocks.address(of: message),
        count: links[link].messageCount, token: token)
    else { return false }
    links[link].isSending = true
    links[link].outstanding += 1
    return true
  }

  mutating func reconcileReceive(_ link: SlabHandle) -> Bool {
    guard links[link].source == .idle else { return true }
    let token = Token(.linkReceive, link).rawValue
    guard kernel.receive(from: links[link].socket, token: token) else { return false }
    links[link].source = .streaming
    links[link].outstanding += 1
    return true
  }

  private mutating func reconcileClosing(link: SlabHandle) -> Bool {
    if links[link].awaitsServerEnd { return reconcileServerEnd(link) }
    if links[link].outstanding == 0 && links[link].session == nil {
      giveBack(link: link)
      return true
    }
    if !links[link].isCancelled && links[link].outstanding > 0 {
      guard cancelOperations(link: link) else { return false }
    }
    links[link].isListed = false
    return true
  }

  // MARK: Completions

  mutating func serverConnectCompleted(_ completion: Completion, _ link: SlabHandle) {
    links[link].isConnecting = false
    serverOperationEnded(link)
    guard links[link].phase == .connecting else { return }
    let pool = links[link].pool
    guard completion.result == 0 else {
      let errno = completion.result == -Errno.cancelled ? Errno.timedOut : -completion.result
      close(link: link)
      return serverFailed(pool, .connect(errno: errno))
    }
    instanceReached(pools[pool].slot, since: links[link].connectBegan)
    if pools[pool].securedShard != nil {
      links[link].moveOn(.reached)
      send(linkAnnouncement + ServerStartup.sslRequest, link)
    } else {
      links[link].moveOn(.connected)
      beginLogin(link)
    }
    list(link: link)
  }

  mutating func serverSendCompleted(_ completion: Completion, _ link: SlabHandle) {
    serverOperationEnded(link)
    links[link].isSending = false
    guard let message = links[link].message else { return }
    loginBlocks.giveBack(message)
    links[link].message = nil
    if links[link].phase != .closing,
      completion.result != Int32(links[link].messageCount)
    {
      serverVanished(link)
    } else if links[link].phase == .encrypting {
      list(link: link)
    }
  }

  mutating func serverCancelCompleted(_ link: SlabHandle) { serverOperationEnded(link) }

  /// Counts an operation as ended, and has a closing connection seen to.
  mutating func serverOperationEnded(_ link: SlabHandle) {
    links[link].outstanding -= 1
    if links[link].phase == .closing && links[link].outstanding == 0 {
      list(link: link)
    }
  }

  /// A receive from a pooled server has completed.
  mutating func receivedFromServer(_ completion: Completion, _ link: SlabHandle) {
    if links[link].tlsAnswer != nil {
      return receivedTLSAnswer(completion, link)
    }
    if let session = links[link].session {
      receivedFromLentServer(completion, link, session)
    } else {
      receivedFromFreeServer(completion, link)
    }
    if !completion.hasMore { serverOperationEnded(link) }
  }

  private mutating func receivedFromFreeServer(_ completion: Completion, _ link: SlabHandle) {
    // Before what was received is looked at: that may lend the link, and its session takes the receive over as it is.
    if !completion.hasMore {
      links[link].source = Self.endsSource(completion.result) ? .ended : .idle
    }
    if let slice = kernel.claim(completion) {
      if slice.count > 0 && links[link].phase != .closing {
        let bytes = RawSpan(
          _unsafeStart: kernel.address(of: slice), byteCount: Int(slice.count))
        freeServerSaid(bytes, link)
      }
      kernel.release(slice)
    }
    guard !completion.hasMore, links[link].session == nil else { return }
    guard links[link].phase != .closing else {
      if links[link].awaitsServerEnd { serverMayHaveEnded(link) }
      return
    }
    if links[link].source == .ended { serverVanished(link) } else { list(link: link) }
  }

  private mutating func freeServerSaid(_ bytes: RawSpan, _ link: SlabHandle) {
    switch links[link].phase {
    case .loggingIn: loginServerSaid(bytes, link)
    case .asking: askedServerSaid(bytes, link)
    case .idle, .cooling, .cleaning, .checking: idleServerSaid(bytes, link)
    case .connecting, .encrypting, .lent, .closing: return
    }
  }

  // MARK: Returned and idle

  /// The session that had it is done with it: `phase` says what is next.
  mutating func serverWasReturned(_ link: SlabHandle) {
    let pool = links[link].pool
    pools[pool].lastUsedAt = kernel.now
    switch links[link].phase {
    case .idle:
      becameIdle(link)
    case .cooling:
      pools[pool].comingCount += 1
      list(link: link)
    case .cleaning:
      pools[pool].comingCount += 1
      beginCleaning(link)
    case .closing:
      closing(link)
      openLinks(for: pool)
    case .connecting, .encrypting, .loggingIn, .asking, .checking, .lent:
      preconditionFailure("a server connection was returned in phase \(links[link].phase)")
    }
  }

  /// A connection on its way has arrived at its pool.
  mutating func cameHome(_ link: SlabHandle, _ event: LinkEvent) {
    let pool = links[link].pool
    if links[link].phase == .loggingIn { pools[pool].openingCount -= 1 }
    links[link].moveOn(event)
    pools[pool].comingCount -= 1
    becameIdle(link)
  }

  // MARK: Cleaning

  /// Has the server forget what the last session left in it.
  mutating func beginCleaning(_ link: SlabHandle) {
    links[link].answers.owed.append(.ownQuery)
    send(MessageEncoder.encode(type: FrontendMessageType.query, body: Self.discardAll), link)
    linkTimers.set(link.index, to: kernel.now.advanced(by: context.settings.timeouts.login))
  }

  private static var discardAll: [UInt8] { Array("DISCARD ALL\0".utf8) }

  /// Sends something of the router's own on a connection that nobody has.
  mutating func send(_ bytes: [UInt8], _ link: SlabHandle) {
    guard bytes.count <= RelayLimits.loginBytes, links[link].message == nil,
      let block = loginBlocks.take()
    else { return close(link: link) }
    bytes.withUnsafeBytes {
      loginBlocks.address(of: block).copyMemory(from: $0.baseAddress!, byteCount: $0.count)
    }
    links[link].message = block
    links[link].messageCount = bytes.count
    list(link: link)
  }
}
