import LoadScenario
import Testing

@Suite struct `SQL scripts` {
  /// A file, and its statements with variables written as `<name>`.
  static let cases: [(text: String, statements: [String])] = [
    ("SELECT 1", ["SELECT 1"]),
    ("SELECT 1;", ["SELECT 1"]),
    (";; SELECT 1 ; ;SELECT 2;\n\n", ["SELECT 1", "SELECT 2"]),
    ("\u{FEFF}SELECT 1", ["SELECT 1"]),
    ("BEGIN;\nSELECT 1\n  + 2;\r\nEND;", ["BEGIN", "SELECT 1\n  + 2", "END"]),
    // Quotes.
    ("SELECT 'a;b', ';';", ["SELECT 'a;b', ';'"]),
    ("SELECT 'it''s; fine';", ["SELECT 'it''s; fine'"]),
    (#"SELECT '\';"#, [#"SELECT '\'"#]),
    (#"SELECT E'\';' , e'\\';"#, [#"SELECT E'\';' , e'\\'"#]),
    (#"SELECT nameE'\';"#, [#"SELECT nameE'\'"#]),
    (#"SELECT "a;""b" FROM t;"#, [#"SELECT "a;""b" FROM t"#]),
    (#"SELECT "e"'\';"#, [#"SELECT "e"'\'"#]),
    (#"SELECT E'' '\';"#, [#"SELECT E'' '\'"#]),
    ("SELECT $$a;b$$;", ["SELECT $$a;b$$"]),
    ("SELECT $x$ $$;$y$ ' $x$, 1;", ["SELECT $x$ $$;$y$ ' $x$, 1"]),
    ("SELECT $1; SELECT $2$;", ["SELECT $1", "SELECT $2$"]),
    ("SELECT a$b$;SELECT $c$;$c$;", ["SELECT a$b$", "SELECT $c$;$c$"]),
    // Comments.
    ("-- first; 'line\nSELECT 1; -- 'last", ["SELECT 1"]),
    ("SELECT 1 -- one;\n, 2;", ["SELECT 1  \n, 2"]),
    ("SELECT 1 /* a; /* 'b */ c; */ + 2;", ["SELECT 1   + 2"]),
    ("SELECT '--', '/*';", ["SELECT '--', '/*'"]),
    ("SELECT 1 - -1, 4 / 2 * 3;", ["SELECT 1 - -1, 4 / 2 * 3"]),
    ("/* nothing */ ; SELECT 1", ["SELECT 1"]),
    // Parentheses.
    (
      "CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT (2)); SELECT 3",
      ["CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT (2))", "SELECT 3"]
    ),
    ("SELECT ')('; SELECT 2", ["SELECT ')('", "SELECT 2"]),
    // Variables.
    ("\\set a random(1, 9)\nSELECT :a, :a+1;", ["SELECT <a>, <a>+1"]),
    ("\\set a random(1, 9)\n:a;SELECT:a", ["<a>", "SELECT<a>"]),
    ("\\set a random(1, 9)\r\nSELECT :a\r\n;\r\n", ["SELECT <a>"]),
    (
      "\\set a random(1, 9)\nSELECT :a::int, ':a', \":a\", $$:a$$ /* :a */;",
      ["SELECT <a>::int, ':a', \":a\", $$:a$$  "]
    ),
    ("SELECT x::text, y[1:2], z := 3;", ["SELECT x::text, y[1:2], z := 3"]),
    (
      "  \\set a random(1, 9)  \n\\set b2_c random(1, 9)\nSELECT :a;\n\\set d random(0,0)\nSELECT :b2_c,:d",
      ["SELECT <a>", "SELECT <b2_c>,<d>"]
    ),
    ("SELECT 'é', 'ü;' AS größe;", ["SELECT 'é', 'ü;' AS größe"]),
  ]

  @Test(arguments: cases)
  func `are cut where PostgreSQL cuts them`(_ text: String, _ statements: [String]) throws {
    let script = try SQLScriptParser.parse(text, name: "x.sql")
    #expect(Self.texts(script) == statements.map(Self.trimmed))
    #expect(script.statements.allSatisfy { !$0.isEmpty && !$0.contains(.text("")) })
    #expect(script.name == "x.sql")
  }

  @Test(arguments: [
    ("random(1, 100000)", 1...100_000), ("random(-5,5)", -5...5), (" random ( 7 , 7 ) ", 7...7),
    ("random(-9223372036854775808, 9223372036854775807)", Int64.min...Int64.max),
  ])
  func `draw from ranges`(_ text: String, _ range: ClosedRange<Int64>) throws {
    let script = try SQLScriptParser.parse("\\set n \(text)\nSELECT :n", name: "x.sql")
    #expect(script.variables == [SQLScript.Variable(name: "n", range: range)])
    #expect(script.statements == [[.text("SELECT "), .variable(0)]])
  }

  /// Files that can't be used, the line, and a part of the reason.
  static let faults: [(text: String, line: Int, reason: String)] = [
    ("", 1, "no statement"), ("\n-- nothing\n;", 3, "no statement"),
    ("\\set a random(1, 2)\n", 2, "no statement"),
    ("SELECT 1;\n\\sleep 1 s\n", 2, "\\sleep"), ("\\", 1, "only \\set"),
    ("\\if 1\nSELECT 1;", 1, "\\if"), ("\\setrandom a 1 2\nSELECT 1;", 1, "\\setrandom"),
    ("\\set a 5\nSELECT :a", 1, "5 is not random"), ("\\set a\nSELECT :a", 1, "write \\set"),
    ("\\set a random(5, 1)\nSELECT :a", 1, "in order"),
    ("\\set a random(1, 2) + 1\nSELECT :a", 1, "is not random"),
    ("\\set a random(1)\nSELECT :a", 1, "is not random"),
    ("\\set a random(1, 2, 3)\nSELECT :a", 1, "is not random"),
    ("\\set a random(1, :b)\nSELECT :a", 1, "is not random"),
    ("\\set a random_gaussian(1, 2, 3)\nSELECT :a", 1, "is not random"),
    ("\\set a random(1, 99999999999999999999)\nSELECT :a", 1, "is not random"),
    ("\\set 1a random(1, 2)\nSELECT 1", 1, "write \\set"),
    ("\\set a random(1, 2)\n\\set a random(1, 2)\nSELECT :a", 2, "twice"),
    ("SELECT 1,\n  :b;", 2, ":b is not set"),
    ("SELECT :a;\n\\set a random(1, 2)\n", 1, ":a is not set"),
    ("SELECT 1\n\\set a random(1, 2)\n", 2, "inside of a statement"),
    ("SELECT 1 \\gset\n", 1, "inside of a statement"),
    ("SELECT 1;\n\nSELECT 'a\n\n", 3, "a quote begins"), ("SELECT \"a;\n", 1, "a quote begins"),
    (#"SELECT E'\'"#, 1, "a quote begins"), ("SELECT\n$x$ $y$", 2, "a dollar quote begins"),
    ("\n/* /* */\nSELECT 1", 2, "a comment begins"),
  ]

  @Test(arguments: faults)
  func `that can't be used are refused with the line`(
    _ text: String, _ line: Int, _ reason: String
  ) throws {
    let error = try #require(throws: SQLScriptError.self) {
      try SQLScriptParser.parse(text, name: "x.sql")
    }
    #expect(error.line == line && error.reason.contains(reason), "\(error)")
  }

  @Test func `are not longer than the limits`() throws {
    let limit = ScenarioLimits.scriptStatements
    let most = String(repeating: "SELECT 1;\n", count: limit)
    #expect(try SQLScriptParser.parse(most, name: "x.sql").statements.count == limit)
    let statements = try #require(throws: SQLScriptError.self) {
      try SQLScriptParser.parse(most + "SELECT 1", name: "x.sql")
    }
    #expect(statements.reason.contains("more than 1000"))
    let sets = (0...ScenarioLimits.scriptVariables).map { "\\set v\($0) random(1, 2)\n" }
    let variables = try #require(throws: SQLScriptError.self) {
      try SQLScriptParser.parse(sets.joined() + "SELECT 1", name: "x.sql")
    }
    #expect(
      variables.reason.contains("more than \(ScenarioLimits.scriptVariables)")
        && variables.line == sets.count)
  }

  @Test func `pgbench's own TPC-B-like script is read`() throws {
    let script = try SQLScriptParser.parse(
      """
      \\set aid random(1, 100000)
      \\set bid random(1, 1)
      \\set tid random(1, 10)
      \\set delta random(-5000, 5000)
      BEGIN;
      UPDATE pgbench_accounts SET abalance = abalance + :delta WHERE aid = :aid;
      SELECT abalance FROM pgbench_accounts WHERE aid = :aid;
      INSERT INTO pgbench_history (tid, bid, aid, delta, mtime) VALUES (:tid, :bid, :aid, :delta, CURRENT_TIMESTAMP);
      END;
      """, name: "tpcb.sql")
    #expect(script.variables.map(\.name) == ["aid", "bid", "tid", "delta"])
    #expect(script.statements.count == 5)
    #expect(
      script.statements[1] == [
        .text("UPDATE pgbench_accounts SET abalance = abalance + "), .variable(3),
        .text(" WHERE aid = "), .variable(0),
      ])
  }

  private static func texts(_ script: SQLScript) -> [String] {
    script.statements.map { pieces in
      pieces.map { piece in
        switch piece {
        case .text(let text): text
        case .variable(let index): "<\(script.variables[index].name)>"
        }
      }.joined()
    }
  }

  private static func trimmed(_ text: String) -> String {
    var text = text
    while text.last == " " { text.removeLast() }
    return text
  }
}
