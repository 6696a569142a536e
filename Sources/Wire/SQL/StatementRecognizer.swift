/// Recognizes the few statements that matter to a pooler among those that don't.
///
/// It reads text as the server's scanner does while `standard_conforming_strings` is on. A session that
/// turned it off can make a text look like other statements than the server sees; it reports that
/// setting, and what it sends from then on can't be judged here.
///
/// Not seen at all: what a function, a procedure or a `DO` block does; `SELECT … INTO TEMP`; what
/// `EXPLAIN ANALYZE` runs; and state that can't be told from text, such as the last value of a sequence.
/// Seen too often: the actions of a rule and the body of a function in SQL (`BEGIN ATOMIC … END`) are
/// taken for statements of their own.
public enum StatementRecognizer {
  /// Recognizes the statements of a query string, or of the text of a Parse message.
  ///
  /// Costs one pass over the text, about a third of a nanosecond a byte, and a second, finer one when a
  /// semicolon is followed by more than white space; it allocates nothing. A statement that is of no
  /// interest is known as such by its first word.
  ///
  /// - Parameter text: the text. It ends at its first zero byte, as for the server, so that it may be
  ///   given with or without its terminator.
  /// - Returns: the first statement, and where to find those that follow.
  public static func recognize(_ text: RawSpan) -> RecognizedStatements {
    RecognizedStatements(text, TextSurvey(text))
  }
}

/// The statements of one text.
public struct RecognizedStatements: Sendable, Hashable {
  /// The first statement; ``RecognizedStatement/empty`` when there is none.
  public let first: RecognizedStatement
  /// Whether more statements follow.
  public let isMultiple: Bool
  /// Functions that leave something behind in the session, anywhere in the text.
  public let functions: SessionFunctions

  /// Where the statement begins that ``next(_:)`` gave last, and ``first`` until then: an offset into the text.
  public private(set) var start: Int

  /// Where the text ends.
  private let end: Int
  /// Where the statement after the one that ``next(_:)`` gave last may begin.
  private var following: Int
  private var hasGivenFirst = false

  init(_ text: RawSpan, _ survey: TextSurvey) {
    end = survey.end
    functions = survey.functions
    var lexer = SQLLexer(text.extracting(0..<survey.end), at: 0)
    lexer.skipToStatement()
    start = lexer.offset
    first = Self.statement(lexer)
    following = survey.end
    isMultiple = survey.hasInnerSemicolon(text) && Self.moveToNextStatement(&lexer)
    if isMultiple { following = lexer.offset }
  }

  /// The next statement: first ``first``, then each one that follows it.
  ///
  /// - Parameter text: the text that was recognized.
  /// - Returns: the statement, or nil when there are no more. Costs a pass over it.
  public mutating func next(_ text: RawSpan) -> RecognizedStatement? {
    if !hasGivenFirst {
      hasGivenFirst = true
      return first == .empty ? nil : first
    }
    var lexer = SQLLexer(text.extracting(0..<end), at: following)
    if lexer.isAtEnd { return nil }
    start = following
    let statement = Self.statement(lexer)
    following = Self.moveToNextStatement(&lexer) ? lexer.offset : end
    return statement
  }

  /// The statement that begins where the lexer stands.
  @inline(__always)
  private static func statement(_ lexer: SQLLexer) -> RecognizedStatement {
    if lexer.isAtEnd { return .empty }
    var lexer = lexer
    guard let keyword = lexer.readKeyword() else { return .other }
    if keyword == .select { return .query }
    var parser = StatementParser(lexer)
    return parser.statement(keyword)
  }

  /// Moves past the statement that begins where the lexer stands, to the next one, if there is one.
  private static func moveToNextStatement(_ lexer: inout SQLLexer) -> Bool {
    lexer.skipStatement()
    lexer.skipToStatement()
    return !lexer.isAtEnd
  }
}
