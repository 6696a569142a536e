import Wire

/// Tells what a query answers that calls a function: those by which poolers and routers look at a server, and `repeat`.
enum FunctionReader {
  /// What the server says of itself: a primary that never writes.
  enum Identity {
    static let version = "15.14"
    static let systemIdentifier = "7000000000000000001"
    static let timeline = "1"
    /// A place in the log behind a page's and a segment's header, so that nothing has to be taken off it.
    static let position = "0/3000100"
  }

  /// The answer to a query that calls functions; `select` stands behind its first word.
  static func read(_ select: borrowing SQLWords, from start: Int) -> StatementAnswer {
    var words = SQLWords(select.text, at: select.offset)
    if let name = functionName(&words) {
      switch name {
      case "repeat": if let answer = fill(&words) { return answer }
      case "set_config": if let answer = setConfig(&words) { return answer }
      case "current_setting":
        if case .literal(let setting)? = words.next() {
          return .show(setting, byFunction: true)
        }
      case "pg_is_in_recovery": return .row(AnswerRow(name, "f", .bool))
      case "version": return .row(AnswerRow(name, "PostgreSQL \(Identity.version) (null server)"))
      default: break
      }
    }
    return readAnywhere(select, from: start)
  }

  /// What a query is about whose functions stand anywhere.
  private static func readAnywhere(
    _ select: borrowing SQLWords, from start: Int
  ) -> StatementAnswer {
    let text = select.text
    if SelectReader.contains(text, "partstrat", from: start) { return .row(partitionAnswer) }
    if SelectReader.contains(text, "pg_control_system", from: start) { return .row(probeAnswer) }
    if SelectReader.contains(text, "_lsn(", from: start) {
      let name = alias(in: text, from: start) ?? "pg_current_wal_lsn"
      return .row(AnswerRow(name, Identity.position))
    }
    if SelectReader.contains(text, "pg_is_in_recovery", from: start) {
      return .row(AnswerRow(alias(in: text, from: start) ?? "pg_is_in_recovery", "f", .bool))
    }
    return SelectReader.numbers(select)
  }

  /// What pgbench asks about its tables: which schema they are in, how they are partitioned, and in how many parts.
  private static let partitionAnswer = AnswerRow(
    [
      RowDescription.Column("n", .int8), RowDescription.Column("partstrat"),
      RowDescription.Column("count", .int8),
    ], [Array("1".utf8), nil, Array("0".utf8)])

  /// What a router's probe asks: whether the server replays, its position, sizes of blocks and segments, system, timeline and epoch.
  private static let probeAnswer = AnswerRow(
    [
      RowDescription.Column("replays", .bool), RowDescription.Column("position"),
      RowDescription.Column("current_setting"), RowDescription.Column("pg_size_bytes", .int8),
      RowDescription.Column("system_identifier", .int8), RowDescription.Column("int4", .int8),
      RowDescription.Column("current_setting"),
    ],
    [
      Array("f".utf8), Array(Identity.position.utf8), Array("8192".utf8), Array("16777216".utf8),
      Array(Identity.systemIdentifier.utf8), Array(Identity.timeline.utf8), nil,
    ])

  /// The name of the function that is called next, in lower case; the words go on behind its parenthesis.
  private static func functionName(_ words: inout SQLWords) -> String? {
    guard var name = words.takeName() else { return nil }
    if words.takeSign(".") {
      guard name == Array("pg_catalog".utf8), let inner = words.takeName() else { return nil }
      name = inner
    }
    return words.takeSign("(") ? String(decoding: name, as: UTF8.self) : nil
  }

  /// The arguments of `repeat`: any text, and a number or a parameter.
  private static func fill(_ words: inout SQLWords) -> StatementAnswer? {
    guard case .literal? = words.next() else { return nil }
    if words.takeSign(":") {
      guard words.takeSign(":"), words.takeName() != nil else { return nil }
    }
    guard words.takeSign(",") else { return nil }
    if let count = words.takeNumber() {
      return count <= NullServerLimits.rowBytes ? .fill(count) : .failure(Failures.rowTooLong)
    }
    guard case .word(let range)? = words.next(),
      words.text.byte(at: range.lowerBound) == UInt8(ascii: "$")
    else { return nil }
    let digits = words.lowered(range).dropFirst()
    guard let place = Int(String(decoding: digits, as: UTF8.self)), place > 0 else { return nil }
    return .fillByParameter(place)
  }

  private static func setConfig(_ words: inout SQLWords) -> StatementAnswer? {
    guard case .literal(let name)? = words.next(), words.takeSign(","),
      case .literal(let value)? = words.next(), words.takeSign(",")
    else { return nil }
    return .set(
      SettingAssignment(
        name: name.map { 65...90 ~= $0 ? $0 | 0x20 : $0 }, value: value,
        isLocal: words.take("true"), isFunction: true))
  }

  /// The name behind the last `AS` of the statement.
  private static func alias(in text: RawSpan, from start: Int) -> String? {
    var words = SQLWords(text, at: start)
    var name: [UInt8]?
    while !words.isAtStatementEnd {
      if words.take("as") { name = words.takeName() ?? name } else { _ = words.next() }
    }
    return name.map { String(decoding: $0, as: UTF8.self) }
  }
}
