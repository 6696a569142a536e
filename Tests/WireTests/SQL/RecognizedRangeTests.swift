import RandomNumbers
import Testing
import TestSupport
import Wire

@Suite("What is recognized of any text")
struct RecognizedRangeTests {
  /// All texts of the tables.
  static let texts: [[UInt8]] =
    (StatementRecognizerTests.cases.map(\.0) + SettingStatementTests.sets.map(\.0)
    + SettingStatementTests.others.map(\.0) + MultipleStatementTests.cases.map(\.0)
    + SessionFunctionTests.cases.map(\.0)).map { [UInt8](text: $0) }

  /// What was recognized, statement by statement.
  struct Recognized: Equatable {
    let whole: RecognizedStatements
    var statements: [RecognizedStatement] = []

    init(_ sql: RawSpan) {
      var iterated = StatementRecognizer.recognize(sql)
      whole = iterated
      while let statement = iterated.next(sql) { statements.append(statement) }
    }
  }

  /// Recognizes a text among others bytes, of which none may be looked at.
  static func recognize(_ sql: [UInt8], followedBy rest: String) -> Recognized {
    let bytes = sql + Array(rest.utf8)
    return Recognized(bytes.span.bytes.extracting(0..<sql.count))
  }

  static func ranges(of statement: RecognizedStatement) -> [Range<Int>] {
    func range(_ name: SettingName) -> [Range<Int>] {
      if case .written(let range) = name { [range] } else { [] }
    }
    return switch statement {
    case .set(let change): range(change.name) + [change.value.range]
    case .reset(let name), .show(let name): range(name)
    case .deallocate(let name): [name.range]
    default: []
    }
  }

  /// Checks what has to be so of each text.
  static func check(_ sql: [UInt8]) {
    let recognized = recognize(sql, followedBy: "")
    for rest in [" ; SET a = 1", "'", "\0\0\0\0\0\0\0\0\0", "*/ff\"$$vi(", "xxxxxxxx"] {
      #expect(recognize(sql, followedBy: rest) == recognized)
    }
    let statements = recognized.statements
    #expect(recognized.whole.isMultiple == (statements.count > 1))
    #expect(recognized.whole.first == statements.first ?? .empty)
    for range in statements.flatMap({ ranges(of: $0) }) {
      #expect(0 <= range.lowerBound && range.upperBound <= sql.count)
    }
    for statement in statements { _ = statement.text(in: sql) }
    let reference = ReferenceScanner(sql)
    if !reference.isRefused { #expect(statements.count == reference.count) }
  }

  @Test("depends on nothing behind it, at every cut, and is inside of it")
  func cuts() {
    #expect(Self.texts.count > 300)
    for text in Self.texts {
      for count in 0...text.count { Self.check(Array(text.prefix(count))) }
    }
  }

  @Test("is the same after 20,000 random changes, too")
  func damaged() {
    var mutator = Mutator(seed: 11)
    var compared = 0
    var multiple = 0
    for round in 0..<20_000 {
      let text = mutator.mutate(Self.texts[round % Self.texts.count])
      Self.check(text)
      if !ReferenceScanner(text).isRefused { compared += 1 }
      if StatementRecognizer.recognize(text).isMultiple { multiple += 1 }
    }
    #expect(compared > 15_000)
    #expect(multiple > 1_000)
  }

  @Test("is cut into statements where the server's scanner cuts it")
  func soup() {
    let pieces = [
      "SELECT", "SET a = 1", ";", ";", ";", "'", "'", "''", "E'", "e'", "xE'", "\\", "\\'", "\"",
      "$$", "$$", "$a$", "$a$", "$1", "a$", "$", "--", "\n", "\r", "/*", "*/", "/", "*", "-", " ",
      "x",
      "1", "é", "(", "U&'", "é$a$", "\n'", "'\n'", "'--\n'",
    ].map { [UInt8](text: $0) }
    var random = SplitMix64(seed: 12)
    var compared = 0
    var multiple = 0
    for _ in 0..<20_000 {
      let count = Int.random(in: 1...14, using: &random)
      let text = (0..<count).flatMap { _ in pieces.randomElement(using: &random)! }
      let reference = ReferenceScanner(text)
      if reference.isRefused { continue }
      compared += 1
      if reference.count > 1 { multiple += 1 }
      #expect(
        StatementRecognizer.statements(text).count == reference.count,
        "\(String(decoding: text, as: UTF8.self).debugDescription)")
    }
    #expect(compared > 8_000)
    #expect(multiple > 1_000)
  }
}
