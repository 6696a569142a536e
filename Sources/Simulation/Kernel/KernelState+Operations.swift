import DataPlane
import Glibc
import ShardMap
import Uring

typealias SimulatedAddress = SocketAddress

/// How each operation goes.
extension KernelState {
  /// Takes an operation from the submission queue.
  func start(_ operation: Operation) {
    world.note("\(operation.name) on \(operation.descriptor)", operation.token)
    switch operation.kind {
    case .cancel(let token): return cancel(token, operation)
    case .cancelAll: return cancelAll(operation)
    case .doorbell: return awaitDoorbell(operation)
    default: break
    }
    guard let descriptor = descriptor(operation.descriptor, for: operation.name) else { return }
    checkMemory(of: operation)
    switch operation.kind {
    case .sendQuietly(let slices): return sendQuietly(bytes(of: slices), operation, descriptor)
    case .sendPieces(let pieces):
      let bytes = (0..<pieces.count).flatMap { [UInt8](pieces[$0]) }
      return sendQuietly(bytes, operation, descriptor)
    default: break
    }
    descriptor.operations.append(operation)
    switch operation.kind {
    case .connect(let address): connect(operation, descriptor, address)
    case .send(let bytes, let count):
      operation.original = [UInt8](UnsafeRawBufferPointer(start: bytes, count: count))
      goOn(descriptor)
    case .receive where buffers.isDry: end(operation, Int(-ENOBUFS))
    default: goOn(descriptor)
    }
  }

  /// Two operations may read the same memory; one that writes has it alone.
  private func checkMemory(of operation: Operation) {
    guard let memory = operation.memory else { return }
    for other in underWay {
      guard let taken = other.memory, taken.start < memory.end, memory.start < taken.end else {
        continue
      }
      if taken.isWritten || memory.isWritten {
        world.violate("a \(operation.name) was given memory that a \(other.name) still has")
      }
    }
  }

  /// Goes on with what is under way on a descriptor, as far as that is possible now.
  func goOn(_ descriptor: Descriptor) {
    for operation in descriptor.operations where !operation.hasEnded && !operation.isEnding {
      switch operation.kind {
      case .accept: accept(operation, descriptor)
      case .receive: receive(operation, descriptor)
      case .receiveOnce(let bytes, let count, let waits):
        receiveOnce(operation, descriptor, bytes, count, waits: waits)
      case .send(let bytes, let count): send(operation, descriptor, bytes, count)
      default: break
      }
    }
  }

  // MARK: Accept

  private func accept(_ operation: Operation, _ descriptor: Descriptor) {
    guard let listener = descriptor.listener else {
      return end(operation, Int(-EINVAL))
    }
    while !operation.hasEnded, !listener.waiting.isEmpty {
      if world.random.chance(world.plan.noDescriptor) { return end(operation, Int(-EMFILE)) }
      let socket = listener.take()
      let accepted = open()
      attach(socket, to: accepted)
      if isQueueFull || world.random.chance(world.plan.acceptEnds) {
        end(operation, Int(accepted.number))
      } else {
        post(operation, Int(accepted.number), flags: CompletionFlags.more)
      }
    }
  }

  func attach(_ socket: SimulatedSocket, to descriptor: Descriptor) {
    descriptor.socket = socket
    socket.watcher = { [unowned self, unowned descriptor] in goOn(descriptor) }
  }

  // MARK: Receive

  private func receive(_ operation: Operation, _ descriptor: Descriptor) {
    guard let socket = descriptor.socket else { return end(operation, Int(-ENOTCONN)) }
    while !operation.hasEnded {
      if socket.arrived.isEmpty {
        if let result = endOfStream(socket) { endReceive(operation, result) }
        return
      }
      guard !buffers.isDry else { return end(operation, Int(-ENOBUFS)) }
      var count = min(socket.arrived.count, buffers.room)
      if world.random.chance(world.plan.cutsReceive) { count = world.random.number(in: 1...count) }
      let flags = buffers.fill(socket.read(atMost: count))
      if !world.plan.isMultishot || isQueueFull || world.random.chance(world.plan.multishotEnds) {
        end(operation, count, flags: flags)
      } else {
        post(operation, count, flags: flags | CompletionFlags.more)
      }
    }
  }

