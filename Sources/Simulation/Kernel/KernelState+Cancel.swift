import Glibc

/// Cancelling, and what can come before it.
extension KernelState {
  /// Cancels the operation with a token.
  func cancel(_ token: UInt64, _ request: Operation) {
    guard let target = underWay.first(where: { $0.token == token && !$0.isEnding }) else {
      return end(request, Int(-ENOENT))
    }
    if world.random.chance(world.plan.cancelRaces) {
      world.random.chance(500) ? endsJustBefore(target, request) : endsSoonAfter(target, request)
    } else if world.random.chance(500) {
      end(request, 0)
      stop(target)
    } else {
      stop(target)
      end(request, 0)
    }
  }

  /// Cancels everything on a descriptor; the result counts what was found.
  func cancelAll(_ request: Operation) {
    guard let descriptor = descriptor(request.descriptor, for: request.name) else { return }
    let targets = descriptor.operations.filter { !$0.isEnding }
    for target in targets {
      if world.random.chance(world.plan.cancelRaces) { letHappen(target, descriptor) }
      if !target.hasEnded { stop(target) }
    }
    end(request, targets.isEmpty ? Int(-ENOENT) : targets.count)
  }

  /// The operation completes by itself in the moment before the cancel looks for it.
  private func endsJustBefore(_ target: Operation, _ request: Operation) {
    guard let descriptor = descriptor(target.descriptor, for: request.name) else { return }
    letHappen(target, descriptor)
    if target.hasEnded { return end(request, Int(-ENOENT)) }
    stop(target)
    end(request, 0)
  }

  /// The operation is running while the cancel looks, and ends a moment later.
  private func endsSoonAfter(_ target: Operation, _ request: Operation) {
    end(request, Int(-EALREADY))
    target.isEnding = true
    world.after(world.random.number(in: 0...100_000)) { [unowned self] in stop(target) }
  }

  /// Lets an operation get what is on its way to it.
  private func letHappen(_ target: Operation, _ descriptor: Descriptor) {
    if case .connect(let address) = target.kind {
      let (_, result) = network.attempt(address)
      if result == 0 { connected(target, descriptor, address, 0) }
    } else {
      world.advance(to: world.now + UInt64(world.random.number(in: 0...100_000)))
      while world.violation == nil, world.step(until: world.now) {}
    }
  }

  /// Ends a cancelled operation: a send tells what it had sent, everything else that it was cancelled.
  private func stop(_ operation: Operation) {
    end(operation, operation.done > 0 ? operation.done : Int(-ECANCELED))
  }
}
