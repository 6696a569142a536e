/// Collects the elements of an SVG picture. Coordinates are pixels from the upper left corner.
struct SVGCanvas {
  /// Where a text's anchor is.
  enum Anchor: String { case start, middle, end }

  private let width: Double
  private let height: Double
  private var elements: [String] = []

  init(width: Double, height: Double) {
    (self.width, self.height) = (width, height)
  }

  mutating func line(
    _ from: (x: Double, y: Double), _ to: (x: Double, y: Double), stroke: String,
    width: Double = 1, dashes: String? = nil
  ) {
    let dashed = dashes.map { " stroke-dasharray=\"\($0)\"" } ?? ""
    elements.append(
      "<line x1=\"\(n(from.x))\" y1=\"\(n(from.y))\" x2=\"\(n(to.x))\" y2=\"\(n(to.y))\""
        + " stroke=\"\(stroke)\" stroke-width=\"\(n(width))\"\(dashed)/>")
  }

  mutating func path(
    _ points: [(x: Double, y: Double)], stroke: String, width: Double, dashes: String? = nil
  ) {
    guard points.count > 1 else { return }
    let dashed = dashes.map { " stroke-dasharray=\"\($0)\"" } ?? ""
    let text = points.map { "\(n($0.x)),\(n($0.y))" }.joined(separator: " ")
    elements.append(
      "<polyline points=\"\(text)\" fill=\"none\" stroke=\"\(stroke)\""
        + " stroke-width=\"\(n(width))\" stroke-linejoin=\"round\"\(dashed)/>")
  }

  mutating func rectangle(
    x: Double, y: Double, width: Double, height: Double, fill: String, stroke: String = "none"
  ) {
    elements.append(
      "<rect x=\"\(n(x))\" y=\"\(n(y))\" width=\"\(n(width))\" height=\"\(n(height))\""
        + " fill=\"\(fill)\" stroke=\"\(stroke)\"/>")
  }

  mutating func circle(_ centre: (x: Double, y: Double), radius: Double, fill: String) {
    elements.append(
      "<circle cx=\"\(n(centre.x))\" cy=\"\(n(centre.y))\" r=\"\(n(radius))\" fill=\"\(fill)\""
        + " stroke=\"#ffffff\" stroke-width=\"1.5\"/>")
  }

  mutating func text(
    _ text: String, at point: (x: Double, y: Double), anchor: Anchor = .start, size: Double = 12,
    fill: String = "#222222", bold: Bool = false, turned: Bool = false
  ) {
    let weight = bold ? " font-weight=\"600\"" : ""
    let turn = turned ? " transform=\"rotate(-90 \(n(point.x)) \(n(point.y)))\"" : ""
    elements.append(
      "<text x=\"\(n(point.x))\" y=\"\(n(point.y))\" text-anchor=\"\(anchor.rawValue)\""
        + " font-size=\"\(n(size))\" fill=\"\(fill)\"\(weight)\(turn)>\(Self.escaped(text))</text>")
  }

  /// The picture as a file's text, on white.
  func finish(title: String) -> String {
    """
    <svg xmlns="http://www.w3.org/2000/svg" width="\(n(width))" height="\(n(height))" \
    viewBox="0 0 \(n(width)) \(n(height))" font-family="Helvetica, Arial, 'DejaVu Sans', sans-serif" \
    role="img">
    <title>\(Self.escaped(title))</title>
    <rect width="100%" height="100%" fill="#ffffff"/>
    \(elements.joined(separator: "\n"))
    </svg>

    """
  }

  private func n(_ value: Double) -> String { NumberText.significant(value, digits: 5) }

  private static func escaped(_ text: String) -> String {
    text.reduce(into: "") { result, character in
      switch character {
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "&": result += "&amp;"
      default: result.append(character)
      }
    }
  }
}
