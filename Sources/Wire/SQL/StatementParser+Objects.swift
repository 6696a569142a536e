extension StatementParser {
  mutating func discard() -> RecognizedStatement {
    switch token {
    case .keyword(.all): .discard(.all)
    case .keyword(.plans): .discard(.plans)
    case .keyword(.sequences): .discard(.sequences)
    case .keyword(.temp), .keyword(.temporary): .discard(.temporary)
    default: .other
    }
  }

  /// `PREPARE name …`; `PREPARE TRANSACTION 'name'` ends a transaction and leaves nothing in the session.
  mutating func prepare() -> RecognizedStatement {
    guard accept(.transaction) else { return .prepare }
    return switch token {
    case .string, .other: .other
    default: .prepare
    }
  }

  /// `DEALLOCATE [PREPARE] {name | ALL}`, where a name may be the word `PREPARE`.
  mutating func deallocate() -> RecognizedStatement {
    if following != .end { _ = accept(.prepare) }
    return switch token {
    case .keyword(.all): .deallocateAll
    case .keyword, .word, .quotedIdentifier: .deallocate(SQLIdentifier(range: range))
    default: .other
    }
  }

  /// `DECLARE name … CURSOR [{WITH | WITHOUT} HOLD] FOR query`.
  mutating func declare() -> RecognizedStatement {
    while token != .end {
      advance()
      if accept(.cursor) { return .declareCursor(withHold: accept(.with, .hold)) }
    }
    return .other
  }

  /// `CREATE [OR REPLACE] [LOCAL | GLOBAL] {TEMP | TEMPORARY} …`, or of anything in the schema `pg_temp`.
  mutating func create() -> RecognizedStatement {
    _ = accept(.or, .replace)
    if !accept(.local) { _ = accept(.global) }
    if accept(.temp) || accept(.temporary) { return .createTemporary }
    return namesTemporarySchema ? .createTemporary : .other
  }

  /// Whether the statement has the schema's name in it, even in a literal.
  private var namesTemporarySchema: Bool {
    var ahead = lexer
    if token != .end { ahead.skipStatement() }
    let statement = lexer.text.extracting(0..<ahead.offset)
    var offset = previousEnd
    while true {
      offset = statement.firstPlace(of: UInt8(ascii: "_"), from: offset)
      if offset == statement.byteCount { return false }
      let end = offset + 5
      if statement.hasText("pg_temp", at: offset - 2),
        end == statement.byteCount || !SQLByte.continuesIdentifier(statement.byte(at: end))
      {
        return true
      }
      offset += 1
    }
  }
}
