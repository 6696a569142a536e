import TLS
import Uring

/// Plaintext in, ciphertext out.
///
/// A block of ciphertext is on its way at a time; behind it OpenSSL holds at most as much again. The block goes out quietly where nothing waits for it,
/// and what the base could not take then is sent by a send that waits.
extension SecureKernel where Base: ~Copyable {
  // MARK: The worker's sends

  /// Encrypts what there is room for. The worker hears of it only if that is not all.
  mutating func encrypt(_ pieces: SendPieces, _ handle: SlabHandle, _ token: UInt64) {
    var wanted = 0
    for place in 0..<pieces.count { wanted += pieces[place].count }
    var taken = 0
    if sockets[handle].sink != .waiting, sockets[handle].order == nil {
      for place in 0..<pieces.count {
        let count = encrypt(pieces[place], handle)
        taken += count
        guard count == pieces[place].count else { break }
      }
    }
    if taken < wanted { complete(token, taken > 0 ? Int32(taken) : refusal(handle)) }
    list(handle)
  }

  /// Why nothing was taken: later there may be room, or never.
  private func refusal(_ handle: SlabHandle) -> Int32 {
    let isOver =
      sockets[handle].failure != nil || sockets[handle].sink == .broken
      || sockets[handle].ending != .none
    return isOver ? -Errno.brokenPipe : -Errno.again
  }

  /// Encrypts the beginning of some plaintext: how much of it was taken.
  private mutating func encrypt(_ plaintext: UnsafeRawBufferPointer, _ handle: SlabHandle) -> Int {
    guard sockets[handle].phase == .open, sockets[handle].sink != .broken,
      sockets[handle].ending == .none
    else { return 0 }
    let room = max(0, SecureLimits.plaintextABlock - sockets[handle].unsentCount)
    let count = min(room, plaintext.count)
    guard count > 0 else { return 0 }
    do throws(TLSError) {
      try sockets[handle].stream!.pointee.write(
        UnsafeRawBufferPointer(rebasing: plaintext[..<count]))
    } catch {
      fail(handle, SecureFailure(error))
      return 0
    }
    return count
  }

  /// Goes on with a send that waits. It is over when all of it is ciphertext, on its way: as with a socket's own buffer.
  private mutating func goOnSending(_ handle: SlabHandle) {
    guard let order = sockets[handle].order else { return }
    if sockets[handle].failure != nil { return endOrder(handle, -Errno.protocolError) }
    if sockets[handle].sink == .broken || sockets[handle].ending != .none {
      return endOrder(handle, order.done > 0 ? Int32(order.done) : -Errno.brokenPipe)
    }
    let rest = UnsafeRawBufferPointer(
      start: order.bytes + order.done, count: order.count - order.done)
    let taken = encrypt(rest, handle)
    sockets[handle].order = SecureSocket.Order(
      bytes: order.bytes, count: order.count, done: order.done + taken, token: order.token)
    if order.done + taken == order.count { endOrder(handle, Int32(order.count)) }
  }

  // MARK: The base's sends

  /// Sends what there is to send, and the end behind it; false when it has to be tried again.
  mutating func seeToSending(_ handle: SlabHandle) -> Bool {
    goOnSending(handle)
    guard flush(handle) else { return false }
    guard sockets[handle].ending != .none, sockets[handle].isDrained else { return true }
    return seeToEnding(handle)
  }

  private mutating func flush(_ handle: SlabHandle) -> Bool {
    switch sockets[handle].sink {
    case .waiting, .broken: return true
    // Nothing would tell when it is settled, so it must be waited for where something comes behind.
    case .quiet: return !hasMoreToSend(handle)
    case .idle: break
    }
    guard sockets[handle].unsentCount > 0 else {
      giveBackBlock(handle)
      return true
    }
    guard fillBlock(handle) else {
      if !sockets[handle].isStarved { starved.append(handle) }
      sockets[handle].isStarved = true
      return true
    }
    return send(handle, isQuiet: !sockets[handle].isSlow && !hasMoreToSend(handle))
  }

  /// Whether something waits for the block to be gone.
  private func hasMoreToSend(_ handle: SlabHandle) -> Bool {
    sockets[handle].order != nil || sockets[handle].ending != .none
      || sockets[handle].closesAt != nil
      || sockets[handle].stream!.pointee.outgoingCount > 0
  }

  /// Takes ciphertext from OpenSSL; false when there is no block for it.
  private mutating func fillBlock(_ handle: SlabHandle) -> Bool {
    guard sockets[handle].unsent.isEmpty else { return true }
    guard let block = sockets[handle].block ?? blocks.take() else { return false }
    sockets[handle].block = block
    let room = UnsafeMutableRawBufferPointer(
      start: blocks.address(of: block), count: SecureLimits.blockBytes)
    let count = sockets[handle].stream!.pointee.takeOutgoing(into: room)
    sockets[handle].unsent = 0..<count
    return true
  }

