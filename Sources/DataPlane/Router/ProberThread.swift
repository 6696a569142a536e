import TLS
import Uring

extension RingThread {
  /// A thread that turns a prober until it has stopped. It is bound to no core: it has little to do, and should take turns with
  /// whichever worker has least.
  static func prober(
    _ context: ProberContext, keepAlive: KeepAlive, capabilities: Capabilities
  ) -> RingThread {
    RingThread(ProberRing.configuration(capabilities), keepAlive: keepAlive) { kernel in
      let material = context.tls.tls
      guard material.isNeeded else { return turn(kernel, context) }
      do throws(TLSError) {
        turn(
          try SecureKernel(kernel, capacity: ProberRing.securedSockets, material: material), context
        )
      } catch {
        preconditionFailure("material that the router has tried can't be used: \(error)")
      }
    }
  }

  private static func turn<K: Kernel & ~Copyable>(_ kernel: consuming K, _ context: ProberContext) {
    var prober = Prober(kernel: kernel, context: context, seed: .random(in: 0 ... .max))
    while !prober.isFinished { prober.turn() }
  }
}

/// The sizes of the prober's ring.
enum ProberRing {
  static let submissionEntries = 256
  /// An overflow is fetched with the next submit.
  static let completionEntries = 1024
  /// The prober receives into memory of its own, but a ring has buffers.
  static let buffers = BufferRingShape(bufferCount: 1, bufferBytes: 4096)

  /// Instances whose connections can be encrypted at a time.
  static let securedSockets = 65_536

  static func configuration(_ capabilities: Capabilities) -> RingConfiguration {
    RingConfiguration(
      submissionEntries: submissionEntries, completionEntries: completionEntries,
      buffers: buffers, capabilities: capabilities)
  }
}
