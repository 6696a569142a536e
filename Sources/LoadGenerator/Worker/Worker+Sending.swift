import LoadClient
import TLS
import Uring

/// What connections send: appended to the batch, one send in flight each.
extension Worker {
  /// Takes the end of the batch, from an offset on, for a connection's session: inside TLS where it
  /// has that.
  mutating func queueSession(_ place: Int, from start: Int) {
    guard batch.bytes.count > start else { return }
    if connections[place].tls != nil && !encrypt(place, from: start) {
      return connectionBroke(place, Failure(.tls))
    }
    queue(place, from: start)
  }

  /// Takes the end of the batch, from an offset on, for a connection as it is.
  mutating func queue(_ place: Int, from start: Int) {
    let count = batch.bytes.count - start
    guard count > 0 else { return }
    let queued = connections[place].queued
    if connections[place].backlog != nil {
      connections[place].unsent.append(contentsOf: batch.bytes[start...])
      batch.bytes.removeSubrange(start...)
    } else if queued.isEmpty {
      connections[place].queued = start..<start + count
      batch.add(place)
    } else if queued.upperBound == start {
      connections[place].queued = queued.lowerBound..<start + count
    } else {
      moveToEnd(place, before: start)
    }
  }

  /// Something of another connection lies between what this one sent earlier this turn and what it
  /// sends now: puts the two together.
  private mutating func moveToEnd(_ place: Int, before start: Int) {
    let earlier = Array(batch.bytes[connections[place].queued])
    batch.bytes.insert(contentsOf: earlier, at: start)
    connections[place].queued = start..<batch.bytes.count
  }

  /// Puts ciphertext in the place of the batch's end; false when that fails.
  private mutating func encrypt(_ place: Int, from start: Int) -> Bool {
    ciphertext.removeAll(keepingCapacity: true)
    // Both are lent: their bytes can't be looked at while the worker changes.
    var (lent, sealed): ([UInt8], [UInt8]) = ([], [])
    swap(&lent, &batch.bytes)
    swap(&sealed, &ciphertext)
    var isEncrypted = true
    do throws(TLSError) {
      try connections[place].tls!.send(
        lent.span.bytes.extracting(start..<lent.count), ciphertext: &sealed)
    } catch {
      isEncrypted = false
    }
    lent.removeSubrange(start...)
    if isEncrypted { lent.append(contentsOf: sealed) }
    swap(&lent, &batch.bytes)
    swap(&sealed, &ciphertext)
    return isEncrypted
  }

  /// The socket did not take all of a quiet send: the rest follows by one that waits.
  mutating func fellShort(_ completion: Completion, _ place: Int, _ sent: UnsafeRawBufferPointer) {
    guard connections[place].phase != .closing else { return }
    let taken = completion.result >= 0 ? Int(completion.result) : 0
    let isFull = completion.result >= 0 || -completion.result == Errno.again
    // Other errors are the receive's to tell.
    guard isFull, taken < connections[place].flying.count else { return }
    sendRest(
      place, UnsafeRawBufferPointer(rebasing: sent[connections[place].flying].dropFirst(taken)))
  }

  private mutating func sendRest(_ place: Int, _ rest: UnsafeRawBufferPointer) {
    let backlog = Backlog(rest)
    let (socket, token) = (connections[place].socket, token(.send, place))
    while !ring.send(to: socket, backlog.memory, count: backlog.count, token: token) {
      ring.submit()
      now = MonotonicClock.now
    }
    connections[place].outstanding += 1
    connections[place].backlog = consume backlog
    // What was queued meanwhile comes after it.
    connections[place].unsent.append(contentsOf: batch.bytes[connections[place].queued])
    connections[place].queued = 0..<0
  }

  /// A send that waited has ended; what came meanwhile follows.
  mutating func backlogCompleted(_ completion: Completion, _ place: Int) {
    connections[place].backlog = nil
    guard connections[place].phase != .closing else { return operationEnded(place) }
    connections[place].outstanding -= 1
    guard !connections[place].unsent.isEmpty else { return }
    let start = batch.bytes.count
    batch.bytes.append(contentsOf: connections[place].unsent)
    connections[place].unsent = []
    queue(place, from: start)
  }
}
