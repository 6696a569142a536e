import Glibc
import Synchronization

/// Wakes the main thread, which waits for signals: any thread may, and as often as it likes.
///
/// A real-time signal, since those that people send have meanings of their own. The kernel queues each of those, so
/// another one is only sent when the one before was taken.
final class WakeSignal: Sendable {
  /// The signal, to be waited for.
  static var number: Int32 { __libc_current_sigrtmin() }

  private let isUnderWay = Atomic<Bool>(false)

  /// Has the main thread look around soon.
  func send() {
    guard !isUnderWay.exchange(true, ordering: .acquiringAndReleasing) else { return }
    kill(getpid(), Self.number)
  }

  /// The main thread is about to look: whoever has something new from now on wakes it again.
  func taken() { isUnderWay.store(false, ordering: .releasing) }
}
