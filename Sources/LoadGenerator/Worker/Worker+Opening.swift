import Glibc
import LoadClient
import LoadScenario
import Uring

/// How connections are opened: socket, PROXY header, TLS, login.
extension Worker {
  /// Opens connections that are to be opened, so many at a time.
  mutating func openConnections() {
    while openingCount < GeneratorLimits.connectsUnderWay, let place = toOpen.popFirst() {
      if connections[place].phase == .closed { open(place) }
    }
  }

  mutating func open(_ place: Int) {
    let first = loads[connections[place].load].places.lowerBound
    connections[place].machine = ClientMachine(
      tenant: connections[place].tenant, connection: place - first, seed: random.next())
    connections[place].generation &+= 1
    connections[place].transactions = 0
    connections[place].connectBegan = now
    connections[place].phase = .connecting
    openingCount += 1
    let socket = Sockets.open()
    guard socket >= 0 else { return connectionBroke(place, Errno.connectFailure(-socket)) }
    connections[place].socket = socket
    deadlines[place] = now + plan.connectTimeout
    let token = token(.connect, place)
    while !ring.connect(
      socket, to: plan.address.pointer, count: TargetAddress.size, token: token)
    { ring.submit() }
    connections[place].outstanding += 1
  }

  mutating func connectCompleted(_ completion: Completion, _ place: Int) {
    guard connections[place].phase == .connecting else { return operationEnded(place) }
    connections[place].outstanding -= 1
    guard completion.result == 0 else {
      return connectionBroke(place, Errno.connectFailure(-completion.result))
    }
    toArm.append(place)
    let start = batch.bytes.count
    if plan.target.sendsProxyHeader {
      Preamble.appendProxyHeader(ofSocket: connections[place].socket, to: &batch.bytes)
    }
    switch plan.target.encryption {
    case .off:
      queue(place, from: start)
      login(place)
    case .requested:
      Preamble.appendSSLRequest(to: &batch.bytes)
      queue(place, from: start)
      connections[place].phase = .askingForTLS
    case .direct:
      queue(place, from: start)
      shakeHands(place)
    }
  }

  /// The server's answer to SSLRequest: one byte, and nothing behind it, since TLS begins with the
  /// client.
  mutating func takeTLSAnswer(_ answer: RawSpan, _ place: Int) {
    let first = answer.unsafeLoad(as: UInt8.self)
    if first == UInt8(ascii: "S") && answer.byteCount == 1 { return shakeHands(place) }
    connectionBroke(
      place, Failure(.tls),
      message: first == UInt8(ascii: "N")
        ? "the target has no TLS" : "the target does not know SSLRequest")
  }

  /// Sends the startup packet.
  mutating func login(_ place: Int) {
    connections[place].phase = .loggingIn
    let start = batch.bytes.count
    connections[place].machine.open(loads[connections[place].load].client, into: &batch.bytes)
    queueSession(place, from: start)
  }

  /// The first ReadyForQuery is there.
  mutating func sessionOpened(_ place: Int) {
    let load = connections[place].load
    openingCount -= 1
    deadlines[place] = .max
    connections[place].failures = 0
    loads[load].open[connections[place].tenant] += 1
    loads[load].lastConnectFailure = nil
    loads[load].recorder.connected(after: now - connections[place].connectBegan)
    connections[place].phase = .idle
    decided(place, wasOpened: true)
    if loads[load].onlyConnects { attemptSucceeded(place) } else { becameFree(place) }
  }

  /// An attempt is decided. The first ones of all connections are what the start waits for.
  mutating func decided(_ place: Int, wasOpened: Bool) {
    if !wasOpened {
      failedAttempts += 1
    } else if !connections[place].wasOpened {
      connections[place].wasOpened = true
      opened += 1
      if opened == 1 { state.connectionOpened() }
    }
    guard !connections[place].wasTried else { return }
    connections[place].wasTried = true
    untried -= 1
    if untried == 0 { state.isReady(warmUp: plan.warmUp) }
  }

  /// An attempt to open a connection has failed.
  mutating func openingFailed(_ place: Int, _ failure: Failure, message: String?) {
    let load = connections[place].load
    openingCount -= 1
    if connections[place].isAttempt { return attemptFailed(place, failure) }
    let told = message ?? connections[place].machine.lastFailureText
    loads[load].troubles.note(.notOpened, failure, message: told)
    loads[load].lastConnectFailure = failure
    if case .closed = loads[load].pace, isMeasuring, now < endsAt {
      // A client of a closed loop would begin now, and can't.
      loads[load].recorder.arrived(at: now - beginsAt)
      recordUnsent(load, connections[place].tenant, now, failure)
    }
    decided(place, wasOpened: false)
    guard opened == 0, !isHopeless,
      untried == 0 || failedAttempts >= GeneratorLimits.failuresThatEndAStart
    else { return }
    isHopeless = true
    state.isHopeless(
      .noConnection(
        target: "\(plan.target.host):\(plan.target.port)", cause: failure.name, message: told))
  }
}
