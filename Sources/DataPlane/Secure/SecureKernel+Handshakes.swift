import Routing
import TLS
import Telemetry
import Wire

/// Handshakes: how many are under way, for how long, and whose turn it is.
extension SecureKernel where Base: ~Copyable {
  /// One has begun. Where they are too many, the oldest of the line that has most gives way: whoever begins many and ends none
  /// cuts its own.
  mutating func beginHandshake(_ handle: SlabHandle) {
    if handshakes.count >= contexts.mostHandshakes,
      let oldest = oldestHandshake(in: handshakes.longestLine)
    {
      fail(oldest.socket, .tooMany)
      list(oldest.socket)
    }
    handshakes.begin(handle, in: sockets[handle].line, at: now)
    // A server's begins here.
    if sockets[handle].phase == .shaking { shake(handle) }
    list(handle)
  }

  /// One is over, one way or another.
  mutating func handshakeEnds(_ handle: SlabHandle) {
    let line = sockets[handle].line
    handshakes.end(in: line)
    if sockets[handle].phase == .shaking, line != HandshakesUnderWay.nameless {
      hellos.handshakeEnded(line)
    }
    sockets[handle].hello = []
  }

  private mutating func oldestHandshake(in line: Int) -> (socket: SlabHandle, at: MonotonicTime)? {
    while let oldest = handshakes.oldest(in: line) {
      if isUnderWay(oldest.socket), sockets[oldest.socket].line == line { return oldest }
      handshakes.forgetOldest(in: line)
    }
    return nil
  }

  private func isUnderWay(_ handle: SlabHandle) -> Bool {
    sockets.isCurrent(handle) && sockets[handle].isShaking && sockets[handle].closesAt == nil
  }

  private var oldestHandshake: (socket: SlabHandle, at: MonotonicTime)? {
    mutating get {
      guard handshakes.count > 0 else { return nil }
      var found: (socket: SlabHandle, at: MonotonicTime)?
      for line in 0...HandshakesUnderWay.nameless where handshakes.count(in: line) > 0 {
        guard let oldest = oldestHandshake(in: line) else { continue }
        if let earlier = found, earlier.at <= oldest.at { continue }
        found = oldest
      }
      return found
    }
  }

  /// When the oldest one has had its time; nil when none is under way.
  var oldestHandshakeEnds: MonotonicTime? {
    mutating get { oldestHandshake?.at.advanced(by: contexts.handshakeTimeout) }
  }

  /// Fails those that have had their time.
  mutating func cutLateHandshakes() {
    while let oldest = oldestHandshake,
      now >= oldest.at.advanced(by: contexts.handshakeTimeout)
    {
      fail(oldest.socket, .tookTooLong)
      list(oldest.socket)
    }
  }

  // MARK: First flights

  /// Collects a client's first flight until it can be told for whom it is.
  mutating func collect(_ ciphertext: UnsafeRawBufferPointer, _ handle: SlabHandle) {
    guard sockets[handle].hello.count + ciphertext.count <= SecureLimits.helloBytes else {
      return fail(handle, .spokenWrongly("the client's first flight is too long"))
    }
    sockets[handle].hello.append(contentsOf: ciphertext)
    guard sockets[handle].phase == .hello else { return }
    let flight = sockets[handle].hello
    guard let name = Self.serverName(in: flight.span.bytes) else { return }
    let line = hellos.line(of: name)
    handshakes.end(in: sockets[handle].line)
    sockets[handle].helloIsWhole(line: line)
    handshakes.begin(handle, in: line, at: now)
    hellos.append(handle, line: line)
  }

  /// The name in a first flight, empty where there is none; nil while it is not whole.
  private static func serverName(in flight: RawSpan) -> [UInt8]? {
    do throws(ClientHelloError) {
      guard let hello = try ClientHello.decode(flight) else { return nil }
      return hello.serverName ?? []
    } catch {
      // OpenSSL says the same, and sends the alert that fits.
      return []
    }
  }

  /// Answers one of the first flights that wait: whatever else there is to do comes before the next.
  mutating func answerHello() {
    while let handle = hellos.next(at: now) {
      guard isUnderWay(handle), sockets[handle].phase == .queued else { continue }
      return answer(handle)
    }
  }

  private mutating func answer(_ handle: SlabHandle) {
    guard let context = contexts.server, let stream = try? TLSStream(context) else {
      return fail(handle, .spokenWrongly("OpenSSL has no memory for the connection"))
    }
    let (start, line, hello) = (currentTime, sockets[handle].line, sockets[handle].hello)
    sockets[handle].begin(stream)
    sockets[handle].hello = []
    hellos.answerBegins(line)
    hello.withUnsafeBytes { feed($0, handle) }
    hellos.answered(line, from: start, to: currentTime)
    list(handle)
  }

  // MARK: Coming to terms

  /// Has OpenSSL go on with the handshake.
  mutating func shake(_ handle: SlabHandle) {
    do throws(TLSError) {
      try sockets[handle].stream!.pointee.shakeHands()
    } catch {
      return fail(handle, SecureFailure(error))
    }
    guard sockets[handle].stream!.pointee.progress != .handshaking else { return }
    handshakeEnds(handle)
    sockets[handle].opened()
    report.counters.add(counter(of: handle))
  }

  private func counter(of handle: SlabHandle) -> WorkerCounter {
    let isResumed = sockets[handle].stream?.pointee.isResumed == true
    return switch sockets[handle].role {
    case .server: isResumed ? .tlsClientsResumed : .tlsClientsShaken
    case .client: isResumed ? .tlsServersResumed : .tlsServersShaken
    }
  }

  /// Nothing more will come of a socket. The alert that tells why, if there is one, still goes out.
  mutating func fail(_ handle: SlabHandle, _ failure: SecureFailure) {
    guard sockets[handle].failure == nil else { return }
    if sockets[handle].isShaking { handshakeEnds(handle) }
    sockets[handle].failed(failure)
    report.counters.add(failure.counter)
    endReader(handle, -Errno.protocolError)
    endOrder(handle, -Errno.protocolError)
  }
}

extension SecureFailure {
  /// What OpenSSL has said.
  init(_ error: TLSError) {
    switch error {
    case .certificateRefused(let reason): self = .certificate(reason)
    case .handshakeFailed(let reason), .connectionFailed(let reason): self = .spokenWrongly(reason)
    default: self = .spokenWrongly(error.description)
    }
  }

  /// Where it is counted.
  var counter: WorkerCounter {
    switch self {
    case .spokenWrongly: .tlsFailedProtocol
    case .certificate: .tlsFailedCertificate
    case .tookTooLong: .tlsFailedTimeout
    case .tooMany, .tooSlow: .tlsFailedLimit
    case .left: .tlsFailedLeft
    }
  }
}
