import Wire

/// Tells what statements answer that are told apart by their first word alone, or nearly.
enum OtherStatements {
  static func read(_ text: RawSpan, at start: Int) -> StatementAnswer {
    var words = SQLWords(text, at: start)
    guard case .word(let range)? = words.next() else { return .failure(syntaxError(text, start)) }
    let word = words.lowered(range)
    switch String(decoding: word, as: UTF8.self) {
    case "insert": return .command(.insert, returning: hasReturning(&words))
    case "update": return .command(.update, returning: hasReturning(&words))
    case "delete": return .command(.delete, returning: hasReturning(&words))
    case "with": return .number(SelectReader.columnValue)
    case "fetch": return .command(.fetch, returning: true)
    case "explain": return .command(.explain, returning: true)
    case "rollback":
      return words.take("prepared") ? .failure(Failures.twoPhase) : .rollbackToSavepoint
    case "show": return show(&words)
    case "prepare": return prepare(&words)
    case "execute":
      return words.takeName().map { .execute(name: $0) } ?? .failure(syntaxError(text, start))
    case "do": return raisedError(&words).map { .failure($0) } ?? .command(.do, returning: false)
    case "copy": return .failure(Failures.copy)
    case "commit": return .failure(Failures.twoPhase)
    case "create", "drop", "alter": return definition(word, &words)
    default:
      if let tag = tags[word] { return .command(tag, returning: false) }
      return .failure(syntaxError(text, start))
    }
  }

  private static let tags: [[UInt8]: CommandTag] = {
    let tags: [(String, CommandTag)] = [
      ("merge", .merge), ("savepoint", .savepoint), ("release", .release), ("move", .move),
      ("close", .closeCursor), ("notify", .notify), ("truncate", .truncate), ("vacuum", .vacuum),
      ("analyze", .analyze), ("analyse", .analyze), ("lock", .lock), ("checkpoint", .checkpoint),
      ("call", .call), ("grant", .grant), ("revoke", .revoke), ("comment", .comment),
      ("cluster", .cluster), ("reindex", .reindex), ("declare", .declareCursor), ("set", .set),
      ("reset", .reset), ("discard", .discard), ("deallocate", .deallocate),
    ]
    return Dictionary(uniqueKeysWithValues: tags.map { (Array($0.0.utf8), $0.1) })
  }()

  private static func hasReturning(_ words: inout SQLWords) -> Bool {
    while !words.isAtStatementEnd {
      if words.take("returning") { return true }
      _ = words.next()
    }
    return false
  }

  private static func show(_ words: inout SQLWords) -> StatementAnswer {
    guard var name = words.takeName() else { return .show([], byFunction: false) }
    // TIME ZONE and TRANSACTION ISOLATION LEVEL are the settings that have names of several words.
    if name == Array("time".utf8), words.take("zone") { name = Array("timezone".utf8) }
    if name == Array("transaction".utf8) { name = Array("transaction_isolation".utf8) }
    while words.takeSign("."), let part = words.takeName() { name += [UInt8(ascii: ".")] + part }
    return .show(name, byFunction: false)
  }

  private static func prepare(_ words: inout SQLWords) -> StatementAnswer {
    guard let name = words.takeName(), name != Array("transaction".utf8) else {
      return .failure(Failures.twoPhase)
    }
    while !words.isAtStatementEnd {
      if words.take("as") {
        let rest = words.text.extracting(words.offset..<words.text.byteCount)
        let statement = StatementRecognizer.recognize(rest)
        let answer = StatementReader.read(statement.first, at: statement.start, in: rest)
        return .prepare(name: name, PreparedAnswer(answer))
      }
      _ = words.next()
    }
    return .failure(syntaxError(words.text, words.offset))
  }

  /// The tag is the command and the kind of object, such as `CREATE TABLE`.
  private static func definition(_ command: [UInt8], _ words: inout SQLWords) -> StatementAnswer {
    let modifiers = ["or", "replace", "temp", "temporary", "unlogged", "unique", "global", "local"]
    while let word = words.takeName() {
      guard !modifiers.contains(String(decoding: word, as: UTF8.self)) else { continue }
      let tag = command + [UInt8(ascii: " ")] + word
      return .otherCommand(tag.map { 97...122 ~= $0 ? $0 & ~0x20 : $0 })
    }
    return .failure(syntaxError(words.text, words.offset))
  }

  /// The error that a block does nothing but raise, as a router has servers raise its own errors:
  /// `DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '…', MESSAGE = '…', HINT = '…'; END $$`.
  private static func raisedError(_ words: inout SQLWords) -> ErrorResponse? {
    _ = words.next()
    guard words.take("begin"), words.take("raise"), words.take("exception"), words.take("using")
    else { return nil }
    var fields: [String: [UInt8]] = [:]
    repeat {
      guard let field = words.takeName(), words.takeSign("="),
        case .literal(let value)? = words.next()
      else { return nil }
      fields[String(decoding: field, as: UTF8.self)] = value
    } while words.takeSign(",")
    guard let code = fields["errcode"], let sqlState = SQLState(code) else { return nil }
    return ErrorResponse(
      severity: .error, sqlState: sqlState,
      message: String(decoding: fields["message"] ?? code, as: UTF8.self),
      hint: fields["hint"].map { String(decoding: $0, as: UTF8.self) })
  }

  private static func syntaxError(_ text: RawSpan, _ start: Int) -> ErrorResponse {
    var words = SQLWords(text, at: start)
    let near =
      switch words.next() {
      case .word(let range)?: String(decoding: text.copy(of: range), as: UTF8.self)
      case .sign(let byte)?: String(decoding: [byte], as: UTF8.self)
      case .literal(let text)?, .name(let text)?: String(decoding: text, as: UTF8.self)
      case nil: "end of input"
      }
    return ErrorResponse(
      severity: .error, sqlState: .syntaxError, message: "syntax error at or near \"\(near)\"",
      hint: "This server knows statements by their first word only.")
  }
}
