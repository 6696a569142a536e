import Testing
import Wire

@Suite("Statements about settings")
struct SettingStatementTests {
  static let sets: [(String, String)] = [
    // The router's own.
    ("SET shardway.consistency = strong", "set session shardway.consistency bare(strong)"),
    ("set shardway.consistency to strong", "set session shardway.consistency bare(strong)"),
    ("SET shardway.consistency='strong'", "set session shardway.consistency quoted(strong)"),
    ("SET SESSION shardway.x = 1", "set session shardway.x bare(1)"),
    ("SET LOCAL shardway.x = 1", "set local shardway.x bare(1)"),
    ("sEt LoCaL ShardWay.X tO STRONG", "set local shardway.x bare(strong)"),
    (" \t\r\n\u{c}SET\nshardway.x\t=\r\n1 ", "set session shardway.x bare(1)"),
    ("/* a */SET/* b */shardway/*c*/./*d*/x/*e*/=/*f*/1/*g*/", "set session shardway.x bare(1)"),
    ("-- a\nSET shardway.x -- b\r= -- c\n1 -- d", "set session shardway.x bare(1)"),
    ("/* a /* nested */ b */ SET shardway.x=1", "set session shardway.x bare(1)"),
    ("SET shardway.x=1;", "set session shardway.x bare(1)"),
    (";; SET shardway.x=1 ; ; ", "set session shardway.x bare(1)"),
    ("SET \"shardway\".\"x\" = 1", "set session shardway.x bare(1)"),
    ("SET \"shardway.x\" = 1", "set session shardway.x bare(1)"),
    ("SET\"Shardway\".X=1", "set session shardway.x bare(1)"),
    ("SET shardway.\"a\"\"b\" = 1", "set session shardway.a\"b bare(1)"),
    ("SET shardway.a.b = 1", "set session shardway.a.b bare(1)"),
    ("SET shardway . x = 1", "set session shardway.x bare(1)"),
    ("SET shardway.x_1$ = 1", "set session shardway.x_1$ bare(1)"),
    ("SET shardway.x = 'it''s'", "set session shardway.x quoted(it's)"),
    ("SET shardway.x = ''''", "set session shardway.x quoted(')"),
    ("SET shardway.x = ''", "set session shardway.x quoted()"),
    ("SET shardway.x = 'a\\'", "set session shardway.x quoted(a\\)"),
    ("SET shardway.x = 'a;b--c/*d'", "set session shardway.x quoted(a;b--c/*d)"),
    ("SET shardway.x = 'ÄÖ'", "set session shardway.x quoted(ÄÖ)"),
    ("SET shardway.x = \"Strong\"", "set session shardway.x quoted(Strong)"),
    ("SET shardway.x = Strong", "set session shardway.x bare(strong)"),
    ("SET shardway.x = on", "set session shardway.x bare(on)"),
    ("SET shardway.x = 1.5e3", "set session shardway.x bare(1.5e3)"),
    ("SET shardway.x = .5", "set session shardway.x bare(.5)"),
    ("SET shardway.x = -1", "set session shardway.x bare(-1)"),
    ("SET shardway.x = +1", "set session shardway.x bare(+1)"),
    ("SET shardway.x = - 1", "set session shardway.x other(- 1)"),
    ("SET shardway.x TO DEFAULT", "set session shardway.x default"),
    ("SET shardway.x = default;", "set session shardway.x default"),
    ("SET shardway.x = \"default\"", "set session shardway.x quoted(default)"),
    ("SET shardway.x = a, 'b'", "set session shardway.x other(a, 'b')"),
    ("SET shardway.x = E'a\\'b'", "set session shardway.x other(E'a\\'b')"),
    ("SET shardway.x = $$a;b$$", "set session shardway.x other($$a;b$$)"),
    ("SET shardway.x = 'a' 'b'", "set session shardway.x other('a' 'b')"),
    ("SET shardway.x = a b", "set session shardway.x other(a b)"),
    ("SET shardway.x = 'a", "set session shardway.x other('a)"),
    ("SET shardway.x = -a", "set session shardway.x other(-a)"),
    ("SET shardway.x = -", "set session shardway.x other(-)"),
    ("SET shardway.x =", "set session shardway.x missing"),
    ("SET shardway.x", "set session shardway.x missing"),
    ("SET shardway.x;", "set session shardway.x missing"),
    ("SET shardway.x 1", "set session shardway.x other(1)"),
    ("SET shardway.x FROM CURRENT", "set session shardway.x other(FROM CURRENT)"),

    // Others.
    ("SET statement_timeout = 0", "set session statement_timeout bare(0)"),
    ("SET statement_timeout TO '5s'", "set session statement_timeout quoted(5s)"),
    ("SET search_path TO a, \"b\"", "set session search_path other(a, \"b\")"),
    ("SET LOCAL search_path = a", "set local search_path bare(a)"),
    ("SET TimeZone = 'UTC'", "set session timezone quoted(UTC)"),
    ("SET TIME ZONE 'UTC'", "set session timezone quoted(UTC)"),
    ("SET LOCAL TIME ZONE 'UTC'", "set local timezone quoted(UTC)"),
    ("SET SESSION TIME ZONE LOCAL", "set session timezone default"),
    ("SET TIME ZONE DEFAULT", "set session timezone default"),
    ("SET TIME ZONE -7", "set session timezone bare(-7)"),
    (
      "SET TIME ZONE INTERVAL '1' HOUR",
      "set session timezone other(INTERVAL '1' HOUR)"
    ),
    ("SET NAMES 'utf8'", "set session client_encoding quoted(utf8)"),
    ("SET NAMES", "set session client_encoding missing"),
    ("SET SCHEMA 'a'", "set session search_path quoted(a)"),
    ("SET ROLE admin", "set session role bare(admin)"),
    ("SET LOCAL ROLE NONE", "set local role bare(none)"),
    ("SET role = 'x'", "set session role quoted(x)"),
    ("SET XML OPTION DOCUMENT", "set session xmloption other(OPTION DOCUMENT)"),
    ("SET SESSION AUTHORIZATION bob", "set session session_authorization bare(bob)"),
    ("SET LOCAL SESSION AUTHORIZATION bob", "set local session_authorization bare(bob)"),
    ("SET SESSION SESSION AUTHORIZATION DEFAULT", "set session session_authorization default"),
    (
      "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY",
      "set session session characteristics other(AS TRANSACTION READ ONLY)"
    ),

    // Words of the grammar as names.
    ("SET local = 1", "set session local bare(1)"),
    ("SET session.a = 1", "set session session.a bare(1)"),
    ("SET LOCAL session TO 1", "set local session bare(1)"),
    ("SET time.zone = 1", "set session time.zone bare(1)"),
    ("SET transaction.x = 1", "set session transaction.x bare(1)"),
    ("SET names = 1", "set session names bare(1)"),

    // Over with the transaction.
    ("SET TRANSACTION READ ONLY", "setTransaction read only"),
    ("SET TRANSACTION ISOLATION LEVEL READ COMMITTED, READ WRITE", "setTransaction read write"),
    ("SET LOCAL TRANSACTION ISOLATION LEVEL SERIALIZABLE", "setTransaction"),
    ("SET TRANSACTION SNAPSHOT '0001'", "setTransaction"),
    ("SET CONSTRAINTS ALL DEFERRED", "setTransaction"),

    // What the server refuses.
    ("SET", "set session  missing"),
    ("SET = 1", "set session = other(1)"),
    ("SET U&\"a\" = 1", "set session u other(&\"a\" = 1)"),
    ("SET a. = 1", "set session a.= other(1)"),
  ]

