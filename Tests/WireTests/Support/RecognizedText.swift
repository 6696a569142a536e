import Wire

// What a recognizer said, as text for tables: a statement a line, ranges as what they point to.

extension RecognizedStatement {
  func text(in sql: [UInt8]) -> String {
    switch self {
    case .set(let change):
      "set \(change.scope) \(change.name.text(in: sql)) \(change.value.text(in: sql))"
    case .reset(let name): "reset \(name.text(in: sql))"
    case .show(let name): "show \(name.text(in: sql))"
    case .begin(let readOnly): "begin \(readOnly.map { $0 ? "read only" : "read write" } ?? "")"
    case .commit(let andChain): andChain ? "commit and chain" : "commit"
    case .rollback(let andChain): andChain ? "rollback and chain" : "rollback"
    case .discard(let target): "discard \(target)"
    case .deallocate(let name):
      "deallocate \(String(decoding: name.copy(in: sql.span.bytes), as: UTF8.self))"
    case .declareCursor(let withHold): withHold ? "declare with hold" : "declare"
    case .setTransaction(let readOnly):
      "setTransaction\(readOnly.map { $0 ? " read only" : " read write" } ?? "")"
    case .empty, .query, .other, .resetAll, .prepare, .deallocateAll, .listen,
      .unlisten, .createTemporary, .load:
      "\(self)"
    }
  }
}

extension SettingName {
  func isEqual(to name: String, in sql: [UInt8]) -> Bool { isEqual(to: name, in: sql.span.bytes) }
  func hasPrefix(_ prefix: String, in sql: [UInt8]) -> Bool {
    hasPrefix(prefix, in: sql.span.bytes)
  }
  func text(in sql: [UInt8]) -> String { String(decoding: copy(in: sql.span.bytes), as: UTF8.self) }
}

extension SettingValue {
  func copy(in sql: [UInt8]) -> [UInt8]? { copy(in: sql.span.bytes) }
  func text(in sql: [UInt8]) -> String {
    switch form {
    case .missing: "missing"
    case .bare, .quoted:
      "\(form)(\(String(decoding: copy(in: sql) ?? [], as: UTF8.self)))"
    case .defaultValue: "default"
    case .other: "other(\(sql.text(range)))"
    }
  }
}

extension StatementRecognizer {
  static func recognize(_ sql: [UInt8]) -> RecognizedStatements { recognize(sql.span.bytes) }

  /// All statements, one after the other.
  static func statements(_ sql: [UInt8]) -> [RecognizedStatement] {
    var recognized = recognize(sql)
    var statements: [RecognizedStatement] = []
    while let statement = recognized.next(sql.span.bytes) { statements.append(statement) }
    return statements
  }

  /// All statements as text.
  static func texts(_ sql: String) -> [String] {
    let bytes = [UInt8](text: sql)
    return statements(bytes).map { $0.text(in: bytes) }
  }
}
