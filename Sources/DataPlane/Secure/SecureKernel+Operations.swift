import Uring

/// What the worker asks for: of a secured socket it is noted, of another it is passed on.
extension SecureKernel where Base: ~Copyable {
  /// Receives plaintext of a secured socket.
  public mutating func receive(from socket: Int32, token: UInt64) -> Bool {
    guard let handle = handle(of: socket) else { return base.receive(from: socket, token: token) }
    expect(.stream(token: token), token, handle)
    return true
  }

  /// Receives plaintext of a secured socket.
  public mutating func receive(
    from socket: Int32, into bytes: UnsafeMutableRawPointer, count: Int, waits: Bool, token: UInt64
  ) -> Bool {
    guard let handle = handle(of: socket) else {
      return base.receive(from: socket, into: bytes, count: count, waits: waits, token: token)
    }
    expect(.once(bytes, count: count, waits: waits, token: token), token, handle)
    return true
  }

  private mutating func expect(
    _ reader: SecureSocket.Reader, _ token: UInt64, _ handle: SlabHandle
  ) {
    sockets[handle].reader = reader
    operations[token] = handle
    list(handle)
  }

  /// Sends plaintext; it has been taken when all of it is ciphertext on its way.
  public mutating func send(
    to socket: Int32, _ bytes: UnsafeRawPointer, count: Int, token: UInt64
  ) -> Bool {
    guard let handle = handle(of: socket) else {
      return base.send(to: socket, bytes, count: count, token: token)
    }
    sockets[handle].order = SecureSocket.Order(bytes: bytes, count: count, token: token)
    operations[token] = handle
    list(handle)
    return true
  }

  /// Encrypts what there is room for at once; completes only if that is not all.
  public mutating func sendQuietly(to socket: Int32, _ slices: SliceQueue, token: UInt64) -> Bool {
    let handle = handle(of: socket)
    if handle == nil, !holdsPlaintext(slices) {
      return base.sendQuietly(to: socket, slices, token: token)
    }
    var pieces = SendPieces()
    for place in 0..<slices.count {
      let slice = slices[place]
      pieces.append(UnsafeRawBufferPointer(start: address(of: slice), count: Int(slice.count)))
    }
    guard let handle else { return base.sendQuietly(to: socket, pieces, token: token) }
    encrypt(pieces, handle, token)
    return true
  }

  /// Whether slices are of the layer's own buffers, which the base doesn't know.
  private func holdsPlaintext(_ slices: SliceQueue) -> Bool {
    for place in 0..<slices.count where SecureBuffers.owns(slices[place].buffer) { return true }
    return false
  }

  /// Encrypts what there is room for at once; completes only if that is not all.
  public mutating func sendQuietly(to socket: Int32, _ pieces: SendPieces, token: UInt64) -> Bool {
    guard let handle = handle(of: socket) else {
      return base.sendQuietly(to: socket, pieces, token: token)
    }
    encrypt(pieces, handle, token)
    return true
  }

  /// Sends what is left, a good-bye, then FIN.
  public mutating func shutdownWriting(_ socket: Int32) {
    guard let handle = handle(of: socket) else { return base.shutdownWriting(socket) }
    guard sockets[handle].ending == .none else { return }
    sockets[handle].ending = .asked
    list(handle)
  }

  /// Closes a secured socket when what it was given to send is gone, or after a while.
  public mutating func close(_ descriptor: Int32) {
    guard let handle = handle(of: descriptor) else { return base.close(descriptor) }
    sockets[handle].closesAt = now.advanced(by: SecureLimits.closing)
    closing.append(handle)
    closingCount += 1
    // Its number stays taken until the base closes it, but it is the worker's no more.
    if sockets[handle].isShaking { handshakeEnds(handle) }
    list(handle)
  }

  // MARK: Cancelling

  /// Cancels one operation of the worker's.
  public mutating func cancel(operation: UInt64, token: UInt64) -> Bool {
    guard let handle = operations[operation] else {
      return base.cancel(operation: operation, token: token)
    }
    if sockets[handle].reader.token == operation {
      endReader(handle, -Errno.cancelled)
    } else {
      cancelOrder(handle)
    }
    complete(token, 0)
    return true
  }

  /// Cancels the worker's operations on a descriptor; the layer's own go on.
  public mutating func cancelAll(on descriptor: Int32, token: UInt64) -> Bool {
    guard let handle = handle(of: descriptor) else {
      return base.cancelAll(on: descriptor, token: token)
    }
    endReader(handle, -Errno.cancelled)
    cancelOrder(handle)
    complete(token, 0)
    return true
  }

  /// A send that is cancelled tells how much it had taken.
  private mutating func cancelOrder(_ handle: SlabHandle) {
    guard let order = sockets[handle].order else { return }
    endOrder(handle, order.done > 0 ? Int32(order.done) : -Errno.cancelled)
  }

  // MARK: Completing

  /// Has the worker told of an operation's end.
  mutating func complete(_ token: UInt64, _ result: Int32) {
    ready.append(Completion(token: token, result: result))
  }

  /// Ends what the worker waits to receive, if it does.
  mutating func endReader(_ handle: SlabHandle, _ result: Int32) {
    guard let token = sockets[handle].reader.token else { return }
    sockets[handle].reader = .none
    operations[token] = nil
    complete(token, result)
  }

  /// Ends what the worker waits to have sent, if it does.
  mutating func endOrder(_ handle: SlabHandle, _ result: Int32) {
    guard let token = sockets[handle].order?.token else { return }
    sockets[handle].order = nil
    operations[token] = nil
    complete(token, result)
  }
}
