internal import Glibc
internal import Synchronization

/// The last lines of a terminal, drawn again in place; what is said meanwhile goes above them.
public final class LiveArea: Sendable {
  private let terminal: Terminal
  private let shown = Mutex(0)

  /// Nothing is shown yet.
  public init(_ terminal: Terminal) { self.terminal = terminal }

  /// Draws lines in the place of those that were there; only on a terminal. None may be wider than
  /// ``Terminal/columns``.
  public func show(_ lines: [String]) {
    guard terminal.isTerminal else { return }
    shown.withLock { shown in
      print(Self.erasing(shown) + lines.map { $0 + "\n" }.joined(), terminator: "")
      fflush(nil)
      shown = lines.count
    }
  }

  /// Prints a line above those that are drawn.
  public func say(_ line: String) {
    shown.withLock { shown in
      print((terminal.isTerminal ? Self.erasing(shown) : "") + line)
      fflush(nil)
      shown = 0
    }
  }

  /// Erases what is drawn.
  public func clear() { show([]) }

  /// Goes up to the first of the lines, and erases all from there on.
  private static func erasing(_ lines: Int) -> String {
    (lines == 0 ? "" : "\u{1B}[\(lines)A") + "\r\u{1B}[J"
  }
}
