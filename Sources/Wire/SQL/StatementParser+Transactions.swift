extension StatementParser {
  /// `BEGIN`, or what follows `START TRANSACTION`.
  mutating func begin() -> RecognizedStatement { .begin(readOnly: transactionModes()) }

  /// Modes of a transaction, in any order, and whether one of them is read-only; of two that
  /// contradict each other the server takes the last.
  mutating func transactionModes() -> Bool? {
    var readOnly: Bool?
    while token != .end {
      // READ COMMITTED and the like are levels of isolation.
      if accept(.read, .only) {
        readOnly = true
      } else if accept(.read, .write) {
        readOnly = false
      } else {
        advance()
      }
    }
    return readOnly
  }

  /// `[WORK | TRANSACTION] [AND [NO] CHAIN]`; anything else belongs to savepoints or to transactions
  /// that were prepared.
  mutating func endOfTransaction(
    _ statement: (_ andChain: Bool) -> RecognizedStatement
  ) -> RecognizedStatement {
    if !accept(.work) { _ = accept(.transaction) }
    let andChain = accept(.and, .chain)
    if !andChain, accept(.and, .no) { _ = accept(.chain) }
    return token == .end ? statement(andChain) : .other
  }
}
