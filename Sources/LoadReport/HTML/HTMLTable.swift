internal import Drawing

/// A table of a page.
struct HTMLTable {
  /// A cell's text, and what it means.
  struct Cell: ExpressibleByStringInterpolation {
    /// What a cell means.
    enum Meaning: String {
      case good, bad, faint
    }

    var text: String
    var meaning: Meaning?

    init(_ text: String, _ meaning: Meaning? = nil) {
      self.text = text
      self.meaning = meaning
    }

    init(stringLiteral value: String) { self.init(value) }
  }

  /// Titles of the columns.
  var head: [String]
  /// How many of the first columns are texts; the others are numbers, and end at the right.
  var textColumns = 1
  var rows: [[Cell]]

  /// The table as an element.
  var html: String {
    let titles = head.enumerated().map { column, title in
      "<th\(column < textColumns ? "" : " class=\"n\"")>\(MarkupText.escaped(title))</th>"
    }
    let lines = rows.map { row in
      let cells = row.enumerated().map { column, cell in
        let classes = [column < textColumns ? nil : "n", cell.meaning?.rawValue].compactMap(\.self)
        let attribute = classes.isEmpty ? "" : " class=\"\(classes.joined(separator: " "))\""
        return "<td\(attribute)>\(MarkupText.escaped(cell.text))</td>"
      }
      return "<tr>\(cells.joined())</tr>"
    }
    return """
      <div class="table"><table>
      <thead><tr>\(titles.joined())</tr></thead>
      <tbody>
      \(lines.joined(separator: "\n"))
      </tbody></table></div>
      """
  }
}
