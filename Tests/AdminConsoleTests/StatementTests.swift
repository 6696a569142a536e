import Testing

@testable import AdminConsole

@Suite("Statements of the admin console")
struct StatementTests {
  static let good: [(String, [AdminStatement])] = [
    ("", []), (" ; ;; ", []), ("-- nothing\n/* at /* all */ */", []),
    ("SHOW POOLS", [.show(.pools, like: nil)]),
    ("show pools;", [.show(.pools, like: nil)]),
    ("  ShOw\n\tClients -- all of them", [.show(.clients, like: nil)]),
    ("SHOW STATS; SHOW MAP", [.show(.stats, like: nil), .show(.map, like: nil)]),
    ("SHOW TENANTS", [.show(.tenants, like: nil)]),
    ("show Tenant Totals;", [.show(.tenantTotals, like: nil)]),
    ("SHOW TENANTS LIKE 'acme%'", [.show(.tenants, like: "acme%")]),
    ("SHOW TENANTS LIKE 'it''s'", [.show(.tenants, like: "it's")]),
    ("PAUSE", [.order(.pause(.all))]), ("PAUSE ALL;", [.order(.pause(.all))]),
    ("PAUSE tenant Acme", [.order(.pause(.tenant("Acme")))]),
    ("PAUSE TENANT 'a b'", [.order(.pause(.tenant("a b")))]),
    ("PAUSE TENANT \"a\"\"b\"", [.order(.pause(.tenant("a\"b")))]),
    ("PAUSE SHARD s-1.x", [.order(.pause(.shard("s-1.x")))]),
    ("PAUSE SHARD s1--why", [.order(.pause(.shard("s1")))]),
    ("PAUSE INSTANCE s1-a", [.order(.pause(.instance("s1-a")))]),
    ("PAUSE TENANT tenant", [.order(.pause(.tenant("tenant")))]),
    ("RESUME", [.order(.resume(.all))]),
    ("RESUME TENANT größe", [.order(.resume(.tenant("größe")))]),
    ("KILL 0.17.2", [.order(.kill(.client(ClientID(worker: 0, slot: 17, generation: 2))))]),
    ("KILL '1.2.3'", [.order(.kill(.client(ClientID(worker: 1, slot: 2, generation: 3))))]),
    ("KILL TENANT 0.1.2", [.order(.kill(.tenant("0.1.2")))]),
    ("KILL DATABASE acme", [.order(.kill(.database("acme")))]),
    ("RELOAD", [.order(.reload)]),
    ("SET application_name = 'x;y'", [.set]),
    (
      "BEGIN; COMMIT; START TRANSACTION READ ONLY; ROLLBACK",
      [
        .begin, .end(.commit), .begin, .end(.rollback),
      ]
    ),
  ]

  @Test("mean what they say", arguments: good)
  func meaning(query: String, statements: [AdminStatement]) throws {
    #expect(try AdminParser.parse(Array(query.utf8)) == statements)
  }

  static let bad: [(String, String, Int)] = [
    ("SELECT 1", "syntax error at or near \"SELECT\"", 0),
    ("  'x'", "syntax error at or near \"x\"", 2),
    ("SHOW", "SHOW needs the name of a table", 4),
    ("SHOW ;", "SHOW needs the name of a table", 5),
    ("SHOW TABLES", "there is nothing to show of the name \"TABLES\"", 5),
    ("SHOW POOLS LIKE 'x'", "syntax error at or near \"LIKE\"", 11),
    ("SHOW TENANTS LIKE acme", "LIKE needs a pattern in single quotes", 18),
    ("SHOW MAP SHOW MAP", "syntax error at or near \"SHOW\"", 9),
    ("PAUSE acme", "unknown scope \"acme\"", 6),
    ("PAUSE TENANT", "the id of what is meant is missing", 12),
    ("PAUSE TENANT ''", "the id of what is meant is missing", 13),
    ("PAUSE ALL of it", "syntax error at or near \"of\"", 10),
    ("KILL", "what is to be ended is missing", 4),
    ("KILL 17", "\"17\" names no client", 5),
    ("KILL 0.017.1", "\"0.017.1\" names no client", 5),
    ("KILL 0.-1.1", "\"0.-1.1\" names no client", 5),
    ("RELOAD now", "syntax error at or near \"now\"", 7),
    ("SHOW TENANTS LIKE 'acme", "unterminated quoted text", 18),
    ("SHOW /* what", "unterminated /* comment", 5),
    ("SHOW (", "there is nothing to show of the name \"(\"", 5),
  ]

  @Test("that can't be read say why and where", arguments: bad)
  func fault(query: String, message: String, offset: Int) {
    let error = #expect(throws: AdminSyntaxError.self) {
      try AdminParser.parse(Array(query.utf8))
    }
    #expect(error?.message == message)
    #expect(error?.offset == offset)
  }

  @Test("of a name that nobody knows are told what there is to show")
  func listsTables() {
    let error = #expect(throws: AdminSyntaxError.self) {
      try AdminParser.parse(Array("SHOW LISTS".utf8))
    }
    for table in AdminTable.allCases {
      #expect(error?.hint?.contains(table.rawValue.uppercased()) == true, "\(table)")
    }
  }

  @Test("are bounded in number and in the length of names")
  func bounds() throws {
    let most = Array(repeating: "SHOW MAP", count: AdminLimits.statementsAQuery)
    #expect(try AdminParser.parse(Array(most.joined(separator: ";").utf8)).count == most.count)
    let more = (most + ["SHOW MAP"]).joined(separator: ";")
    #expect(throws: AdminSyntaxError.self) { try AdminParser.parse(Array(more.utf8)) }
    let name = String(repeating: "n", count: AdminLimits.nameBytes)
    #expect(try AdminParser.parse(Array("PAUSE TENANT \(name)".utf8)).count == 1)
    #expect(throws: AdminSyntaxError.self) {
      try AdminParser.parse(Array("PAUSE TENANT \(name)n".utf8))
    }
  }

  static let patterns: [(String, String, Bool)] = [
    ("", "", true), ("", "a", false), ("a", "a", true), ("a", "A", false), ("a", "ab", false),
    ("%", "", true), ("%", "anything", true), ("acme%", "acme", true), ("acme%", "acme-1", true),
    ("acme%", "acm", false), ("%me", "acme", true), ("%me", "acmee", false),
    ("a%c%e", "abcde", true), ("a%c%e", "abced", false), ("%ab%ab", "aabab", true),
    ("%aab", "aaab", true), ("_", "a", true), ("_", "", false), ("_", "ü", true),
    ("a_c", "abc", true), ("a_c", "ac", false), ("%_", "", false), ("_%", "xyz", true),
    ("a\\%", "a%", true), ("a\\%", "ab", false), ("a\\_b", "a_b", true), ("a\\_b", "axb", false),
    ("%%", "a", true), ("%%b", "ab", true),
  ]

  @Test("patterns fit as LIKE's do", arguments: patterns)
  func pattern(pattern: String, text: String, fits: Bool) {
    #expect(LikePattern(pattern).fits(Array(text.utf8)) == fits)
  }

  @Test("a pattern of many stars takes no longer than text times pattern")
  func patternCost() {
    let pattern = LikePattern(String(repeating: "%a", count: 40) + "%b")
    #expect(!pattern.fits(Array(repeating: UInt8(ascii: "a"), count: 4_096)))
  }
}