  @Test("a SET gives scope, name and value", arguments: sets)
  func set(sql: String, expected: String) {
    #expect(StatementRecognizer.texts(sql) == [expected])
  }

  static let others: [(String, String)] = [
    ("RESET shardway.x", "reset shardway.x"),
    ("reset\"Shardway\".x ;", "reset shardway.x"),
    ("RESET statement_timeout", "reset statement_timeout"),
    ("RESET ALL", "resetAll"),
    ("RESET/**/all", "resetAll"),
    ("RESET TIME ZONE", "reset timezone"),
    ("RESET SESSION AUTHORIZATION", "reset session_authorization"),
    ("RESET ROLE", "reset role"),
    ("RESET role.x", "reset role.x"),
    ("RESET TRANSACTION ISOLATION LEVEL", "setTransaction"),
    ("SHOW shardway.route", "show shardway.route"),
    ("show ShardWay . \"Route\";", "show shardway.route"),
    ("SHOW shardway.a.b", "show shardway.a.b"),
    ("SHOW shardway", "other"),
    ("SHOW \"shardway.route\"", "show shardway.route"),
    ("SHOW shardwayx.route", "other"),
    ("SHOW shardway.route extra", "other"),
    ("SHOW search_path", "other"),
    ("SHOW ALL", "other"),
    ("SHOW TIME ZONE", "other"),
    ("SHOW", "other"),
  ]

