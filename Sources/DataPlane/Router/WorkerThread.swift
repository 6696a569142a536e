import TLS
import Uring

extension RingThread {
  /// A thread that turns one worker until it has stopped, bound to the worker's core. Encryption is a layer of its own, which is there
  /// only where it is wanted.
  static func worker(
    _ context: WorkerContext, listeners: [WorkerListener], capabilities: Capabilities,
    whenOver: @escaping @Sendable () -> Void
  ) -> RingThread {
    var configuration = RingConfiguration.connections(capabilities)
    configuration.isRestricted = context.settings.restrictsRings
    return RingThread(
      configuration, keepAlive: context.settings.keepAlive, whenMade: { context.bindThread() }
    ) { kernel in
      let material = TLSMaterial(of: context.settings)
      guard material.isNeeded else { return turn(kernel, context, listeners, whenOver) }
      do throws(TLSError) {
        let secured = try SecureKernel(
          kernel, capacity: context.sessionCapacity * 2 + context.linkCapacity,
          material: material, report: context.report)
        turn(secured, context, listeners, whenOver)
      } catch {
        preconditionFailure("material that the router has tried can't be used: \(error)")
      }
    }
  }

  private static func turn<K: Kernel & ~Copyable>(
    _ kernel: consuming K, _ context: WorkerContext, _ listeners: [WorkerListener],
    _ whenOver: () -> Void
  ) {
    var worker = Worker(
      kernel: kernel, context: context, listeners: listeners, seed: .random(in: 0 ... .max))
    while !worker.isFinished { worker.turn() }
    whenOver()
  }
}

extension TLSMaterial {
  /// Whether anything is encrypted here.
  var isNeeded: Bool { clients != nil || servers != nil }
}
