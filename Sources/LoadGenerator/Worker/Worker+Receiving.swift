import LoadClient
import TLS
import Uring

/// What connections receive.
extension Worker {
  /// Queues the receives that are to be queued.
  mutating func armReceives() {
    while let place = toArm.popFirst() {
      guard connections[place].phase != .closing, connections[place].socket >= 0 else { continue }
      let (socket, token) = (connections[place].socket, token(.receive, place))
      while !ring.receive(from: socket, token: token) { ring.submit() }
      connections[place].outstanding += 1
    }
  }

  mutating func received(_ completion: Completion, _ place: Int) {
    let slice = ring.buffers.claim(completion)
    if connections[place].phase != .closing { act(on: completion, place, slice) }
    if let slice { ring.buffers.release(slice) }
    guard !completion.hasMore else { return }
    if connections[place].phase != .closing { toArm.append(place) }
    operationEnded(place)
  }

  private mutating func act(on completion: Completion, _ place: Int, _ slice: ReceivedSlice?) {
    if completion.result > 0, let slice {
      let bytes = UnsafeRawBufferPointer(
        start: ring.buffers.address(of: slice), count: Int(slice.count))
      return take(bytes.bytes, place)
    }
    switch -completion.result {
    case 0: connectionBroke(place, Failure(.closed))
    // All buffers were full this turn: the next one has them back.
    case Errno.noBufferSpace, Errno.cancelled: return
    default: connectionBroke(place, Failure(.reset))
    }
  }

  private mutating func take(_ bytes: RawSpan, _ place: Int) {
    switch connections[place].phase {
    case .askingForTLS: takeTLSAnswer(bytes, place)
    case .closed, .connecting, .closing: return
    case .shakingHands: takeCiphertext(bytes, place)
    case .loggingIn, .idle, .busy, .thinking, .pausing:
      if connections[place].tls == nil {
        takeSession(bytes, place)
      } else {
        takeCiphertext(bytes, place)
      }
    }
  }

  /// Bytes of the session: the machine reads them, what it wants to send is queued, and its event
  /// acted on.
  private mutating func takeSession(_ bytes: RawSpan, _ place: Int) {
    let load = connections[place].load
    let start = batch.bytes.count
    let event = connections[place].machine.receive(
      bytes, at: now, loads[load].client, &loads[load].ledger, into: &batch.bytes)
    queueSession(place, from: start)
    switch event {
    case .pending: return
    case .completed: completed(place)
    case .thinks: think(place)
    case .failed(let failure): failed(place, failure)
    case .opened: sessionOpened(place)
    case .broken(let failure): connectionBroke(place, failure)
    }
  }

  /// Begins TLS: the client speaks first.
  mutating func shakeHands(_ place: Int) {
    connections[place].phase = .shakingHands
    let tenant = plan.loads[connections[place].load].names[connections[place].tenant]
    let name = plan.target.serverName(forTenant: tenant)
    do throws(TLSError) {
      // One address is contacted, so that the name alone tells servers apart.
      connections[place].tls = try TLSStream(
        tls!, serverName: name, sessionKey: Array((name ?? "").utf8))
    } catch {
      return connectionBroke(place, Failure(.tls), message: error.description)
    }
    takeCiphertext(RawSpan(), place)
  }

  private mutating func takeCiphertext(_ bytes: RawSpan, _ place: Int) {
    plaintext.removeAll(keepingCapacity: true)
    let start = batch.bytes.count
    let progress: TLSStream.Progress
    do throws(TLSError) {
      progress = try connections[place].tls!.receive(
        bytes, plaintext: &plaintext, ciphertext: &batch.bytes)
    } catch {
      batch.bytes.removeSubrange(start...)
      return connectionBroke(place, Failure(.tls), message: error.description)
    }
    queue(place, from: start)
    if progress != .handshaking, connections[place].phase == .shakingHands {
      loads[connections[place].load].recorder.shookHands(
        isResumed: connections[place].tls?.isResumed == true)
      login(place)
    }
    if !plaintext.isEmpty { takePlaintext(place) }
    if progress == .closed { connectionBroke(place, Failure(.closed)) }
  }

  /// The array is lent to the reader, since the reader changes the worker.
  private mutating func takePlaintext(_ place: Int) {
    var lent: [UInt8] = []
    swap(&lent, &plaintext)
    takeSession(lent.span.bytes, place)
    swap(&lent, &plaintext)
  }
}
