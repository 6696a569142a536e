/// Rows of cells as lines whose columns line up; numbers end at the right.
enum TextTable {
  /// The lines of a table.
  ///
  /// - Parameters:
  ///   - rows: cells; the first row is the heading.
  ///   - textColumns: how many of the first columns are texts, which begin at the left.
  /// - Returns: a line for each row, without spaces at its end.
  static func lines(_ rows: [[String]], textColumns: Int = 1) -> [String] {
    let columns = rows.map(\.count).max() ?? 0
    let widths = (0..<columns).map { column in
      rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
    }
    return rows.map { cells in
      var line = ""
      for (column, cell) in cells.enumerated() {
        let space = String(repeating: " ", count: widths[column] - cell.count)
        line += (column == 0 ? "" : "  ") + (column < textColumns ? cell + space : space + cell)
      }
      while line.last == " " { line.removeLast() }
      return line
    }
  }
}
