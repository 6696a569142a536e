extension RecognizedStatement {
  /// Whether the statement asks for transactions that may write, this one or later ones, in words of
  /// its own: what nobody does who only leaves it to the server.
  ///
  /// What a prepared statement, a function or `set_config` asks for is not seen.
  public func asksToWrite(in text: RawSpan) -> Bool {
    switch self {
    case .begin(let readOnly), .setTransaction(let readOnly): readOnly == false
    case .set(let change): change.asksToWrite(in: text)
    case .reset(let name): name.isReadOnlySwitch(in: text)
    case .empty, .query, .other, .resetAll, .show, .commit, .rollback, .discard, .prepare,
      .deallocate, .deallocateAll, .declareCursor, .listen, .unlisten, .createTemporary, .load:
      false
    }
  }
}

extension SettingChange {
  fileprivate func asksToWrite(in text: RawSpan) -> Bool {
    if name == .sessionCharacteristics {
      return text.copy(of: value.range).map(SQLByte.lowered).hasWords("read", "write")
    }
    guard name.isReadOnlySwitch(in: text) else { return false }
    // The default is what the router has set against.
    if value.form == .defaultValue { return true }
    return value.copy(in: text).map { $0.map(SQLByte.lowered).isFalse } ?? false
  }
}

extension SettingName {
  fileprivate func isReadOnlySwitch(in text: RawSpan) -> Bool {
    isEqual(to: "default_transaction_read_only", in: text)
      || isEqual(to: "transaction_read_only", in: text)
  }
}

extension [UInt8] {
  /// Whether one word follows another, with nothing but white space between them.
  fileprivate func hasWords(_ first: String, _ second: String) -> Bool {
    let words = split { $0 == UInt8(ascii: " ") || 0x09...0x0D ~= $0 || $0 == UInt8(ascii: ",") }
    return zip(words, words.dropFirst()).contains {
      $0.elementsEqual(first.utf8) && $1.elementsEqual(second.utf8)
    }
  }

  /// Whether a server takes it for false: by letters, as many as tell it from others. (PostgreSQL,
  /// "Setting Parameters".)
  fileprivate var isFalse: Bool {
    if elementsEqual("0".utf8) { return true }
    let wholes: [(word: String, fewest: Int)] = [("false", 1), ("no", 1), ("off", 2)]
    return wholes.contains { count >= $0.fewest && $0.word.utf8.starts(with: self) }
  }
}