  @Test("RESET and SHOW give their names", arguments: others)
  func other(sql: String, expected: String) {
    #expect(StatementRecognizer.texts(sql) == [expected])
  }

  @Test("a name is compared without case, quotes and what stands between its parts")
  func names() throws {
    let sql = [UInt8](text: "SET \"Shardway\" /* . */ . X = 1")
    guard case .set(let change) = StatementRecognizer.recognize(sql).first else {
      Issue.record("no SET")
      return
    }
    for (name, isEqual, isPrefix) in [
      ("shardway.x", true, true), ("shardway.", false, true), ("", false, true),
      ("shardway.xy", false, false), ("shardway.y", false, false), ("shardway.X", false, false),
    ] {
      #expect(change.name.isEqual(to: name, in: sql) == isEqual, "\(name)")
      #expect(change.name.hasPrefix(name, in: sql) == isPrefix, "\(name)")
    }
  }

  @Test("a setting that is named by words of its own is compared by its name")
  func specialNames() {
    let none: [UInt8] = []
    #expect(SettingName.timeZone.isEqual(to: "timezone", in: none))
    #expect(!SettingName.timeZone.isEqual(to: "time", in: none))
    #expect(SettingName.timeZone.hasPrefix("time", in: none))
    #expect(!SettingName.clientEncoding.hasPrefix(SettingName.routerPrefix, in: none))
  }

  @Test("a value that is not one word, number or text is not read")
  func unreadValue() {
    let sql = [UInt8](text: "SET a = b, c")
    guard case .set(let change) = StatementRecognizer.recognize(sql).first else {
      Issue.record("no SET")
      return
    }
    #expect(change.value.copy(in: sql) == nil)
    #expect(sql.text(change.value.range) == "b, c")
  }

  @Test(
    "what asks for transactions that may write is told from what leaves that to the server",
    arguments: [
      ("BEGIN READ WRITE", true), ("START TRANSACTION READ WRITE", true),
      ("BEGIN ISOLATION LEVEL SERIALIZABLE, READ WRITE", true),
      ("BEGIN READ WRITE, READ ONLY", false), ("BEGIN", false), ("BEGIN READ ONLY", false),
      ("BEGIN ISOLATION LEVEL READ COMMITTED", false),
      ("SET TRANSACTION READ WRITE", true), ("SET LOCAL TRANSACTION READ WRITE", true),
      ("SET TRANSACTION READ ONLY", false), ("SET TRANSACTION SNAPSHOT '0001'", false),
      ("SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE", true),
      (
        "set session characteristics as transaction isolation level serializable,\tread\nwrite",
        true
      ),
      ("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY", false),
      ("SET default_transaction_read_only = off", true),
      ("SET default_transaction_read_only TO 'OFF'", true),
      ("SET \"default_transaction_read_only\" TO fal", true),
      ("SET default_transaction_read_only = 0", true),
      ("SET default_transaction_read_only TO n", true),
      ("SET default_transaction_read_only TO DEFAULT", true),
      ("SET default_transaction_read_only = on", false),
      ("SET default_transaction_read_only = o", false),
      ("SET default_transaction_read_only = 1", false),
      ("SET LOCAL transaction_read_only = false", true),
      ("RESET default_transaction_read_only", true), ("RESET work_mem", false),
      ("SET work_mem = 0", false), ("INSERT INTO t VALUES (1)", false),
      ("SELECT 'read write'", false),
    ])
  func asksToWrite(sql: String, asks: Bool) {
    let bytes = [UInt8](text: sql)
    let found = StatementRecognizer.recognize(bytes).first
    #expect(found.asksToWrite(in: bytes.span.bytes) == asks, "\(found.text(in: bytes))")
  }
}
