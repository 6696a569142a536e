internal import Glibc

/// A POSIX thread that runs one closure, for work that must never give its thread away.
public struct JoinableThread: Sendable {
  private final class Work {
    let body: @Sendable () -> Void

    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }

  private let thread: pthread_t

  /// Starts a thread; what `body` holds is let go of when it has returned.
  ///
  /// - Throws: ``ThreadError`` when the system has no thread left.
  public init(_ body: @escaping @Sendable () -> Void) throws(ThreadError) {
    var thread = pthread_t()
    let work = Unmanaged.passRetained(Work(body))
    let code = pthread_create(
      &thread, nil,
      { work in
        guard let work else { return nil }
        Unmanaged<Work>.fromOpaque(work).takeRetainedValue().body()
        return nil
      }, work.toOpaque())
    guard code == 0 else {
      work.release()
      throw ThreadError(errno: code)
    }
    self.thread = thread
  }

  /// Waits until the closure has returned. Once only, and not after ``detach()``.
  public func join() { pthread_join(thread, nil) }

  /// Lets the thread end by itself. Once only, and not after ``join()``.
  public func detach() { pthread_detach(thread) }
}

/// A thread could not be made.
public struct ThreadError: Error, Hashable, Sendable {
  /// The system's reason: `EAGAIN` where a limit on threads or memory is reached.
  public let errno: Int32
}
