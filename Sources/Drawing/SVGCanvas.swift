/// Collects the elements of an SVG picture. Coordinates are pixels from the upper left corner.
public struct SVGCanvas {
  /// A place on the picture.
  public typealias Point = (x: Double, y: Double)

  /// Where a text's anchor is.
  public enum Anchor: String, Sendable {
    /// The text begins at its place.
    case start
    /// The text's middle is at its place.
    case middle
    /// The text ends at its place.
    case end
  }

  /// What something is drawn with.
  public enum Ink: Sendable {
    /// A colour, for pictures that stand alone: `#0b57a4`.
    case colour(String)
    /// Classes of the page's style sheet, which sees lines, fills and texts under these names.
    case style(String)
  }

  /// Pixels from left to right.
  public let width: Double
  /// Pixels from top to bottom.
  public let height: Double
  private var elements: [String] = []

  /// An empty picture.
  public init(width: Double, height: Double) {
    (self.width, self.height) = (width, height)
  }

  /// Draws a straight line.
  public mutating func line(
    _ from: Point, _ to: Point, _ ink: Ink, width: Double? = nil, dashes: String? = nil
  ) {
    elements.append(
      "<line x1=\"\(n(from.x))\" y1=\"\(n(from.y))\" x2=\"\(n(to.x))\" y2=\"\(n(to.y))\""
        + stroke(ink, width, dashes) + "/>")
  }

  /// Draws a line through points; fewer than two draw nothing.
  public mutating func path(
    _ points: [Point], _ ink: Ink, width: Double? = nil, dashes: String? = nil
  ) {
    guard points.count > 1 else { return }
    elements.append(
      "<polyline points=\"\(list(points))\" fill=\"none\" stroke-linejoin=\"round\""
        + stroke(ink, width, dashes) + "/>")
  }

  /// Fills what lies between points; fewer than three fill nothing.
  public mutating func area(_ points: [Point], _ ink: Ink) {
    guard points.count > 2 else { return }
    elements.append("<polygon points=\"\(list(points))\"\(fill(ink))/>")
  }

  /// Draws a rectangle; a title is shown by whoever points at it.
  public mutating func rectangle(
    x: Double, y: Double, width: Double, height: Double, _ ink: Ink, title: String? = nil
  ) {
    let shape =
      "<rect x=\"\(n(x))\" y=\"\(n(y))\" width=\"\(n(width))\" height=\"\(n(height))\"\(fill(ink))"
    elements.append(
      title.map { "\(shape)><title>\(MarkupText.escaped($0))</title></rect>" } ?? "\(shape)/>")
  }

  /// Draws a frame without a filling.
  public mutating func frame(x: Double, y: Double, width: Double, height: Double, _ ink: Ink) {
    elements.append(
      "<rect x=\"\(n(x))\" y=\"\(n(y))\" width=\"\(n(width))\" height=\"\(n(height))\""
        + " fill=\"none\"\(stroke(ink, nil, nil))/>")
  }

  /// Draws a filled circle, with a rim of the ground around it.
  public mutating func circle(_ centre: Point, radius: Double, _ ink: Ink, title: String? = nil) {
    let rim =
      switch ink {
      case .colour: " stroke=\"#ffffff\" stroke-width=\"1.5\""
      case .style: ""
      }
    let shape =
      "<circle cx=\"\(n(centre.x))\" cy=\"\(n(centre.y))\" r=\"\(n(radius))\"\(fill(ink))\(rim)"
    elements.append(
      title.map { "\(shape)><title>\(MarkupText.escaped($0))</title></circle>" } ?? "\(shape)/>")
  }

  /// Draws many round dots as one element.
  public mutating func dots(_ centres: [Point], diameter: Double, _ ink: Ink) {
    guard !centres.isEmpty else { return }
    let moves = centres.map { "M\(n($0.x)) \(n($0.y))h0" }.joined()
    elements.append(
      "<path d=\"\(moves)\" fill=\"none\" stroke-linecap=\"round\"\(stroke(ink, diameter, nil))/>")
  }

  /// Writes a text.
  public mutating func text(
    _ text: String, at point: Point, _ ink: Ink, anchor: Anchor = .start, size: Double = 12,
    bold: Bool = false, turned: Bool = false
  ) {
    let weight = bold ? " font-weight=\"600\"" : ""
    let turn = turned ? " transform=\"rotate(-90 \(n(point.x)) \(n(point.y)))\"" : ""
    elements.append(
      "<text x=\"\(n(point.x))\" y=\"\(n(point.y))\" text-anchor=\"\(anchor.rawValue)\""
        + " font-size=\"\(n(size))\"\(fill(ink))\(weight)\(turn)>\(MarkupText.escaped(text))</text>"
    )
  }

  /// The picture as an element of a page, as wide as its place there.
  public func inline(title: String) -> String {
    """
    <svg viewBox="0 0 \(n(width)) \(n(height))" role="img" \
    aria-label="\(MarkupText.escaped(title))">
    \(elements.joined(separator: "\n"))
    </svg>
    """
  }

  /// The picture as a file's text, on white.
  public func file(title: String) -> String {
    """
    <svg xmlns="http://www.w3.org/2000/svg" width="\(n(width))" height="\(n(height))" \
    viewBox="0 0 \(n(width)) \(n(height))" \
    font-family="Helvetica, Arial, 'DejaVu Sans', sans-serif" role="img">
    <title>\(MarkupText.escaped(title))</title>
    <rect width="100%" height="100%" fill="#ffffff"/>
    \(elements.joined(separator: "\n"))
    </svg>

    """
  }

  private func list(_ points: [Point]) -> String {
    points.map { "\(n($0.x)),\(n($0.y))" }.joined(separator: " ")
  }

  private func stroke(_ ink: Ink, _ width: Double?, _ dashes: String?) -> String {
    let dashed = dashes.map { " stroke-dasharray=\"\($0)\"" } ?? ""
    let thick = width.map { " stroke-width=\"\(n($0))\"" } ?? ""
    return switch ink {
    case .colour(let colour): " stroke=\"\(colour)\"\(thick)\(dashed)"
    case .style(let style): " class=\"line \(style)\"\(thick)\(dashed)"
    }
  }

  private func fill(_ ink: Ink) -> String {
    switch ink {
    case .colour(let colour): " fill=\"\(colour)\""
    case .style(let style): " class=\"fill \(style)\""
    }
  }

  /// A hundredth of a pixel is enough.
  private func n(_ value: Double) -> String {
    guard value.isFinite else { return "0" }
    let rounded = (value * 100).rounded() / 100
    return rounded == rounded.rounded() ? "\(Int(rounded))" : "\(rounded)"
  }
}
