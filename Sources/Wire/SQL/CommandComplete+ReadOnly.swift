extension CommandComplete {
  /// Whether a tag, with or without its terminator, is one of commands that don't write by themselves.
  ///
  /// `SELECT` is among them, though that is the tag of `CREATE TABLE … AS`, `SELECT INTO` and a `WITH`
  /// that writes, too: it says that nothing was written only together with a text that is known to be
  /// ``RecognizedStatement/query``, and with functions that don't write. `EXPLAIN` and `COPY` are not:
  /// their tags are the same whether they wrote or not.
  public static func isReadOnlyTag(_ tag: RawSpan) -> Bool {
    var lexer = SQLLexer(tag.extracting(0..<tag.firstPlace(of: 0, from: 0)), at: 0)
    guard case .keyword(let command) = lexer.next() else { return false }
    let second = lexer.next()
    switch command {
    case .select, .fetch, .move:
      return second == .end || second == .number && lexer.next() == .end
    case .show, .begin, .commit, .rollback, .set, .reset, .listen, .unlisten, .prepare,
      .savepoint, .release:
      // COMMIT PREPARED, SET CONSTRAINTS and the like may write.
      return second == .end
    case .start: return second == .keyword(.transaction)
    case .declare, .close: return second == .keyword(.cursor)
    case .discard, .deallocate: return true
    default: return false
    }
  }
}