  private mutating func send(_ handle: SlabHandle, isQuiet: Bool) -> Bool {
    let unsent = sockets[handle].unsent
    let start = UnsafeRawPointer(blocks.address(of: sockets[handle].block!)) + unsent.lowerBound
    let descriptor = sockets[handle].descriptor
    if isQuiet {
      var pieces = SendPieces()
      pieces.append(UnsafeRawBufferPointer(start: start, count: unsent.count))
      let token = SecureToken(.quietSend, handle).rawValue
      guard base.sendQuietly(to: descriptor, pieces, token: token) else { return false }
      sockets[handle].sink = .quiet
      quiet.append(handle)
    } else {
      let token = SecureToken(.send, handle).rawValue
      guard base.send(to: descriptor, start, count: unsent.count, token: token) else {
        return false
      }
      sockets[handle].sink = .waiting
      sockets[handle].waitsSince = now
      sockets[handle].outstanding += 1
    }
    return true
  }

  /// All that the worker wanted to say is gone: now the good-bye, then the end of the stream.
  private mutating func seeToEnding(_ handle: SlabHandle) -> Bool {
    if sockets[handle].ending == .asked {
      sockets[handle].ending = .notified
      if sockets[handle].phase == .open {
        sockets[handle].stream!.pointee.close()
        return flush(handle)
      }
    }
    if sockets[handle].ending == .notified {
      sockets[handle].ending = .finished
      base.shutdownWriting(sockets[handle].descriptor)
    }
    return true
  }

  // MARK: Completions

  /// A send that waited is over.
  mutating func sent(_ result: Int32, _ handle: SlabHandle) {
    sockets[handle].outstanding -= 1
    sockets[handle].isSlow = false
    blockWasSent(sockets[handle].failure == .tooSlow ? -1 : Int(result), handle)
  }

  /// A quiet send was not taken as a whole: the rest is sent by one that waits.
  mutating func quietFellShort(_ result: Int32, _ handle: SlabHandle) {
    let isSlow = result >= 0 || result == -Errno.again
    blockWasSent(isSlow ? Int(max(result, 0)) : -1, handle)
    // Not sent here: nothing may be queued while completions are taken, or quiet sends could not be settled with them.
    sockets[handle].isSlow = true
  }

  private mutating func blockWasSent(_ count: Int, _ handle: SlabHandle) {
    guard count >= 0 else {
      sockets[handle].sink = .broken
      return giveBackBlock(handle)
    }
    sockets[handle].sink = .idle
    sockets[handle].unsent =
      (sockets[handle].unsent.lowerBound + count)..<sockets[handle].unsent.upperBound
  }

  /// Decides about the quiet sends that the base has taken: those that did not complete were whole.
  mutating func settle() {
    guard !quiet.isEmpty, base.unsubmittedCount == 0, !base.hasOverflow else { return }
    // One that fell short, and may be gone by now, is still listed.
    for handle in quiet where sockets.isCurrent(handle) && sockets[handle].sink == .quiet {
      blockWasSent(sockets[handle].unsent.count, handle)
      if sockets[handle].unsentCount == 0 { giveBackBlock(handle) }
      if hasMoreToSend(handle) { list(handle) }
    }
    quiet.removeAll(keepingCapacity: true)
  }

  // MARK: Blocks

  /// While sockets wait for a block, as many give way that have had theirs for long: else some that read a byte now and then could keep all others from
  /// sending.
  mutating func cutSlowest() {
    guard !starved.isEmpty, now >= looksForSlowAt else { return }
    looksForSlowAt = now.advanced(by: SecureLimits.slowLook)
    var wanted = starved.count
    for index in 0..<sockets.highWaterMark where wanted > 0 {
      guard let handle = sockets.currentHandle(at: index), sockets[handle].sink == .waiting,
        !sockets[handle].isSendCancelled,
        now >= sockets[handle].waitsSince.advanced(by: SecureLimits.slow)
      else { continue }
      guard cancel(.send, handle) else { return }
      sockets[handle].isSendCancelled = true
      fail(handle, .tooSlow)
      wanted -= 1
    }
  }

  /// Gives a socket's block back, which others may wait for.
  mutating func giveBackBlock(_ handle: SlabHandle) {
    guard let block = sockets[handle].block else { return }
    blocks.giveBack(block)
    sockets[handle].block = nil
    sockets[handle].unsent = 0..<0
    for waiting in starved {
      sockets[waiting].isStarved = false
      list(waiting)
    }
    starved.removeAll(keepingCapacity: true)
  }
}
