import Uring

extension RingThread {
  /// A thread that turns one worker until it has stopped.
  static func worker(
    _ context: WorkerContext, listeners: [WorkerListener], capabilities: Capabilities, core: Int32?
  ) -> RingThread {
    RingThread(
      .connections(capabilities), keepAlive: context.settings.keepAlive, core: core
    ) { kernel in
      var worker = Worker(
        kernel: kernel, context: context, listeners: listeners, seed: .random(in: 0 ... .max))
      while !worker.isFinished { worker.turn() }
    }
  }
}
