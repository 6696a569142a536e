import Glibc
import TLS
import Uring
import Wire

/// Bytes that come.
extension NullWorker {
  /// A receive has brought something, or ended.
  @inline(__always)
  mutating func received(_ completion: Completion, _ index: Int) {
    if let slice = ring.buffers.claim(completion) {
      if slice.count > 0 {
        let bytes = UnsafeRawBufferPointer(
          start: ring.buffers.address(of: slice), count: Int(slice.count))
        counters.bytesReceived &+= UInt64(slice.count)
        if delay == 0 { takeBytes(bytes, index) } else { hold(bytes, index) }
      }
      ring.buffers.release(slice)
    }
    if !completion.hasMore {
      connections[index].isReceiving = false
      connections[index].operations -= 1
      receiveEnded(completion.result, index)
    }
    list(index)
  }

  private mutating func receiveEnded(_ result: Int32, _ index: Int) {
    switch result {
    case 1..., -ENOBUFS, -EINTR, -EAGAIN, -ECANCELED: break
    case 0: connections[index].isEnding = true
    default: connections[index].isBroken = true
    }
  }

  /// Begins receives anew, now and then, on connections on which a send waits for room: Linux 6.18 has been seen to
  /// leave a multishot receive asleep beside one, though bytes were there. The client, too, would then wait for ever.
  mutating func renewReceives() {
    let now = WorkerClock.now
    guard now >= renewsAt else { return }
    renewsAt = now + NullServerLimits.receiveRenewalNanoseconds
    for index in 0..<connections.highWaterMark
    where connections.isTaken(index) && connections[index].isSending
      && connections[index].isReceiving
    {
      let receive = WorkerToken(.receive, index).rawValue
      while !ring.cancel(operation: receive, token: WorkerToken(.cancel).rawValue) {
        ring.submit()
      }
    }
  }

  private mutating func hold(_ bytes: UnsafeRawBufferPointer, _ index: Int) {
    connections[index].operations += 1
    delayed.append(
      DelayLine.Entry(dueAt: WorkerClock.now + delay, index: index, bytes: [UInt8](bytes)))
  }

  /// Takes what was held long enough.
  mutating func takeDelayed() {
    let now = WorkerClock.now
    while let entry = delayed.takeDue(at: now) {
      connections[entry.index].operations -= 1
      entry.bytes.withUnsafeBytes { takeBytes($0, entry.index) }
      list(entry.index)
    }
  }

  /// Takes bytes as they came, and writes what is answered.
  private mutating func takeBytes(_ bytes: UnsafeRawBufferPointer, _ index: Int) {
    if connections[index].isEnding || connections[index].isBroken { return }
    if connections[index].proxyPart != nil {
      readProxyHeader(bytes, index)
    } else if connections[index].tls != nil {
      decrypt(bytes, index)
    } else if tlsContext != nil, connections[index].session.isAtBeginning,
      bytes[0] == Self.handshakeRecord
    {
      beginTLS(bytes, index)
    } else {
      takePlaintext(bytes, index)
    }
  }

  /// Reads the header that a proxy has put before everything, and goes on behind it. What it says is not used.
  private mutating func readProxyHeader(_ bytes: UnsafeRawBufferPointer, _ index: Int) {
    var part: [UInt8]? = nil
    swap(&part, &connections[index].proxyPart)
    let whole = (part ?? []) + bytes
    do throws(ProxyHeaderError) {
      guard let header = try ProxyHeader.decode(whole.span.bytes) else {
        connections[index].proxyPart = whole
        return
      }
      guard header.byteCount < whole.count else { return }
      whole.withUnsafeBytes {
        takeBytes(UnsafeRawBufferPointer(rebasing: $0[header.byteCount...]), index)
      }
    } catch {
      connections[index].isEnding = true
    }
  }

  /// The type of the record that TLS begins with: no packet of PostgreSQL's begins so, since the length of one is below 10,000.
  private static let handshakeRecord: UInt8 = 22

  @inline(__always)
  private mutating func takePlaintext(_ bytes: UnsafeRawBufferPointer, _ index: Int) {
    let start = answers.begin(continuing: connections[index].answer)
    let offersTLS = tlsContext != nil && connections[index].tls == nil
    let before = connections[index].session.statementCount
    let verdict = connections[index].session.receive(
      bytes.bytes, offersTLS: offersTLS, &answers)
    counters.statements &+= connections[index].session.statementCount &- before
    connections[index].answer = answers.end(from: start)
    switch verdict {
    case .goesOn: break
    case .ends: connections[index].isEnding = true
    case .startsTLS(let behind):
      // What was answered before goes out as it is.
      for piece in connections[index].answer {
        connections[index].backlog.append(answers.pieces[piece], isPlaintext: false)
      }
      connections[index].answer = 0..<0
      beginTLS(UnsafeRawBufferPointer(rebasing: bytes[behind...]), index)
    }
  }

  // MARK: TLS

  private mutating func beginTLS(_ bytes: UnsafeRawBufferPointer, _ index: Int) {
    do throws(TLSError) {
      connections[index].tls = try TLSStream(tlsContext!)
    } catch {
      connections[index].isBroken = true
      return
    }
    decrypt(bytes, index)
  }

  private mutating func decrypt(_ bytes: UnsafeRawBufferPointer, _ index: Int) {
    plaintext.removeAll(keepingCapacity: true)
    ciphertext.removeAll(keepingCapacity: true)
    do throws(TLSError) {
      let progress = try connections[index].tls!.receive(
        bytes.bytes, plaintext: &plaintext, ciphertext: &ciphertext)
      if progress == .closed { connections[index].isEnding = true }
    } catch {
      connections[index].isEnding = true
    }
    ciphertext.withUnsafeBytes { connections[index].backlog.insert(ciphertext: $0) }
    guard !plaintext.isEmpty else { return }
    let whole = plaintext
    plaintext = []
    whole.withUnsafeBytes { takePlaintext($0, index) }
    plaintext = whole
  }
}
