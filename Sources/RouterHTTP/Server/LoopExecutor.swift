internal import NIOCore

/// Runs tasks on the thread of an event loop, so that a server has one thread and no more.
final class LoopExecutor: TaskExecutor {
  /// The event loop of the server whose task runs, or whose routes are added.
  @TaskLocal static var loop: (any EventLoop)?

  private let ownLoop: any EventLoop

  init(_ loop: any EventLoop) { ownLoop = loop }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    ownLoop.execute { [self] in job.runSynchronously(on: asUnownedTaskExecutor()) }
  }

  /// Begins a task that outlives the one that begins it, on the same server's thread: by itself it
  /// would take a thread that tasks share.
  @discardableResult
  static func task<Success: Sendable>(
    _ operation: @escaping @Sendable () async -> Success
  ) -> Task<Success, Never> {
    let serving = loop
    return Task(executorPreference: serving.map { LoopExecutor($0) }) {
      await LoopExecutor.$loop.withValue(serving) { await operation() }
    }
  }

  /// Lets the server's thread do other things for a while. Its own clock wakes the task: others' would
  /// take a thread that tasks share.
  static func pause(_ duration: TimeAmount) async {
    guard let loop else {
      try? await Task.sleep(for: Duration(duration))
      return
    }
    await withCheckedContinuation { continuation in
      _ = loop.scheduleTask(in: duration) { continuation.resume() }
    }
  }

  /// The same, until a moment; at once where it is over.
  static func pause(until moment: ContinuousClock.Instant) async {
    await pause(TimeAmount(ContinuousClock.now.duration(to: moment)))
  }
}
