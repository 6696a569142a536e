import Testing
import Wire

@Suite("A text with several statements")
struct MultipleStatementTests {
  static let cases: [(String, [String])] = [
    ("SELECT 1; SELECT 2", ["query", "query"]),
    ("SELECT 1;SET a=1", ["query", "set session a bare(1)"]),
    ("BEGIN; SET LOCAL a = 1; COMMIT;", ["begin ", "set local a bare(1)", "commit"]),
    (
      "SET a = 1; SET b = 2;; SET c = 3",
      [1, 2, 3].map { "set session \("_abc".at($0)) bare(\($0))" }
    ),
    (";;SELECT 1;;; /* a */ ; -- b\n; LISTEN a", ["query", "listen"]),
    ("SELECT 1;", ["query"]),
    ("SELECT 1; ", ["query"]),
    ("SELECT 1; -- SET a = 1", ["query"]),
    ("SELECT 1; /* SET a = 1 */", ["query"]),
    ("SELECT 1 -- ; SET a = 1", ["query"]),
    ("SELECT 1 -- a\n; SET a = 1", ["query", "set session a bare(1)"]),
    ("SELECT 1 -- a\r; SET a = 1", ["query", "set session a bare(1)"]),
    ("SELECT 1 /* ; SET a = 1 */", ["query"]),
    ("SELECT 1 /* /* */ ; LOAD 'a' */", ["query"]),
    ("SELECT 1 /* /* */ */ ; LOAD 'a'", ["query", "load"]),
    ("SELECT 1 /*/ ; LOAD 'a' */", ["query"]),
    ("SELECT 1 /**/ ; LOAD 'a'", ["query", "load"]),
    ("SELECT 1 /*** ; **/ ; LOAD 'a'", ["query", "load"]),
    ("SELECT 2 */* ; */ 3; LOAD 'a'", ["query", "load"]),
    ("SELECT 2 +-- ; LOAD 'a'\n 3", ["query"]),
    ("SELECT 2 - - 3; LOAD 'a'", ["query", "load"]),
    ("SELECT a->>'b;c'; LOAD 'a'", ["query", "load"]),
    ("SELECT ';'; LOAD 'a'", ["query", "load"]),
    ("SELECT 'a;b'", ["query"]),
    ("SELECT 'a''; LOAD ''a'", ["query"]),
    ("SELECT 'a\\'; LOAD 'a'", ["query", "load"]),
    ("SELECT E'a\\'; LOAD ''a'", ["query"]),
    ("SELECT e'a\\'; LOAD ''a'", ["query"]),
    ("SELECT E'a\\\\'; LOAD 'a'", ["query", "load"]),
    ("SELECT E'a''\\'; LOAD '; LOAD 'a'", ["query", "load"]),
    ("SELECT (E'a\\';'); LOAD 'a'", ["query", "load"]),
    ("SELECT _E'a\\'; LOAD 'a'", ["query", "load"]),
    ("SELECT xe'a\\'; LOAD 'a'", ["query", "load"]),
    ("SELECT äE'a\\'; LOAD 'a'", ["query", "load"]),
    ("SELECT \"e\"'a\\'; LOAD 'a'", ["query", "load"]),
    ("SELECT N'a\\'; LOAD 'a'", ["query", "load"]),
    ("SELECT U&'a\\'; LOAD 'a'", ["query", "load"]),
    ("SELECT E'a'\n'b\\'; LOAD ''c'", ["query"]),
    ("SELECT E'a' -- b\n -- c\n 'b\\'; LOAD ''c'", ["query"]),
    ("SELECT E'a' 'b\\'; LOAD 'c'", ["query", "load"]),
    ("SELECT 'a'\n'b\\'; LOAD 'c'", ["query", "load"]),
    ("SELECT E'a' /*\n*/ 'b\\'; LOAD 'c'", ["query", "load"]),
    ("SELECT \"a;b\"; LOAD 'a'", ["query", "load"]),
    ("SELECT \"a\"\"; LOAD \"\"\"; LOAD 'a'", ["query", "load"]),
    ("SELECT \"a'\"; LOAD 'a'", ["query", "load"]),
    ("SELECT \"a\\\"; LOAD 'a'", ["query", "load"]),
    ("SELECT $$;$$; LOAD 'a'", ["query", "load"]),
    ("SELECT $a$;$$;$b$;$a$; LOAD 'a'", ["query", "load"]),
    ("SELECT $a$ $a $a$; LOAD 'a'", ["query", "load"]),
    ("SELECT $ä1_$;$ä1_$; LOAD 'a'", ["query", "load"]),
    ("SELECT $A$;$a$;$A$; LOAD 'a'", ["query", "load"]),
    ("SELECT $1; LOAD 'a'", ["query", "load"]),
    ("SELECT $1$; LOAD 'a'", ["query", "load"]),
    ("SELECT a$b$; LOAD $b$'a'", ["query", "load"]),
    ("SELECT a$$; LOAD 'a'", ["query", "load"]),
    ("SELECT a$b$c$b$; LOAD 'a'", ["query", "load"]),
    ("SELECT $1, $2; LOAD 'a'", ["query", "load"]),
    ("SELECT $a b$; LOAD 'a'", ["query", "load"]),
    ("SELECT $$'$$; LOAD 'a'", ["query", "load"]),
    ("CREATE FUNCTION f() AS $$x;y$$LANGUAGE sql; LOAD 'a'", ["other", "load"]),
    ("SELECT '; LOAD 'a", ["query"]),
    ("SELECT '; LOAD $$a$$", ["query"]),
    ("SELECT E'; LOAD \\'", ["query"]),
    ("SELECT \"; LOAD 'a'", ["query"]),
    ("SELECT $a$; LOAD 'a'", ["query"]),
    ("SELECT /* ; LOAD 'a'", ["query"]),
    ("SELECT 1; 'LOAD", ["query", "other"]),
    ("SET a = 'b;c'; SET b = $$;$$", ["set session a quoted(b;c)", "set session b other($$;$$)"]),
    ("CREATE TABLE a (); CREATE TABLE pg_temp.b ()", ["other", "createTemporary"]),
    ("CREATE TABLE a.b (); SELECT 'pg_temp'", ["other", "query"]),
    ("DECLARE c; LOAD 'a'", ["other", "load"]),
    ("SHOW shardway.a; SHOW shardway.b", ["show shardway.a", "show shardway.b"]),
    ("COMMIT; COMMIT AND CHAIN", ["commit", "commit and chain"]),
    ("SELECT 1\u{1};\u{1}", ["query", "other"]),
  ]

