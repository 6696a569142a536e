import Glibc
import Synchronization
public import Threads

/// Writes lines of the log, on a thread of its own: whoever logs never waits for whoever reads.
///
/// A reader that is slow, or doesn't read at all, costs lines: what there is no room for is dropped and counted, and told in the log as soon as that is
/// read again.
public final class LogWriter: Sendable {
  /// Lines that wait for the reader before more are dropped.
  public static let linesHeld = 4096
  /// Bytes of them likewise.
  public static let bytesHeld = 4 << 20
  /// How long the last lines may take when the program ends.
  public static let farewell = Duration.seconds(1)

  private struct Waiting {
    var lines: [[UInt8]] = []
    var byteCount = 0
    /// Lines that were dropped and not told of yet.
    var dropped = 0
    var isClosing = false
  }

  private let descriptor: Int32
  private let counts: TelemetryCounts
  private let notice: @Sendable (_ dropped: Int) -> [UInt8]
  private let waiting = Mutex(Waiting())
  private let wake = Semaphore()
  private let hasStarted = Atomic<Bool>(false)
  private let hasEnded = Atomic<Bool>(false)

  /// A writer that keeps its lines until it is started.
  ///
  /// - Parameters:
  ///   - descriptor: where lines go; it stays open.
  ///   - counts: what becomes of lines is counted here.
  ///   - notice: the line that tells how many were dropped, with its end.
  public init(
    descriptor: Int32, counts: TelemetryCounts,
    notice: @escaping @Sendable (_ dropped: Int) -> [UInt8]
  ) {
    self.descriptor = descriptor
    self.counts = counts
    self.notice = notice
  }

  /// Starts the thread. Once only.
  ///
  /// - Throws: ``ThreadError`` when the system has no thread left.
  public func start() throws(ThreadError) {
    try JoinableThread { [self] in
      run()
      hasEnded.store(true, ordering: .releasing)
    }.detach()
    // Where there is no thread, ``close()`` writes what was left.
    hasStarted.store(true, ordering: .relaxed)
  }

  /// Leaves a line, which has its end, or drops it. Never waits for the reader. Any thread may.
  public func put(_ line: [UInt8]) {
    let isKept = waiting.withLock { waiting in
      guard waiting.lines.count < Self.linesHeld,
        waiting.byteCount + line.count <= Self.bytesHeld
      else {
        waiting.dropped += 1
        return false
      }
      waiting.lines.append(line)
      waiting.byteCount += line.count
      return true
    }
    if isKept { wake.signal() } else { counts.add(.logLinesLost) }
  }

  /// Writes what is left, for ``farewell`` at most; if it was never started, here and however long that takes. Once only; what is put afterwards is lost.
  public func close() {
    waiting.withLock { $0.isClosing = true }
    wake.signal()
    guard hasStarted.load(ordering: .relaxed) else { return run() }
    let limit = ContinuousClock.now.advanced(by: Self.farewell)
    while !hasEnded.load(ordering: .acquiring), ContinuousClock.now < limit { usleep(1000) }
  }

  private func run() {
    while true {
      wake.wait()
      let (lines, dropped, isClosing) = waiting.withLock { waiting in
        defer { (waiting.lines, waiting.byteCount, waiting.dropped) = ([], 0, 0) }
        return (waiting.lines, waiting.dropped, waiting.isClosing)
      }
      for line in lines {
        counts.add(write(line) ? .logLinesWritten : .logLinesLost)
      }
      // They came behind what was held.
      if dropped > 0 { _ = write(notice(dropped)) }
      if isClosing { return }
    }
  }

  /// Writes a whole line, however long the reader takes; false when nobody can read it any more.
  private func write(_ line: [UInt8]) -> Bool {
    var written = 0
    while written < line.count {
      let count = line.withUnsafeBytes {
        Glibc.write(descriptor, $0.baseAddress! + written, line.count - written)
      }
      if count >= 0 {
        written += count
      } else if errno == EAGAIN {
        var room = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        poll(&room, 1, -1)
      } else if errno != EINTR {
        return false
      }
    }
    return true
  }
}
