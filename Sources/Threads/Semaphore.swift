internal import Glibc

/// A POSIX semaphore: counts signals, and holds those who wait for one.
///
/// Invariant that keeps the pointer safe: it is initialized once and destroyed with the object.
public final class Semaphore: Sendable {
  private nonisolated(unsafe) let semaphore: UnsafeMutablePointer<sem_t>

  /// Nothing was signalled yet.
  public init() {
    semaphore = .allocate(capacity: 1)
    sem_init(semaphore, 0, 0)
  }

  deinit {
    sem_destroy(semaphore)
    semaphore.deallocate()
  }

  /// Returns when there was a signal, and takes it.
  public func wait() { while sem_wait(semaphore) != 0 {} }

  /// Lets one who waits go on.
  public func signal() { sem_post(semaphore) }
}
