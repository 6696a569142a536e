internal import Dispatch
internal import Glibc

/// The whole terminal, for a program that draws all of it again and again and listens to single keys.
///
/// It uses the terminal's other screen, so that what was there before is there again when it is
/// closed. Ctrl-C still is a signal.
public final class Screen: Sendable {
  /// What can happen at a terminal.
  public enum Event: Sendable, Equatable {
    /// A key was pressed.
    case key(Key)
    /// It has another size now.
    case resized
  }

  /// What happens, until the screen is closed.
  public let events: AsyncStream<Event>

  private let terminal: Terminal
  private let before: termios
  private let sources: Sources
  private let continuation: AsyncStream<Event>.Continuation

  /// Takes the terminal over; nil where standard input or output is none.
  public init?(_ terminal: Terminal = .standard) {
    var before = termios()
    guard terminal.isTerminal, isatty(STDIN_FILENO) == 1, tcgetattr(STDIN_FILENO, &before) == 0
    else { return nil }
    self.terminal = terminal
    self.before = before
    var raw = before
    raw.c_lflag &= ~tcflag_t(ICANON | ECHO)
    tcsetattr(STDIN_FILENO, TCSANOW, &raw)
    (events, continuation) = AsyncStream.makeStream(of: Event.self)
    let queue = DispatchQueue(label: "screen")
    sources = Sources(
      reading: DispatchSource.makeReadSource(fileDescriptor: STDIN_FILENO, queue: queue),
      resizing: DispatchSource.makeSignalSource(signal: SIGWINCH, queue: queue))
    signal(SIGWINCH, SIG_IGN)
    sources.reading.setEventHandler(handler: Self.reader(continuation))
    sources.resizing.setEventHandler { [continuation] in continuation.yield(.resized) }
    sources.reading.resume()
    sources.resizing.resume()
    Self.write("\u{1B}[?1049h\u{1B}[?25l")
  }

  /// Columns and lines.
  public var size: (columns: Int, lines: Int) { (terminal.columns, terminal.lines) }

  /// Draws lines from the top; what was there is gone.
  public func draw(_ lines: [StyledLine]) {
    let (columns, height) = size
    let text = lines.prefix(height).map { terminal.text(of: $0.clipped(to: columns)) + "\u{1B}[K" }
    // One write: nobody sees half of a frame.
    Self.write("\u{1B}[H" + text.joined(separator: "\r\n") + "\u{1B}[J")
  }

  /// Gives the terminal back as it was.
  public func close() {
    sources.reading.cancel()
    sources.resizing.cancel()
    continuation.finish()
    Self.write("\u{1B}[?25h\u{1B}[?1049l")
    var before = before
    tcsetattr(STDIN_FILENO, TCSANOW, &before)
  }

  /// Reads what there is. The screen's queue calls it, one call after the other.
  private static func reader(
    _ continuation: AsyncStream<Event>.Continuation
  ) -> @Sendable () -> Void {
    let keys = KeyBox()
    return {
      var bytes = [UInt8](repeating: 0, count: 256)
      let count = read(STDIN_FILENO, &bytes, bytes.count)
      // The terminal is gone.
      guard count > 0 else { return continuation.finish() }
      var pressed = keys.reader.read(Array(bytes.prefix(count)))
      // Terminals send a key's bytes together: an escape alone is the key.
      pressed += keys.reader.read([])
      for key in pressed { continuation.yield(.key(key)) }
    }
  }

  private static func write(_ text: String) {
    print(text, terminator: "")
    fflush(nil)
  }
}

/// What wakes the screen's queue. Invariant that makes it safe to share: dispatch sources may be used
/// from any thread, which their protocols don't say.
private struct Sources: @unchecked Sendable {
  let reading: any DispatchSourceRead
  let resizing: any DispatchSourceSignal
}

/// The state of the reader of keys. Invariant that makes it safe to share: only the handler of one
/// dispatch source touches it, and calls of that never overlap.
private final class KeyBox: @unchecked Sendable {
  var reader = KeyReader()
}
