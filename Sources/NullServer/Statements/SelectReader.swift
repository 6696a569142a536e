import Wire

/// Tells what a query answers: one row, whatever it asks for.
///
/// Understood are `repeat`, lists of literals, and the functions by which poolers and routers look at a server. All else is a number.
enum SelectReader {
  /// What a column of a table is taken to hold.
  static let columnValue: Int64 = 1

  static func read(_ text: RawSpan, at start: Int) -> StatementAnswer {
    var words = SQLWords(text, at: start)
    guard words.take("select") else { return .number(columnValue) }
    switch words.peek() {
    case .literal?, .sign(UInt8(ascii: "-"))?:
      if let answer = literals(words) { return answer }
    case .word(let range)?:
      if startsLiteral(words, range), let answer = literals(words) { return answer }
    default: break
    }
    guard contains(text, "(", from: start) else { return numbers(words) }
    return FunctionReader.read(words, from: start)
  }

  /// A number for each column that stands between `SELECT` and `FROM`.
  static func numbers(_ select: borrowing SQLWords) -> StatementAnswer {
    var words = SQLWords(select.text, at: select.offset)
    var columns = 1
    var depth = 0
    reading: while !words.isAtStatementEnd, let token = words.next() {
      switch token {
      case .sign(UInt8(ascii: "(")): depth += 1
      case .sign(UInt8(ascii: ")")): depth -= 1
      case .sign(UInt8(ascii: ",")) where depth == 0: columns += 1
      case .word(let range) where depth == 0 && words.isEqual(range, "from"): break reading
      default: break
      }
    }
    if columns == 1 { return .number(columnValue) }
    return .row(numberRows[min(columns, numberRows.count - 1)])
  }

  /// Rows of 0, 1, 2 and more numbers.
  private static let numberRows: [AnswerRow] = (0...64).map { count in
    AnswerRow(
      Array(repeating: RowDescription.Column(LiteralItem.unnamed, .int8), count: count),
      Array(repeating: Array(String(columnValue).utf8), count: count))
  }

  private static func startsLiteral(_ words: borrowing SQLWords, _ range: Range<Int>) -> Bool {
    UInt8(ascii: "0")...UInt8(ascii: "9") ~= words.text.byte(at: range.lowerBound)
      || words.isEqual(range, "null") || words.isEqual(range, "true")
      || words.isEqual(range, "false")
  }

  /// A list of literals, with casts and names; nil when the query is anything more.
  private static func literals(_ start: borrowing SQLWords) -> StatementAnswer? {
    var words = SQLWords(start.text, at: start.offset)
    var columns: [RowDescription.Column] = []
    var values: [[UInt8]?] = []
    repeat {
      guard let item = LiteralItem(&words) else { return nil }
      columns.append(RowDescription.Column(item.name, item.type))
      values.append(item.value)
    } while words.takeSign(",")
    guard words.isAtStatementEnd else { return nil }
    if values.count == 1, columns[0] == RowDescription.Column(LiteralItem.unnamed, .int8),
      let text = values[0], let number = Int64(String(decoding: text, as: UTF8.self))
    {
      return .number(number)
    }
    return .row(AnswerRow(columns, values))
  }

  /// Whether a text occurs, compared byte for byte.
  static func contains(_ text: RawSpan, _ wanted: StaticString, from start: Int) -> Bool {
    let count = wanted.utf8CodeUnitCount
    var offset = start
    while offset + count <= text.byteCount {
      if text.byte(at: offset) == wanted.utf8Start[0],
        (1..<count).allSatisfy({ text.byte(at: offset + $0) == wanted.utf8Start[$0] })
      {
        return true
      }
      offset += 1
    }
    return false
  }
}

/// One literal of a list: its value, the type it is cast to, and its name.
private struct LiteralItem {
  static let unnamed = "?column?"

  let value: [UInt8]?
  var type: RowDescription.ColumnType
  var name = unnamed

  init?(_ words: inout SQLWords) {
    let isNegative = words.takeSign("-")
    switch words.next() {
    case .literal(let text)? where !isNegative: (value, type) = (text, .text)
    case .word(let range)?:
      let word = words.lowered(range)
      if let first = word.first, UInt8(ascii: "0")...UInt8(ascii: "9") ~= first {
        guard word.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }) else { return nil }
        (value, type) = ((isNegative ? [UInt8(ascii: "-")] : []) + word, .int8)
      } else if !isNegative, word == Array("null".utf8) {
        (value, type) = (nil, .text)
      } else if !isNegative, let flag = Self.flags[word] {
        (value, type) = ([flag], .bool)
      } else {
        return nil
      }
    default: return nil
    }
    if words.takeSign(":") {
      guard words.takeSign(":"), let cast = words.takeName() else { return nil }
      type = Self.type(named: cast)
    }
    if words.take("as") {
      guard let name = words.takeName() else { return nil }
      self.name = String(decoding: name, as: UTF8.self)
    }
  }

  private static let flags: [[UInt8]: UInt8] = [
    Array("true".utf8): UInt8(ascii: "t"), Array("false".utf8): UInt8(ascii: "f"),
  ]

  private static func type(named name: [UInt8]) -> RowDescription.ColumnType {
    switch String(decoding: name, as: UTF8.self) {
    case "int", "integer", "bigint", "smallint", "int2", "int4", "int8": .int8
    case "bool", "boolean": .bool
    default: .text
    }
  }
}
