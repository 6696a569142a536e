/// Reads the statements of a query.
///
/// ```
/// SHOW table | SHOW TENANTS LIKE 'pattern' | SHOW TENANT TOTALS
/// PAUSE [ALL | TENANT id | SHARD id | INSTANCE id]      RESUME the same
/// KILL client | KILL TENANT id | KILL DATABASE name     RELOAD
/// ```
/// Ids may be written as they are, or in either kind of quotes.
public struct AdminParser {
  /// What to do when a statement is not understood.
  public static let helpHint = "SHOW HELP lists the statements of the admin console."

  private var lexer: AdminLexer
  private var token: AdminToken

  /// The statements of a query, in order; empty ones are left out.
  ///
  /// - Throws: what is wrong with the first that can't be read.
  public static func parse(_ query: [UInt8]) throws(AdminSyntaxError) -> [AdminStatement] {
    var parser = try AdminParser(query)
    return try parser.statements()
  }

  private init(_ query: [UInt8]) throws(AdminSyntaxError) {
    lexer = AdminLexer(query)
    token = try lexer.next()
  }

  private mutating func statements() throws(AdminSyntaxError) -> [AdminStatement] {
    var statements: [AdminStatement] = []
    while true {
      while token.kind == .semicolon { try advance() }
      if token.kind == .end { return statements }
      guard statements.count < AdminLimits.statementsAQuery else {
        throw AdminSyntaxError(
          "more than \(AdminLimits.statementsAQuery) statements in one query", at: token.offset)
      }
      statements.append(try statement())
      if token.kind != .semicolon, token.kind != .end { throw unexpected() }
    }
  }

  private mutating func statement() throws(AdminSyntaxError) -> AdminStatement {
    let first = token
    try advance()
    guard case .word(let word) = first.kind else { throw unexpected(first) }
    switch word.lowercased() {
    case "show": return try show()
    case "pause": return .order(.pause(try scope()))
    case "resume": return .order(.resume(try scope()))
    case "kill": return .order(.kill(try killTarget()))
    case "reload": return .order(.reload)
    case "set":
      try skipStatement()
      return .set
    case "begin", "start":
      try skipStatement()
      return .begin
    case "commit", "end":
      try skipStatement()
      return .end(.commit)
    case "rollback", "abort":
      try skipStatement()
      return .end(.rollback)
    default: throw unexpected(first)
    }
  }

  // MARK: Statements

  private mutating func show() throws(AdminSyntaxError) -> AdminStatement {
    guard let table = try namedTable() else {
      let names = AdminTable.allCases.map { $0.rawValue.uppercased() }.joined(separator: ", ")
      let given = text(of: token)
      throw AdminSyntaxError(
        token.kind == .end || token.kind == .semicolon
          ? "SHOW needs the name of a table" : "there is nothing to show of the name \(given)",
        at: token.offset, hint: "There are \(names).")
    }
    try advance()
    guard table == .tenants, token.isWord("like") else { return .show(table, like: nil) }
    try advance()
    guard case .string(let pattern) = token.kind else {
      throw AdminSyntaxError(
        "LIKE needs a pattern in single quotes", at: token.offset,
        hint: "SHOW TENANTS LIKE 'acme%' shows all tenants whose id begins so.")
    }
    try checkLength(pattern)
    try advance()
    return .show(table, like: pattern)
  }

  /// The table that is named; nil where there is none of the name.
  private mutating func namedTable() throws(AdminSyntaxError) -> AdminTable? {
    guard case .word(let word) = token.kind else { return nil }
    guard token.isWord("tenant") else { return AdminTable(rawValue: word.lowercased()) }
    try advance()
    return token.isWord("totals") ? .tenantTotals : nil
  }

  private mutating func scope() throws(AdminSyntaxError) -> AdminScope {
    if token.kind == .end || token.kind == .semicolon { return .all }
    if token.isWord("all") {
      try advance()
      return .all
    }
    let kind = token
    guard ["tenant", "shard", "instance"].contains(where: kind.isWord) else {
      throw AdminSyntaxError(
        "unknown scope \(text(of: kind))", at: kind.offset,
        hint: "There are ALL, TENANT id, SHARD id and INSTANCE id.")
    }
    try advance()
    let id = try name("the id of what is meant")
    if kind.isWord("tenant") { return .tenant(id) }
    return kind.isWord("shard") ? .shard(id) : .instance(id)
  }

  private mutating func killTarget() throws(AdminSyntaxError) -> KillTarget {
    let kind = token
    if kind.isWord("tenant") || kind.isWord("database") {
      try advance()
      let id = try name(kind.isWord("tenant") ? "a tenant's id" : "a database's name")
      return kind.isWord("tenant") ? .tenant(id) : .database(id)
    }
    guard let id = ClientID(try name("what is to be ended")) else {
      throw AdminSyntaxError(
        "\(text(of: kind)) names no client", at: kind.offset,
        hint: "Give a ptr of SHOW CLIENTS, such as 0.17.2, or TENANT id, or DATABASE name.")
    }
    return .client(id)
  }

  private mutating func name(_ what: String) throws(AdminSyntaxError) -> String {
    switch token.kind {
    case .word(let text), .name(let text), .string(let text):
      guard !text.isEmpty else { break }
      try checkLength(text)
      try advance()
      return text
    case .semicolon, .sign, .end: break
    }
    throw AdminSyntaxError("\(what) is missing", at: token.offset)
  }

  private func checkLength(_ text: String) throws(AdminSyntaxError) {
    guard text.utf8.count > AdminLimits.nameBytes else { return }
    throw AdminSyntaxError(
      "a name has more than \(AdminLimits.nameBytes) bytes", at: token.offset)
  }

  private mutating func skipStatement() throws(AdminSyntaxError) {
    while token.kind != .semicolon, token.kind != .end { try advance() }
  }

  // MARK: Tokens

  private mutating func advance() throws(AdminSyntaxError) { token = try lexer.next() }

  private func unexpected(_ token: AdminToken? = nil) -> AdminSyntaxError {
    let token = token ?? self.token
    return AdminSyntaxError("syntax error at or near \(text(of: token))", at: token.offset)
  }

  /// A token for a message; what is long is cut.
  private func text(of token: AdminToken) -> String {
    switch token.kind {
    case .word(let text), .name(let text), .string(let text): "\"\(text.prefix(64))\""
    case .semicolon: "\";\""
    case .sign(let byte): "\"\(Character(Unicode.Scalar(byte)))\""
    case .end: "end of input"
    }
  }
}
