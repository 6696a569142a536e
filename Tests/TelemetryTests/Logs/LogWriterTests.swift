import Glibc
import Telemetry
import Testing

/// The thread that writes the log.
@Suite(.timeLimit(.minutes(5))) struct LogWriterTests {
  /// A pipe in the place of standard error.
  private struct Pipe: ~Copyable {
    let reading: Int32
    let writing: Int32

    init() {
      signal(SIGPIPE, SIG_IGN)
      var ends: [Int32] = [-1, -1]
      #expect(pipe(&ends) == 0)
      (reading, writing) = (ends[0], ends[1])
    }

    // A writer's thread may still be at the other end, whose number nobody else may get.
    deinit { close(reading) }

    /// What is there, up to a line that has this text.
    func lines(until last: String) -> [String] {
      var text: [UInt8] = []
      while !String(decoding: text.suffix(200), as: UTF8.self).contains(last) {
        let more = bytes()
        if more.isEmpty { break }
        text += more
      }
      return String(decoding: text, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    /// Whole lines, as the writer has them in a pipe: each is written at once.
    func lines() -> [String] {
      String(decoding: bytes(), as: UTF8.self).split(separator: "\n").map(String.init)
    }

    /// What has come; nothing after a minute in vain.
    private func bytes() -> ArraySlice<UInt8> {
      var ready = pollfd(fd: reading, events: Int16(POLLIN), revents: 0)
      guard poll(&ready, 1, 60_000) > 0 else { return [] }
      var room = [UInt8](repeating: 0, count: 65_536)
      let count = read(reading, &room, room.count)
      return room.prefix(max(count, 0))
    }
  }

  private static func line(_ text: String) -> [UInt8] { Array("\(text)\n".utf8) }

  @Test("writes lines in their order")
  func order() throws {
    let pipe = Pipe()
    let counts = TelemetryCounts()
    let writer = LogWriter(descriptor: pipe.writing, counts: counts) { Self.line("lost \($0)") }
    try writer.start()
    for number in 0..<100 { writer.put(Self.line("line \(number)")) }
    #expect(pipe.lines(until: "line 99\n") == (0..<100).map { "line \($0)" })
    // They are counted after they were written.
    let end = ContinuousClock.now + .seconds(60)
    while counts.value(.logLinesWritten) < 100, ContinuousClock.now < end { usleep(1_000) }
    writer.close()
    #expect(counts.value(.logLinesWritten) == 100 && counts.value(.logLinesLost) == 0)
  }

  @Test(
    "never waits for a reader: what there is no room for is counted, and told when it reads again")
  func blocked() throws {
    let pipe = Pipe()
    let counts = TelemetryCounts()
    let writer = LogWriter(descriptor: pipe.writing, counts: counts) { Self.line("lost \($0)") }
    try writer.start()
    let long = String(repeating: "x", count: 100)
    // One batch waits, and one may be on its way into the pipe, which holds 64 KiB.
    let count = 3 * LogWriter.linesHeld
    for _ in 0..<count { writer.put(Self.line(long)) }
    #expect(counts.value(.logLinesLost) > 0)
    // A batch that was begun while lines were dropped already tells of them itself.
    var (written, told) = (0, 0)
    while written + told < count {
      let lines = pipe.lines()
      try #require(!lines.isEmpty, "\(written) lines came, and \(told) were told to be lost")
      written += lines.count { $0 == long }
      told += lines.filter { $0.hasPrefix("lost ") }.compactMap { Int($0.dropFirst(5)) }.reduce(
        0, +)
    }
    #expect(written + told == count && told == Int(counts.value(.logLinesLost)))
    writer.close()
  }

  @Test("holds lines of a bounded size together")
  func bytes() throws {
    let pipe = Pipe()
    let counts = TelemetryCounts()
    let writer = LogWriter(descriptor: pipe.writing, counts: counts) { Self.line("lost \($0)") }
    try writer.start()
    let long = [UInt8](repeating: 1, count: LogWriter.bytesHeld / 2)
    for _ in 0..<8 { writer.put(long) }
    // Two are held at most, and two more may be on their way.
    #expect(counts.value(.logLinesLost) >= 4)
  }

  @Test("ends in a moment while nobody reads")
  func farewell() throws {
    let pipe = Pipe()
    let writer = LogWriter(descriptor: pipe.writing, counts: TelemetryCounts()) { _ in [] }
    try writer.start()
    writer.put([UInt8](repeating: 1, count: 1 << 20))
    let began = ContinuousClock.now
    writer.close()
    #expect(ContinuousClock.now - began < .seconds(60))
  }

  @Test("what nobody can read any more is lost, and counted")
  func broken() throws {
    signal(SIGPIPE, SIG_IGN)
    var ends: [Int32] = [-1, -1]
    // No child of another test keeps a copy of its other end.
    let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
    try #require(socketpair(AF_UNIX, type, 0, &ends) == 0)
    close(ends[0])
    let counts = TelemetryCounts()
    let writer = LogWriter(descriptor: ends[1], counts: counts) { _ in [] }
    try writer.start()
    writer.put(Self.line("a line"))
    let end = ContinuousClock.now + .seconds(60)
    while counts.value(.logLinesLost) == 0, ContinuousClock.now < end { usleep(1_000) }
    #expect(counts.value(.logLinesLost) == 1)
    writer.close()
    close(ends[1])
  }
}
