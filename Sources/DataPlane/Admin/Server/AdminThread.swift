import Uring

extension RingThread {
  /// A thread that turns an admin console until it has stopped. It is bound to no core.
  static func admin(
    _ context: AdminContext, listener: Int32, capabilities: Capabilities
  ) -> RingThread {
    RingThread(
      AdminRing.configuration(capabilities), keepAlive: context.router.keepAlive
    ) { kernel in
      var server = AdminServer(
        kernel: kernel, context: context, listener: listener, seed: .random(in: 0 ... .max))
      while !server.isFinished { server.turn() }
    }
  }
}

/// The sizes of the console's ring.
enum AdminRing {
  static let submissionEntries = 64
  /// An overflow is fetched with the next submit.
  static let completionEntries = 256
  /// The console receives into memory of its own, but a ring has buffers.
  static let buffers = BufferRingShape(bufferCount: 1, bufferBytes: 4096)

  static func configuration(_ capabilities: Capabilities) -> RingConfiguration {
    RingConfiguration(
      submissionEntries: submissionEntries, completionEntries: completionEntries,
      buffers: buffers, capabilities: capabilities)
  }
}
