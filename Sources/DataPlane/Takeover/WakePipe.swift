import Glibc

/// Wakes a thread that polls descriptors: it polls this one, too.
final class WakePipe: Sendable {
  /// What to poll.
  let descriptor: Int32
  private let written: Int32

  /// Nil when the process may open no two more files.
  init?() {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { return nil }
    for end in ends {
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
    }
    (descriptor, written) = (ends[0], ends[1])
  }

  deinit {
    close(descriptor)
    close(written)
  }

  /// Wakes the thread. Any thread may; one that is full of this wakes it already.
  func ring() {
    var byte: UInt8 = 1
    _ = write(written, &byte, 1)
  }

  /// The thread is awake: it polls again after this.
  func silence() {
    withUnsafeTemporaryAllocation(byteCount: 256, alignment: 1) {
      while read(descriptor, $0.baseAddress, $0.count) == $0.count {}
    }
  }
}
