import Wire

/// Tells from a statement's text what the server answers.
enum StatementReader {
  /// The answer to the statement that begins at `start`, and that `recognized` says the kind of.
  ///
  /// Costs a few dozen nanoseconds for a `SELECT` of a column; allocates for what changes the session, and for rows of literals.
  static func read(
    _ recognized: RecognizedStatement, at start: Int, in text: RawSpan
  ) -> StatementAnswer {
    switch recognized {
    case .query: return SelectReader.read(text, at: start)
    case .empty: return .empty
    case .begin: return .begin
    case .commit(let andChain): return .commit(andChain: andChain)
    case .rollback(let andChain): return .rollback(andChain: andChain)
    case .set(let change): return set(change, in: text)
    case .setTransaction: return .command(.set, returning: false)
    case .reset(let name): return .reset(name.copy(in: text))
    case .resetAll: return .resetAll
    case .show(let name): return .show(name.copy(in: text), byFunction: false)
    case .discard(let target):
      return target == .all ? .discardAll : .command(.discard, returning: false)
    case .deallocate(let name): return .deallocate(name: name.copy(in: text))
    case .deallocateAll: return .deallocateAll
    case .declareCursor: return .command(.declareCursor, returning: false)
    case .listen: return .command(.listen, returning: false)
    case .unlisten: return .command(.unlisten, returning: false)
    case .load: return .command(.load, returning: false)
    case .prepare, .createTemporary, .other: return OtherStatements.read(text, at: start)
    }
  }

  /// The answer to the one statement of a text.
  ///
  /// A text with several is answered by an error, as in the extended protocol.
  static func readSingle(_ text: RawSpan) -> StatementAnswer {
    let recognized = StatementRecognizer.recognize(text)
    if recognized.isMultiple {
      return .failure(
        ErrorResponse(
          severity: .error, sqlState: .syntaxError,
          message: "cannot insert multiple commands into a prepared statement"))
    }
    return read(recognized.first, at: recognized.start, in: text)
  }

  /// How many parameters a text has: the largest number behind a dollar sign.
  static func parameterCount(_ text: RawSpan) -> Int {
    var largest = 0
    var offset = 0
    while offset < text.byteCount {
      defer { offset += 1 }
      guard text.byte(at: offset) == UInt8(ascii: "$") else { continue }
      largest = max(largest, number(text, at: offset + 1) ?? 0)
    }
    return largest
  }

  /// The number at an offset, if it is one of a parameter.
  private static func number(_ text: RawSpan, at start: Int) -> Int? {
    var value = 0
    var offset = start
    while offset < text.byteCount, UInt8(ascii: "0")...UInt8(ascii: "9") ~= text.byte(at: offset) {
      value = value * 10 + Int(text.byte(at: offset) - UInt8(ascii: "0"))
      guard value <= Int(UInt16.max) else { return nil }
      offset += 1
    }
    return value
  }

  private static func set(_ change: SettingChange, in text: RawSpan) -> StatementAnswer {
    let value: [UInt8]? =
      switch change.value.form {
      case .bare, .quoted: change.value.copy(in: text)
      case .missing, .defaultValue: nil
      case .other: text.copy(of: change.value.range)
      }
    return .set(
      SettingAssignment(
        name: change.name.copy(in: text), value: value, isLocal: change.scope == .local,
        isFunction: false))
  }
}
