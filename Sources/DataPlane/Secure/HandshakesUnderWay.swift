import Routing

/// Handshakes under way, by the lines of the ``HandshakeQueue``, in each the oldest first: all have the same time, so the first one is the first to be
/// over. Where they are too many, the line that has most makes room.
struct HandshakesUnderWay {
  /// Stands for a line where no client has named a server: the router's own handshakes with servers, and hellos that are not whole.
  static let nameless = SecureLimits.handshakeLines

  private struct Line {
    var began: [(socket: SlabHandle, at: MonotonicTime)] = []
    var first = 0
    var count = 0
  }

  private var lines = Array(repeating: Line(), count: nameless + 1)
  /// How many are under way.
  private(set) var count = 0

  /// One has begun.
  mutating func begin(_ socket: SlabHandle, in line: Int, at time: MonotonicTime) {
    lines[line].began.append((socket, at: time))
    lines[line].count += 1
    count += 1
  }

  /// One of a line is over, or goes on in another; its place is forgotten when it becomes the oldest.
  mutating func end(in line: Int) {
    count -= 1
    lines[line].count -= 1
    if lines[line].count == 0 { forgetAll(in: line) }
  }

  /// How many of a line are under way.
  func count(in line: Int) -> Int { lines[line].count }

  /// The line that has most.
  var longestLine: Int {
    lines.indices.max { lines[$0].count < lines[$1].count } ?? Self.nameless
  }

  /// The oldest one of a line that was not forgotten; it may be over.
  func oldest(in line: Int) -> (socket: SlabHandle, at: MonotonicTime)? {
    lines[line].first < lines[line].began.count ? lines[line].began[lines[line].first] : nil
  }

  /// Forgets the oldest one of a line, which is over.
  mutating func forgetOldest(in line: Int) {
    lines[line].first += 1
    let (first, count) = (lines[line].first, lines[line].began.count)
    guard first > 1024, first * 2 > count else { return }
    lines[line].began.removeFirst(first)
    lines[line].first = 0
  }

  private mutating func forgetAll(in line: Int) {
    lines[line].began.removeAll(keepingCapacity: true)
    lines[line].first = 0
  }
}
