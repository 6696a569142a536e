internal import Drawing

/// A self-contained page: no other file, no script, no address is needed to read it.
struct HTMLPage {
  let title: String
  private var parts: [String] = []

  init(title: String) { self.title = title }

  /// The page's text.
  var html: String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>\(MarkupText.escaped(title))</title>
    <style>
    \(PageStyle.sheet)
    </style>
    </head>
    <body>
    <main>
    \(parts.joined(separator: "\n"))
    </main>
    </body>
    </html>

    """
  }

  mutating func head(kind: String, _ text: String, about: String) {
    parts.append(
      "<header><p class=\"kind\">\(MarkupText.escaped(kind))</p>"
        + "<h1>\(MarkupText.escaped(text))</h1>"
        + (about.isEmpty ? "" : "<p class=\"about\">\(MarkupText.escaped(about))</p>") + "</header>"
    )
  }

  mutating func section(_ text: String) {
    parts.append("<h2>\(MarkupText.escaped(text))</h2>")
  }

  mutating func paragraph(_ text: String, style: String = "note") {
    parts.append("<p class=\"\(style)\">\(MarkupText.escaped(text))</p>")
  }

  mutating func list(_ texts: [String], style: String) {
    let items = texts.map { "<li>\(MarkupText.escaped($0))</li>" }
    parts.append("<ul class=\"\(style)\">\(items.joined(separator: "\n"))</ul>")
  }

  mutating func table(_ table: HTMLTable) { parts.append(table.html) }

  /// Names with their values, side by side where there is room.
  mutating func facts(_ facts: [(name: String, value: String)]) {
    let items = facts.map {
      "<div><dt>\(MarkupText.escaped($0.name))</dt><dd>\(MarkupText.escaped($0.value))</dd></div>"
    }
    parts.append("<dl>\(items.joined(separator: "\n"))</dl>")
  }

  /// Whether all that was asked for was reached, in one line.
  mutating func judgement(_ text: String, isGood: Bool) {
    parts.append(
      "<p class=\"judgement \(isGood ? "good" : "bad")\">"
        + "\(isGood ? "✓" : "✗") \(MarkupText.escaped(text))</p>")
  }

  /// Pictures with their captions; two stand side by side where there is room.
  mutating func figures(_ figures: [Figure]) {
    guard !figures.isEmpty else { return }
    parts.append("<div class=\"figures\">\(figures.map(\.html).joined(separator: "\n"))</div>")
  }
}

/// A picture with its caption.
struct Figure {
  var title: String
  var caption: String
  var canvas: SVGCanvas

  fileprivate var html: String {
    """
    <figure\(canvas.width > FigureSize.half ? " class=\"wide\"" : "")>
    \(canvas.inline(title: title))
    <figcaption><b>\(MarkupText.escaped(title)).</b> \(MarkupText.escaped(caption))</figcaption>
    </figure>
    """
  }
}

/// Widths of pictures, in their own pixels.
enum FigureSize {
  /// As wide as the page.
  static let full = 940.0
  /// One of two side by side.
  static let half = 460.0
}
