import Glibc

/// Signals that are waited for instead of interrupting.
public struct SignalSet: Sendable {
  private var set = sigset_t()

  /// Blocks the signals for this thread and those it starts.
  public init(_ signals: [Int32]) {
    sigemptyset(&set)
    for signal in signals { sigaddset(&set, signal) }
    pthread_sigmask(SIG_BLOCK, &set, nil)
  }

  /// The next signal, or nil after a time below a second.
  public func wait(nanoseconds: Int) -> Int32? {
    var set = set
    var limit = timespec()
    limit.tv_nsec = nanoseconds
    let signal = sigtimedwait(&set, nil, &limit)
    return signal > 0 ? signal : nil
  }
}
