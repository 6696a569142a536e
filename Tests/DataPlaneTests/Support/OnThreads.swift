import Glibc

/// Runs each body on a thread of its own, all at once, and returns when all have ended.
func onThreads(_ bodies: [@Sendable () -> Void]) {
  final class Body: Sendable {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }
  let threads = bodies.map { body in
    var thread = pthread_t()
    let status = pthread_create(
      &thread, nil,
      { body in
        Unmanaged<Body>.fromOpaque(body!).takeRetainedValue().run()
        return nil
      }, Unmanaged.passRetained(Body(body)).toOpaque())
    precondition(status == 0, "no thread could be made: \(status)")
    return thread
  }
  for thread in threads { pthread_join(thread, nil) }
}
