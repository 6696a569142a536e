/// Reads one statement behind its first word, as far as a pooler needs to know it.
///
/// It stands at a token, with at most one more looked at, so that a statement costs about one pass.
struct StatementParser: ~Escapable {
  /// Stands behind ``token``.
  private(set) var lexer: SQLLexer
  /// The token that is next to be read, and where it stands.
  private(set) var token: SQLToken
  private(set) var range: Range<Int>
  /// Where the token before it ends.
  private(set) var previousEnd: Int

  /// A parser that stands behind the first word, as the lexer does.
  @_lifetime(copy lexer)
  init(_ lexer: SQLLexer) {
    self.lexer = lexer
    previousEnd = lexer.offset
    token = self.lexer.next()
    range = self.lexer.tokenRange
  }

  /// What the statement is that begins with this keyword.
  mutating func statement(_ first: Keyword) -> RecognizedStatement {
    switch first {
    case .select, .values, .table: .query
    case .set: set()
    case .reset: reset()
    case .show: show()
    case .begin: begin()
    case .start: accept(.transaction) ? begin() : .other
    case .commit, .end: endOfTransaction { .commit(andChain: $0) }
    case .rollback, .abort: endOfTransaction { .rollback(andChain: $0) }
    case .discard: discard()
    case .prepare: prepare()
    case .deallocate: deallocate()
    case .declare: declare()
    case .listen: .listen
    case .unlisten: .unlisten
    case .create: create()
    case .load: .load
    default: .other
    }
  }

  /// Moves past the token.
  mutating func advance() {
    previousEnd = range.upperBound
    token = lexer.next()
    range = lexer.tokenRange
  }

  /// Moves past the token if it is this keyword.
  mutating func accept(_ keyword: Keyword) -> Bool {
    guard token == .keyword(keyword) else { return false }
    advance()
    return true
  }

  /// Moves past the token if it is this byte of punctuation.
  mutating func accept(_ symbol: UInt8) -> Bool {
    guard token == .symbol(symbol) else { return false }
    advance()
    return true
  }

  /// Moves past two tokens if they are these keywords.
  mutating func accept(_ first: Keyword, _ second: Keyword) -> Bool {
    guard token == .keyword(first), following == .keyword(second) else { return false }
    advance()
    advance()
    return true
  }

  /// The token after ``token``.
  var following: SQLToken {
    var ahead = lexer
    return ahead.next()
  }
}