  /// Some kernels spend a buffer on the news that there is nothing more.
  private func endReceive(_ operation: Operation, _ result: Int) {
    let takesBuffer = result == 0 && world.plan.endsWithBuffer && !buffers.isDry
    end(operation, result, flags: takesBuffer ? buffers.fill([]) : 0)
  }

  private func receiveOnce(
    _ operation: Operation, _ descriptor: Descriptor, _ bytes: UnsafeMutableRawPointer,
    _ count: Int,
    waits: Bool
  ) {
    guard let socket = descriptor.socket else { return end(operation, Int(-ENOTCONN)) }
    if socket.arrived.isEmpty {
      if let result = endOfStream(socket) { return end(operation, result) }
      if !waits { end(operation, Int(-EAGAIN)) }
      return
    }
    var length = min(socket.arrived.count, count)
    if world.random.chance(world.plan.cutsReceive) { length = world.random.number(in: 1...length) }
    socket.read(atMost: length).withUnsafeBytes {
      bytes.copyMemory(from: $0.baseAddress!, byteCount: length)
    }
    end(operation, length)
  }

  private func endOfStream(_ socket: SimulatedSocket) -> Int? {
    socket.wasReset ? Int(-ECONNRESET) : socket.hasPeerFinished ? 0 : nil
  }

  // MARK: Send

  private func bytes(of slices: SliceQueue) -> [UInt8] {
    (0..<slices.count).flatMap { place in
      [UInt8](
        UnsafeRawBufferPointer(
          start: buffers.address(of: slices[place]), count: Int(slices[place].count)))
    }
  }

  /// Takes what there is room for, or less, at once.
  private func sendQuietly(
    _ bytes: [UInt8], _ operation: Operation, _ descriptor: Descriptor
  ) {
    guard let socket = descriptor.socket else { return post(operation, Int(-ENOTCONN)) }
    var count = min(bytes.count, socket.room)
    if world.random.chance(world.plan.quietFallsShort) {
      count = world.random.number(in: 0...count)
    }
    let taken = bytes.withUnsafeBytes {
      socket.send(UnsafeRawBufferPointer(rebasing: $0[0..<count]))
    }
    if taken < 0 {
      post(operation, taken)
    } else if taken < bytes.count {
      post(operation, taken == 0 ? Int(-EAGAIN) : taken)
    }
  }

  private func send(
    _ operation: Operation, _ descriptor: Descriptor, _ bytes: UnsafeRawPointer, _ count: Int
  ) {
    guard let socket = descriptor.socket else { return end(operation, Int(-ENOTCONN)) }
    let given = UnsafeRawBufferPointer(start: bytes, count: count)
    if memcmp(bytes, operation.original, count) != 0 {
      world.violate("the bytes of a \(operation.name) changed while it was under way")
    }
    let taken = socket.send(UnsafeRawBufferPointer(rebasing: given[operation.done...]))
    guard taken >= 0 else { return end(operation, operation.done > 0 ? operation.done : taken) }
    operation.done += taken
    guard operation.done == count else { return }
    guard world.random.chance(world.plan.waitingSendPauses) else { return end(operation, count) }
    // The bytes are on their way; the worker hears of it later.
    operation.isEnding = true
    world.after(world.delay()) { [unowned self] in end(operation, count) }
  }

  // MARK: Connect

  private func connect(
    _ operation: Operation, _ descriptor: Descriptor, _ address: SimulatedAddress
  ) {
    let (delay, result) = network.attempt(address)
    world.after(delay) { [unowned self] in connected(operation, descriptor, address, result) }
  }

  func connected(
    _ operation: Operation, _ descriptor: Descriptor, _ address: SimulatedAddress, _ result: Int
  ) {
    guard !operation.hasEnded, !operation.isEnding else { return }
    if result == 0 { attach(network.connect(address), to: descriptor) }
    end(operation, result)
  }
}
