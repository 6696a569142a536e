internal import NIOCore

/// Runs tasks on the thread of an event loop, so that a server has one thread and no more.
final class LoopExecutor: TaskExecutor {
  /// The event loop of the server whose task runs.
  @TaskLocal static var loop: (any EventLoop)?

  private let ownLoop: any EventLoop

  init(_ loop: any EventLoop) { ownLoop = loop }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    ownLoop.execute { [self] in job.runSynchronously(on: asUnownedTaskExecutor()) }
  }

  /// Lets the server's thread do other things for a while. Its own clock wakes the task: others' would
  /// take a thread that tasks share.
  static func pause(_ duration: TimeAmount) async {
    guard let loop else { return await Task.yield() }
    await withCheckedContinuation { continuation in
      _ = loop.scheduleTask(in: duration) { continuation.resume() }
    }
  }
}
