/// Reads an SQL file as `pgbench` does: statements that end with semicolons, `:name` for variables,
/// and `\set NAME random(LEAST, MOST)`, which draws one for each transaction.
///
/// Quotes, dollar quotes and comments are found as PostgreSQL finds them; semicolons and colons in
/// them mean nothing, and comments are left out. Whatever else begins with a backslash is refused:
/// what it would do is not done here.
///
/// Source: PostgreSQL's documentation, "pgbench", "Custom Scripts"; and section 4.1 of it, "Lexical
/// Structure".
public struct SQLScriptParser {
  private var scanner: SQLScanner
  private var script: SQLScript
  private var statement: [SQLScript.Piece] = []
  private var text: [UInt8] = []
  /// How many parentheses are open; a semicolon in them ends no statement.
  private var depth = 0

  /// Reads a file's text.
  ///
  /// - Parameters:
  ///   - text: The file's text.
  ///   - name: The file's name without its folder, for reports.
  /// - Returns: Its statements, at least one, and its variables.
  /// - Throws: What is wrong with the first line that can't be used.
  public static func parse(_ text: String, name: String) throws(SQLScriptError) -> SQLScript {
    var parser = SQLScriptParser(text, name)
    return try parser.run()
  }

  private init(_ text: String, _ name: String) {
    // A byte order mark would be a syntax error at the server.
    let hasMark = text.unicodeScalars.first == "\u{FEFF}"
    scanner = SQLScanner(Array(text.utf8.dropFirst(hasMark ? 3 : 0)))
    script = SQLScript(name: name, variables: [], statements: [])
  }

  private mutating func run() throws(SQLScriptError) -> SQLScript {
    while let piece = try scanner.next() {
      switch piece {
      case .bytes(let range): text += scanner.bytes[range]
      case .comment: text.append(space)
      case .colon(let name): try addVariable(name)
      case .open: add("(", depth: 1)
      case .close: add(")", depth: -1)
      case .semicolon: if depth > 0 { add(";", depth: 0) } else { try endStatement() }
      case .backslash: try readCommand()
      }
    }
    try endStatement()
    guard !script.statements.isEmpty else {
      throw SQLScriptError(scanner.line, "the file has no statement")
    }
    return script
  }

  private mutating func add(_ character: Character, depth change: Int) {
    text += character.utf8
    depth = max(0, depth + change)
  }

  private mutating func addVariable(_ name: Range<Int>) throws(SQLScriptError) {
    let name = String(decoding: scanner.bytes[name], as: UTF8.self)
    guard let index = script.variables.firstIndex(where: { $0.name == name }) else {
      throw SQLScriptError(
        scanner.line,
        ":\(name) is not set; write \\set \(name) random(LEAST, MOST) before, or a space after a "
          + "colon that means none")
    }
    endText()
    statement.append(.variable(index))
  }

  private mutating func endText() {
    if statement.isEmpty { text.removeFirst(text.prefix(while: isSpace).count) }
    if !text.isEmpty { statement.append(.text(String(decoding: text, as: UTF8.self))) }
    text.removeAll()
  }

  private mutating func endStatement() throws(SQLScriptError) {
    text.removeLast(text.reversed().prefix(while: isSpace).count)
    endText()
    defer {
      statement = []
      depth = 0
    }
    guard !statement.isEmpty else { return }
    guard script.statements.count < ScenarioLimits.scriptStatements else {
      throw SQLScriptError(
        scanner.line, "more than \(ScenarioLimits.scriptStatements) statements")
    }
    script.statements.append(statement)
  }

  private mutating func readCommand() throws(SQLScriptError) {
    let line = scanner.line
    guard statement.isEmpty, text.allSatisfy(isSpace) else {
      throw SQLScriptError(line, "a backslash inside of a statement; end that with a semicolon")
    }
    text.removeAll()
    let command = String(decoding: scanner.bytes[scanner.restOfLine()], as: UTF8.self)
    let variable = try SetCommand.parse(command, line: line)
    guard !script.variables.contains(where: { $0.name == variable.name }) else {
      throw SQLScriptError(line, "\(variable.name) is set twice; give the second another name")
    }
    guard script.variables.count < ScenarioLimits.scriptVariables else {
      throw SQLScriptError(line, "more than \(ScenarioLimits.scriptVariables) variables")
    }
    script.variables.append(variable)
  }
}

private let space = UInt8(ascii: " ")

private func isSpace(_ byte: UInt8) -> Bool { byte == space || 9...13 ~= byte }
