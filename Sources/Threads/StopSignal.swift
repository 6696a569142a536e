internal import Glibc

/// Tells a thread that sleeps most of the time to end: it sleeps on this, by the monotonic clock.
public final class StopSignal: Sendable {
  /// Two ends of a pipe: what is written into it stays there, so every wait sees it.
  private let read: Int32
  private let written: Int32

  /// Nothing was signalled yet.
  ///
  /// - Precondition: the process may open two more files.
  public init() {
    var ends: [Int32] = [-1, -1]
    let made = pipe(&ends)
    precondition(made == 0, "no pipe could be made: \(errno)")
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    (read, written) = (ends[0], ends[1])
  }

  deinit {
    close(read)
    close(written)
  }

  /// Ends all waits, now and later. Any thread may.
  public func signal() {
    var byte: UInt8 = 1
    _ = Glibc.write(written, &byte, 1)
  }

  /// Sleeps so many milliseconds at most; whether it was signalled.
  public func wait(upToMilliseconds limit: Int32) -> Bool {
    var end = pollfd(fd: read, events: Int16(POLLIN), revents: 0)
    return poll(&end, 1, limit) > 0
  }

  /// Sleeps until a descriptor can be read from; false when it was signalled, or so many milliseconds have passed.
  public func wait(orReadable descriptor: Int32, milliseconds limit: Int32 = -1) -> Bool {
    var ends = [
      pollfd(fd: read, events: Int16(POLLIN), revents: 0),
      pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
    ]
    while poll(&ends, 2, limit) < 0 {}
    return ends[0].revents == 0 && ends[1].revents != 0
  }
}
