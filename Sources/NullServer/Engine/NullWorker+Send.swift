import Glibc
import TLS
import Uring

/// Bytes that go, and the ends of connections.
extension NullWorker {
  /// Looks at each connection with which something has happened: sends what it has been answered, listens on, or ends it.
  mutating func settleListed() {
    var list: [Int] = []
    swap(&list, &listed)
    for index in list {
      connections[index].isListed = false
      settle(index)
    }
    list.removeAll(keepingCapacity: true)
    if listed.isEmpty { swap(&list, &listed) }
    swap(&answers, &sentAnswers)
    answers.reset()
  }

  @inline(__always)
  private mutating func settle(_ index: Int) {
    if connections[index].isBroken { return end(index) }
    let sendsQuietly = !connections[index].answer.isEmpty && sendAnswer(index)
    if !connections[index].backlog.isEmpty { sendBacklog(index) }
    if connections[index].isEnding {
      // Whether all of a quiet send was taken is known in the next turn.
      if sendsQuietly { list(index) } else { endWhenSent(index) }
    } else if !connections[index].isReceiving {
      receive(index)
    }
  }

  private mutating func receive(_ index: Int) {
    let token = WorkerToken(.receive, index).rawValue
    while !ring.receive(from: connections[index].descriptor, token: token) { ring.submit() }
    connections[index].isReceiving = true
    connections[index].operations += 1
  }

  /// Sends the answers of this turn, or keeps them behind what waits; true for a quiet send.
  @inline(__always)
  private mutating func sendAnswer(_ index: Int) -> Bool {
    var pieces = connections[index].answer
    connections[index].answer = 0..<0
    let isEncrypted = connections[index].tls != nil
    if isEncrypted || !connections[index].backlog.isEmpty {
      guard let encrypted = encrypt(pieces, index) else {
        return keep(pieces, isPlaintext: isEncrypted, index)
      }
      pieces = encrypted
    }
    return sendQuietly(pieces, index)
  }

  @inline(__always)
  private mutating func sendQuietly(_ pieces: Range<Int>, _ index: Int) -> Bool {
    let token = WorkerToken(.quietSend, index).rawValue
    let descriptor = connections[index].descriptor
    let first = answers.pieces[pieces.lowerBound]
    if pieces.count == 1, let bytes = first.bytes {
      counters.bytesSent &+= UInt64(first.count)
      while !ring.sendQuietly(to: descriptor, bytes, count: first.count, token: token) {
        ring.submit()
      }
    } else {
      guard let header = headers.header(pieces, of: answers) else {
        return keep(pieces, isPlaintext: false, index)
      }
      for piece in pieces { counters.bytesSent &+= UInt64(answers.pieces[piece].count) }
      while !ring.sendQuietly(to: descriptor, message: header, token: token) { ring.submit() }
    }
    connections[index].sent = pieces
    return true
  }

  /// Puts answers behind what waits; always false, as nothing is sent quietly.
  private mutating func keep(_ pieces: Range<Int>, isPlaintext: Bool, _ index: Int) -> Bool {
    for place in pieces {
      let piece = answers.pieces[place]
      counters.bytesSent &+= UInt64(piece.count)
      connections[index].backlog.append(piece, isPlaintext: isPlaintext)
    }
    if connections[index].backlog.heldBytes > NullServerLimits.unsentBytes {
      connections[index].isBroken = true
      list(index)
    }
    return false
  }

  /// Encrypts answers that are short, when nothing waits before them; nil otherwise.
  private mutating func encrypt(_ pieces: Range<Int>, _ index: Int) -> Range<Int>? {
    guard connections[index].tls != nil, connections[index].backlog.isEmpty else { return nil }
    var total = 0
    for place in pieces {
      guard answers.pieces[place].bytes != nil else { return nil }
      total += answers.pieces[place].count
    }
    guard total <= TLSLimits.recordBytes else { return nil }
    ciphertext.removeAll(keepingCapacity: true)
    for place in pieces {
      let piece = answers.pieces[place]
      let bytes = UnsafeRawBufferPointer(start: piece.bytes, count: piece.count)
      do throws(TLSError) {
        try connections[index].tls!.send(bytes.bytes, ciphertext: &ciphertext)
      } catch {
        connections[index].isBroken = true
        return nil
      }
    }
    let start = answers.begin(continuing: 0..<0)
    answers.append(ciphertext)
    return answers.end(from: start)
  }

  /// A quiet send of the last turn was not taken as a whole: the rest waits for room.
  mutating func quietSendFellShort(_ result: Int32, _ index: Int) {
    list(index)
    var taken = 0
    if result >= 0 {
      taken = Int(result)
    } else if result != -EAGAIN && result != -EINTR && result != -ECANCELED {
      connections[index].isBroken = true
      return
    }
    for place in connections[index].sent {
      let piece = sentAnswers.pieces[place]
      let skipped = min(taken, piece.count)
      connections[index].backlog.append(piece, skipping: skipped, isPlaintext: false)
      taken -= skipped
    }
  }

  private mutating func sendBacklog(_ index: Int) {
    guard !connections[index].isSending, !connections[index].isBroken else { return }
    let bytes: UnsafeRawBufferPointer
    do throws(TLSError) {
      bytes = try connections[index].nextToSend(scratch: &ciphertext)
    } catch {
      connections[index].isBroken = true
      return list(index)
    }
    let token = WorkerToken(.send, index).rawValue
    let descriptor = connections[index].descriptor
    while !ring.send(to: descriptor, bytes.baseAddress!, count: bytes.count, token: token) {
      ring.submit()
    }
    connections[index].isSending = true
    connections[index].operations += 1
    if waitingSends == 0 {
      renewsAt = WorkerClock.now + NullServerLimits.receiveRenewalNanoseconds
    }
    waitingSends += 1
  }

  /// A send that waited for room has ended.
  mutating func sent(_ result: Int32, _ index: Int) {
    connections[index].isSending = false
    connections[index].operations -= 1
    waitingSends -= 1
    if result > 0 {
      connections[index].backlog.removeFirst(Int(result))
    } else {
      connections[index].isBroken = true
    }
    list(index)
  }

  // MARK: Ends

  /// Ends a connection that waits for nothing more.
  private mutating func endWhenSent(_ index: Int) {
    guard connections[index].backlog.isEmpty else { return }
    if connections[index].tls != nil, !connections[index].hasSaidGoodbye,
      connections[index].isReceiving
    {
      connections[index].hasSaidGoodbye = true
      ciphertext.removeAll(keepingCapacity: true)
      connections[index].tls!.close(ciphertext: &ciphertext)
      ciphertext.withUnsafeBytes { connections[index].backlog.insert(ciphertext: $0) }
      if !connections[index].backlog.isEmpty { return sendBacklog(index) }
    }
    end(index)
  }

  /// Closes the connection when nothing is under way on it; else ends what is, whose completions lead here again.
  private mutating func end(_ index: Int) {
    if connections[index].operations == 0 {
      close(connections[index].descriptor)
      connections.remove(index)
    } else if !connections[index].isShutDown {
      connections[index].isShutDown = true
      shutdown(connections[index].descriptor, Int32(SHUT_RDWR))
    }
  }
}
