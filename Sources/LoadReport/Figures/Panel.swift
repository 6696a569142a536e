internal import Drawing

/// A rectangle with an axis along its bottom and one along its left side.
struct Panel {
  /// A value with its text.
  typealias Tick = (value: Double, text: String)

  let left: Double
  let right: Double
  let top: Double
  let bottom: Double
  let x: Axis
  let y: Axis

  /// A rectangle whose axes have these values.
  init(
    left: Double, right: Double, top: Double, bottom: Double,
    x: (Axis.Scale, ClosedRange<Double>), y: (Axis.Scale, ClosedRange<Double>)
  ) {
    self.left = left
    self.right = right
    self.top = top
    self.bottom = bottom
    self.x = Axis(x.0, x.1, from: left, to: right)
    self.y = Axis(y.0, y.1, from: bottom, to: top)
  }

  /// Where a pair of values is.
  func place(_ x: Double, _ y: Double) -> SVGCanvas.Point { (self.x.place(x), self.y.place(y)) }

  /// Draws lines across at the ticks of y, with their texts, and the title above.
  func drawRows(_ ticks: [Tick], title: String, on canvas: inout SVGCanvas) {
    for tick in ticks {
      let place = y.place(tick.value)
      canvas.line((left, place), (right, place), .style("grid"))
      canvas.text(tick.text, at: (left - 8, place + 4), .style("label"), anchor: .end, size: 11.5)
    }
    canvas.text(title, at: (left, top - 9), .style("text"), size: 12.5, bold: true)
  }

  /// Draws lines upwards at the ticks of x, with their texts unless other panels have them.
  func drawColumns(
    _ ticks: [Tick], title: String? = nil, hasTexts: Bool = true, on canvas: inout SVGCanvas
  ) {
    var free = -Double.infinity
    for tick in ticks {
      let place = x.place(tick.value)
      canvas.line((place, top), (place, bottom), .style("grid"))
      let width = TextWidth.of(tick.text, size: 11.5)
      guard hasTexts, place - width / 2 > free + 6 else { continue }
      free = place + width / 2
      canvas.text(
        tick.text, at: (place, bottom + 16), .style("label"), anchor: .middle, size: 11.5)
    }
    if let title {
      canvas.text(title, at: (right, bottom + 33), .style("label"), anchor: .end, size: 11.5)
    }
  }

  /// Draws the line that everything stands on.
  func drawBase(on canvas: inout SVGCanvas) {
    canvas.line((left, bottom), (right, bottom), .style("rim"))
  }
}

/// What the lines and areas of a panel mean, from right to left above it.
struct Legend {
  /// How a thing is drawn.
  enum Mark {
    case line(width: Double, dashes: String?)
    case box
    case dot
  }

  var entries: [(text: String, style: String, mark: Mark)]

  /// Draws the entries in one row that ends at the right side of a panel.
  func draw(above panel: Panel, on canvas: inout SVGCanvas) {
    var right = panel.right
    let middle = panel.top - 13
    for entry in entries.reversed() {
      let width = TextWidth.of(entry.text, size: 11.5)
      canvas.text(entry.text, at: (right, middle + 4), .style("label"), anchor: .end, size: 11.5)
      let end = right - width - 5
      switch entry.mark {
      case .line(let thickness, let dashes):
        canvas.line(
          (end - 20, middle), (end, middle), .style(entry.style), width: thickness, dashes: dashes)
      case .box:
        canvas.rectangle(
          x: end - 11, y: middle - 5, width: 11, height: 10, .style(entry.style))
      case .dot: canvas.circle((end - 6, middle), radius: 4, .style(entry.style))
      }
      right = end - 20 - 14
    }
  }
}

/// How wide texts are, about: the writer of a picture doesn't know the reader's letters.
enum TextWidth {
  static func of(_ text: String, size: Double) -> Double { Double(text.count) * size * 0.62 }
}