  @Test("gives each of them, and no more", arguments: cases)
  func statements(sql: String, expected: [String]) {
    #expect(StatementRecognizer.texts(sql) == expected)
    let recognized = StatementRecognizer.recognize(.init(text: sql))
    #expect(recognized.isMultiple == (expected.count > 1))
    let bytes = [UInt8](text: sql)
    #expect(recognized.first.text(in: bytes) == expected.first)
  }

  @Test("of a great many gives each of them")
  func many() {
    let statements = StatementRecognizer.statements(
      .init(text: String(repeating: "SET a = 1;", count: 10_000)))
    #expect(statements.count == 10_000)
  }

  @Test(
    "is read in linear time, whatever is in it",
    arguments: [
      "'", "E'", "\"", "$", "$a", "a$", "/*", "--", "-", "/", "*/", "(", "set_config(", "CREATE a;",
      "SET a.", "E''\n",
    ])
  func linear(piece: String) {
    // A quadratic reader would take minutes for this text.
    let text = [UInt8](
      text: "SELECT 1; " + String(repeating: piece, count: 200_000 / piece.utf8.count))
    #expect(!StatementRecognizer.statements(text).isEmpty)
  }
}

extension String {
  fileprivate func at(_ place: Int) -> Character { self[index(startIndex, offsetBy: place)] }
}
