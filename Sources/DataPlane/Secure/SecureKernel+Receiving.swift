import TLS
import Uring

/// Ciphertext in, plaintext out.
extension SecureKernel where Base: ~Copyable {
  /// Asks the base for ciphertext, or for no more; false when its queue is full.
  mutating func seeToSource(_ handle: SlabHandle) -> Bool {
    let token = SecureToken(.receive, handle).rawValue
    switch sockets[handle].source {
    case .idle where wantsCiphertext(handle):
      guard base.receive(from: sockets[handle].descriptor, token: token) else { return false }
      sockets[handle].source = .receiving
    case .receiving where !wantsCiphertext(handle):
      let cancel = SecureToken(.cancel, handle).rawValue
      guard base.cancel(operation: token, token: cancel) else { return false }
      sockets[handle].source = .cancelling
    case .idle, .receiving, .cancelling, .ended: return true
    }
    sockets[handle].outstanding += 1
    return true
  }

  /// Whether there is use for more: not while OpenSSL holds much that nobody asks for, nor while the other side takes none of the answers that it has
  /// called for.
  private func wantsCiphertext(_ handle: SlabHandle) -> Bool {
    guard sockets[handle].failure == nil,
      sockets[handle].unsentCount < SecureLimits.unsentBytes
    else { return false }
    return sockets[handle].isShaking || sockets[handle].reader.token != nil
      || sockets[handle].backlog < SecureLimits.backlogBytes
  }

  /// The base has received something, or will no more.
  mutating func received(_ completion: Completion, _ handle: SlabHandle) {
    if let slice = base.claim(completion) {
      if slice.count > 0, sockets[handle].closesAt == nil {
        take(
          UnsafeRawBufferPointer(start: base.address(of: slice), count: Int(slice.count)), handle)
      }
      base.release(slice)
    }
    guard !completion.hasMore else { return }
    sockets[handle].outstanding -= 1
    guard Self.isFinal(completion.result) else { return sockets[handle].source = .idle }
    sockets[handle].source = .ended(completion.result)
    // Of one that is closed, the handshake is over already.
    guard sockets[handle].closesAt == nil else { return }
    if sockets[handle].isShaking { fail(handle, .left) }
    read(handle)
  }

  /// Whether a receive that ended so will never bring anything again.
  private static func isFinal(_ result: Int32) -> Bool {
    switch result {
    case 0: true
    case 1...: false
    case -Errno.noBufferSpace, -Errno.cancelled, -Errno.again, -Errno.interrupted: false
    default: true
    }
  }

  /// Takes ciphertext, wherever the socket stands.
  mutating func take(_ ciphertext: UnsafeRawBufferPointer, _ handle: SlabHandle) {
    switch sockets[handle].phase {
    case .hello, .queued: collect(ciphertext, handle)
    case .shaking, .open: feed(ciphertext, handle)
    case .failed: return
    }
  }

  /// Gives ciphertext to OpenSSL, and takes the plaintext that comes of it.
  mutating func feed(_ ciphertext: UnsafeRawBufferPointer, _ handle: SlabHandle) {
    var offset = 0
    while offset < ciphertext.count, sockets[handle].failure == nil {
      let end = min(offset + SecureLimits.pieceBytes, ciphertext.count)
      sockets[handle].stream!.pointee.feed(
        UnsafeRawBufferPointer(rebasing: ciphertext[offset..<end]))
      sockets[handle].backlog += end - offset
      offset = end
      if sockets[handle].phase == .shaking { shake(handle) }
      read(handle)
    }
  }

  /// Takes the plaintext there is, as far as the worker waits for some.
  mutating func read(_ handle: SlabHandle) {
    switch sockets[handle].phase {
    case .hello, .queued, .shaking: return
    case .failed: return endReader(handle, -Errno.protocolError)
    case .open: break
    }
    switch sockets[handle].reader {
    case .none: return
    case .stream(let token): readStream(handle, token)
    case .once(let bytes, let count, let waits, _):
      let room = UnsafeMutableRawBufferPointer(start: bytes, count: count)
      guard let got = plaintext(handle, into: room) else { return }
      if got > 0 {
        endReader(handle, Int32(got))
      } else if !waits {
        endReader(handle, -Errno.again)
      }
    }
  }

  private mutating func readStream(_ handle: SlabHandle, _ token: UInt64) {
    while true {
      // Others have it all: the worker asks again when it has given some back.
      guard let room = buffers.room() else { return endReader(handle, -Errno.noBufferSpace) }
      guard let got = plaintext(handle, into: room), got > 0 else { return }
      ready.append(buffers.filled(got, token: token))
    }
  }

  /// Reads some plaintext; 0 when there is none now, nil when there will be none any more: then the worker's receive has ended.
  private mutating func plaintext(
    _ handle: SlabHandle, into room: UnsafeMutableRawBufferPointer
  ) -> Int? {
    // OpenSSL is not asked for what it has said it doesn't have.
    if sockets[handle].backlog > 0 {
      do throws(TLSError) {
        let got = try sockets[handle].stream!.pointee.read(into: room)
        guard got == 0 else { return got }
      } catch {
        fail(handle, SecureFailure(error))
        return nil
      }
      sockets[handle].backlog = 0
    }
    if sockets[handle].stream!.pointee.progress == .closed {
      endReader(handle, 0)
      return nil
    }
    guard case .ended(let result) = sockets[handle].source else { return 0 }
    endReader(handle, result)
    return nil
  }
}
