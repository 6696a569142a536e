import Threads

/// Runs each body on a thread of its own, all at once, and returns when all have ended.
func onThreads(_ bodies: [@Sendable () -> Void]) throws(ThreadError) {
  let threads = try bodies.map { body throws(ThreadError) in try JoinableThread(body) }
  for thread in threads { thread.join() }
}
