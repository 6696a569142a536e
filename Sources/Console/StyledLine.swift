/// A line of text in pieces that each mean something: what is drawn, apart from how a terminal draws it.
public struct StyledLine: Sendable, Equatable {
  /// A piece of a line.
  public struct Piece: Sendable, Equatable {
    /// What is read.
    public var text: String
    /// What it means; nil for plain text.
    public var style: Terminal.Style?
  }

  /// From left to right.
  public private(set) var pieces: [Piece] = []

  /// A line of one piece. Control characters, which could do anything to a terminal, become `·`.
  public init(_ text: String = "", _ style: Terminal.Style? = nil) { add(text, style) }

  /// Adds a piece at the end.
  public mutating func add(_ text: String, _ style: Terminal.Style? = nil) {
    guard !text.isEmpty else { return }
    pieces.append(Piece(text: Self.harmless(text), style: style))
  }

  /// Adds all pieces of another line at the end.
  public mutating func add(_ other: StyledLine) { pieces += other.pieces }

  /// Characters of the whole line.
  public var count: Int { pieces.reduce(0) { $0 + $1.text.count } }

  /// The whole line without styles.
  public var text: String { pieces.map(\.text).joined() }

  /// The line in a width: what is over it is cut off, and the last character says so.
  public func clipped(to width: Int) -> StyledLine {
    guard count > width else { return self }
    var clipped = StyledLine()
    var left = max(0, width - 1)
    for piece in pieces where left > 0 {
      let text = String(piece.text.prefix(left))
      left -= text.count
      clipped.pieces.append(Piece(text: text, style: piece.style))
    }
    if width > 0 { clipped.add("…", clipped.pieces.last?.style) }
    return clipped
  }

  /// The line with spaces behind it, or before it, up to a width.
  public func padded(to width: Int, right: Bool = false) -> StyledLine {
    let space = String(repeating: " ", count: max(0, width - count))
    var line = StyledLine(right ? space : "")
    line.add(self)
    if !right { line.add(space) }
    return line
  }

  private static func harmless(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: isHarmful) else { return text }
    return String(
      String.UnicodeScalarView(text.unicodeScalars.map { isHarmful($0) ? "·" : $0 }))
  }

  /// Controls, and what turns the direction of writing around.
  private static func isHarmful(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator: true
    default: false
    }
  }
}

extension Terminal {
  /// A line as this terminal draws it.
  public func text(of line: StyledLine) -> String {
    line.pieces.map { piece in piece.style.map { styled(piece.text, $0) } ?? piece.text }.joined()
  }
}
