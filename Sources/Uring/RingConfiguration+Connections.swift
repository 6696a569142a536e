extension RingConfiguration {
  /// A ring for a worker with thousands of connections.
  ///
  /// Receives complete without being submitted, and an overflow would end them: the completion queue is several times as long
  /// as the submission queue. Where the kernel consumes buffers incrementally, few and large ones are best: a stream fills half
  /// a mebibyte with one receive, and all of it stays in the processor's cache, if every slice is given back in the turn it came.
  /// (Sixteen of 128 KiB take 1.6 times the processor time for rows of 1 MiB; when these run dry, sources wait for the next
  /// turn.) Elsewhere each receive takes a whole buffer.
  public static func connections(
    _ capabilities: Capabilities, incrementalBuffers: Int = 2
  ) -> RingConfiguration {
    RingConfiguration(
      submissionEntries: 1024, completionEntries: 16_384,
      buffers: capabilities.has(.incrementalBuffers)
        ? BufferRingShape(bufferCount: incrementalBuffers, bufferBytes: 512 * 1024)
        : BufferRingShape(bufferCount: 512, bufferBytes: 16 * 1024),
      capabilities: capabilities)
  }
}
