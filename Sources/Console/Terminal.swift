internal import Glibc

/// Text for people: plain in a file or a pipe, with colours on a terminal.
public struct Terminal: Sendable {
  /// What a piece of text means.
  public enum Style: String, Sendable {
    /// As it should be: green.
    case good = "32"
    /// Wrong, or missed: red.
    case bad = "31"
    /// Neither good nor wrong yet: yellow.
    case warning = "33"
    /// A title: bold.
    case heading = "1"
    /// Of less weight than the rest.
    case faint = "2"
    /// Chosen: light and dark swapped.
    case chosen = "7"
  }

  /// Whether a person looks at it, and not a file or a pipe.
  public let isTerminal: Bool
  private let hasColours: Bool

  /// Standard output; `NO_COLOR` turns colours off.
  public static let standard = {
    let isTerminal = isatty(STDOUT_FILENO) == 1
    return Terminal(isTerminal: isTerminal, hasColours: isTerminal && getenv("NO_COLOR") == nil)
  }()

  /// How many characters a line has: as the terminal says, or 80.
  public var columns: Int {
    var size = winsize()
    guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }

  /// How many lines it has: as it says, or 24.
  public var lines: Int {
    var size = winsize()
    guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_row > 0 else { return 24 }
    return Int(size.ws_row)
  }

  /// `text` in a style.
  public func styled(_ text: String, _ style: Style) -> String {
    hasColours ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : text
  }

  /// Prints a line at once, also when standard output is a pipe.
  public func line(_ text: String = "") {
    print(isTerminal ? Self.eraseLine + text : text)
    fflush(nil)
  }

  /// Shows what goes on now, until the next `status` or `line` takes its place; only on a terminal.
  public func status(_ text: String) {
    guard isTerminal else { return }
    print(Self.eraseLine + styled(text, .faint), terminator: "")
    fflush(nil)
  }

  private static let eraseLine = "\r\u{1B}[K"

  /// Prints rows as columns that line up; the first row is the heading.
  ///
  /// - Parameters:
  ///   - rows: the cells.
  ///   - style: the style of a cell, by row and column, heading not counted.
  public func table(_ rows: [[String]], style: (_ row: Int, _ column: Int) -> Style?) {
    let columns = rows.map(\.count).max() ?? 0
    let widths = (0..<columns).map { column in
      rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
    }
    for (row, cells) in rows.enumerated() {
      let text = cells.enumerated().map { column, cell in
        let isLast = column == cells.count - 1
        let padded =
          isLast ? cell : cell + String(repeating: " ", count: widths[column] - cell.count)
        guard let style = row == 0 ? .heading : style(row - 1, column) else { return padded }
        return styled(padded, style)
      }
      line("  " + text.joined(separator: "  "))
    }
  }
}
