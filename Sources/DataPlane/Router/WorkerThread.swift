import Uring

extension RingThread {
  /// A thread that turns one worker until it has stopped.
  static func worker(
    _ context: WorkerContext, listeners: [WorkerListener], capabilities: Capabilities, core: Int32?
  ) -> RingThread {
    RingThread(
      RingShape.configuration(capabilities), keepAlive: context.settings.keepAlive, core: core
    ) { kernel in
      var worker = Worker(
        kernel: kernel, context: context, listeners: listeners, seed: .random(in: 0 ... .max))
      while !worker.isFinished { worker.turn() }
    }
  }
}

/// The sizes of a worker's ring.
enum RingShape {
  static let submissionEntries = 1024
  /// Multishot operations complete without being submitted; an overflow would end them.
  static let completionEntries = 16_384
  /// With incremental consumption one buffer serves many receives. Few and large ones are best: a stream fills half a mebibyte with one
  /// receive, and all of it stays in the processor's cache, because every slice is given back in the turn it came. (Sixteen of
  /// 128 KiB take 1.6 times the processor time for rows of 1 MiB; when these two run dry, sources wait for the next turn.)
  static let incrementalBuffers = BufferRingShape(bufferCount: 2, bufferBytes: 512 * 1024)
  /// Without, each receive takes a whole buffer.
  static let wholeBuffers = BufferRingShape(bufferCount: 512, bufferBytes: 16 * 1024)

  static func configuration(_ capabilities: Capabilities) -> RingConfiguration {
    RingConfiguration(
      submissionEntries: submissionEntries, completionEntries: completionEntries,
      buffers: capabilities.has(.incrementalBuffers) ? incrementalBuffers : wholeBuffers,
      capabilities: capabilities)
  }
}
