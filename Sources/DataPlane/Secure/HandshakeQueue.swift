import Routing

/// Hellos of clients that wait for their answer, which takes processor time: whoever asks for one name often waits behind itself, not before others.
///
/// A fixed number of lines, each first come first served; the lines take turns. A hello's line follows from its server name.
///
/// A line is crowded while many of it were answered and have not ended their handshakes. All crowded lines together get a share of the thread's time,
/// whatever an answer costs with the certificate in use: after each they rest. What is done for clients that never go on is so not done while others wait.
struct HandshakeQueue {
  private struct Line {
    var waiting: [SlabHandle] = []
    /// Answered, and neither at an end nor cut.
    var unfinished = 0
  }

  private var lines: [Line]
  private var nextLine = 0
  /// Until when crowded lines rest.
  private var crowdsRestUntil = MonotonicTime.origin
  /// How many wait.
  private(set) var count = 0

  init(lines: Int = SecureLimits.handshakeLines) {
    self.lines = Array(repeating: Line(), count: lines)
  }

  /// Puts a hello at the end of a line.
  mutating func append(_ socket: SlabHandle, line: Int) {
    lines[line].waiting.append(socket)
    count += 1
  }

  /// Takes the first one of the line whose turn it is; nil where none waits but in lines that rest.
  mutating func next(at now: MonotonicTime) -> SlabHandle? {
    guard count > 0 else { return nil }
    for _ in lines.indices {
      let line = nextLine
      nextLine = line + 1 == lines.count ? 0 : line + 1
      guard mayBeAnswered(line, at: now) else { continue }
      count -= 1
      return lines[line].waiting.removeFirst()
    }
    return nil
  }

  /// When the next one may be answered; nil where none waits.
  func due(at now: MonotonicTime) -> MonotonicTime? {
    guard count > 0 else { return nil }
    return lines.indices.contains { mayBeAnswered($0, at: now) } ? now : crowdsRestUntil
  }

  private func mayBeAnswered(_ line: Int, at now: MonotonicTime) -> Bool {
    !lines[line].waiting.isEmpty && (now >= crowdsRestUntil || !isCrowded(line))
  }

  private func isCrowded(_ line: Int) -> Bool {
    lines[line].unfinished > SecureLimits.unfinishedALine
  }

  // MARK: What became of those that were taken

  /// One of a line is answered now.
  mutating func answerBegins(_ line: Int) { lines[line].unfinished += 1 }

  /// It has been, at such times.
  mutating func answered(_ line: Int, from start: MonotonicTime, to end: MonotonicTime) {
    guard isCrowded(line) else { return }
    // A thread that was stopped meanwhile has done nothing in that time.
    let took = min(end.nanoseconds(since: start), SecureLimits.longestAnswer)
    crowdsRestUntil = end.advanced(byNanoseconds: took * SecureLimits.crowdsRest)
  }

  /// The handshake of one that was answered is over, one way or another.
  mutating func handshakeEnded(_ line: Int) { lines[line].unfinished -= 1 }

  /// FNV-1a: names are short, and who makes some collide shares a line with himself.
  func line(of name: [UInt8]) -> Int {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in name { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    return Int((hash ^ hash >> 32) % UInt64(lines.count))
  }
}
