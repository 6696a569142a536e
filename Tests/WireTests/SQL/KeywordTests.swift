import Testing

@testable import Wire

@Suite("Keywords")
struct KeywordTests {
  /// The keyword that a word is, with these bytes behind it.
  static func keyword(_ word: String, followedBy rest: String = "") -> Keyword? {
    let bytes = [UInt8](text: word + rest)
    var lexer = SQLLexer(bytes.span.bytes, at: 0)
    if case .keyword(let keyword) = lexer.next() { return keyword }
    return nil
  }

  @Test("are found by the letters that their names have", arguments: Keyword.allCases)
  func spelled(keyword: Keyword) {
    let word = "\(keyword)"
    for rest in ["", " ", ";", "\0", "'", "(", "-", "  x = 1 ;", ".x"] {
      #expect(Self.keyword(word, followedBy: rest) == keyword)
      #expect(Self.keyword(word.uppercased(), followedBy: rest) == keyword)
    }
  }

  @Test("are not found in longer or shorter words", arguments: Keyword.allCases)
  func longer(keyword: Keyword) {
    let word = "\(keyword)"
    for rest in ["x", "_", "1", "$", "é", "\u{80}", "ation"] {
      #expect(Self.keyword(word, followedBy: rest) == nil)
    }
    #expect(Self.keyword(String(word.dropLast())) != keyword)
    #expect(Self.keyword(String(word.dropLast()) + "@") != keyword)
  }
}
