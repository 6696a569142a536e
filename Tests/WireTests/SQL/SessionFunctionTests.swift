import Testing
import Wire

@Suite("Functions that leave something in the session")
struct SessionFunctionTests {
  static let cases: [(String, SessionFunctions)] = [
    ("SELECT pg_advisory_lock(1)", .advisoryLock),
    ("select PG_ADVISORY_LOCK (1, 2)", .advisoryLock),
    ("SELECT pg_advisory_lock_shared(1)", .advisoryLock),
    ("SELECT pg_try_advisory_lock(1)", .advisoryLock),
    ("SELECT pg_try_advisory_lock_shared(1)", .advisoryLock),
    ("SELECT pg_catalog.pg_advisory_lock(1)", .advisoryLock),
    ("SELECT \"pg_advisory_lock\"(1)", .advisoryLock),
    ("SELECT pg_advisory_lock/**/(1)", .advisoryLock),
    ("SELECT pg_advisory_lock -- a\n (1)", .advisoryLock),
    ("INSERT INTO t SELECT pg_advisory_lock(1)", .advisoryLock),
    ("DO $$ BEGIN PERFORM pg_advisory_lock(1); END $$", .advisoryLock),
    ("SELECT 1; SELECT 2; SELECT pg_advisory_lock(1)", .advisoryLock),
    ("SELECT 'pg_advisory_lock'", .advisoryLock),
    ("-- pg_advisory_lock\nSELECT 1", .advisoryLock),
    ("pg_advisory_lock", .advisoryLock),
    ("SELECT pg_advisory_xact_lock(1)", []),
    ("SELECT pg_advisory_xact_lock_shared(1)", []),
    ("SELECT pg_try_advisory_xact_lock(1)", []),
    ("SELECT pg_advisory_unlock(1)", []),
    ("SELECT pg_advisory_unlock_all()", []),
    ("SELECT pg_advisory_loc", []),
    ("SELECT advisory_lock(1)", []),
    ("SELECT pgx_advisory_lock(1)", []),
    ("SELECT advisor FROM provider WHERE verified", []),

    ("SELECT set_config('a', 'b', false)", .setConfig),
    ("SELECT SET_CONFIG ( 'a', 'b', false )", .setConfig),
    ("SELECT set_config('a', $1, $2)", .setConfig),
    ("SELECT set_config('a', 'b', 'true')", .setConfig),
    ("SELECT set_config('a', 'b', is_local => true)", .setConfig),
    ("SELECT set_config('a', 'b', true OR false)", .setConfig),
    ("SELECT set_config('a', 'b', NOT true)", .setConfig),
    ("SELECT set_config('a', 'b')", .setConfig),
    ("SELECT set_config('a', true)", .setConfig),
    ("SELECT set_config('a', 'b', false, true)", .setConfig),
    ("SELECT set_config", .setConfig),
    ("SELECT set_config(", .setConfig),
    ("SELECT set_config('a', 'b', true", .setConfig),
    ("SELECT set_config('a', 'b, true)", .setConfig),
    ("SELECT \"set_config\"('a', 'b', false)", .setConfig),
    ("SELECT set_config('a', 'b', true), set_config('a', 'b', false)", .setConfig),
    ("SELECT set_config('a', set_config('b', 'c', false), true)", .setConfig),
    ("SELECT set_config('a', 'b', true)", []),
    ("SELECT set_config('a', $1, TRUE)", []),
    ("SELECT \"set_config\"('a', $$b, c)$$, true)", []),
    ("SELECT pg_catalog.set_config ( 'a' , lower(f(1, 2)) , /* local */ true )", []),
    ("SELECT set_config('a', 'b), ', true), set_config('c', 'd', true)", []),
    ("SELECT set_config('a', set_config('b', 'c', true), true)", []),
    ("SELECT set_configuration('a', 'b', false)", []),
    ("SELECT set_confi('a')", []),
    ("SELECT * FROM set_configs WHERE config", []),

    ("SELECT pg_advisory_lock(1), set_config('a', 'b', false)", [.advisoryLock, .setConfig]),
    ("SELECT set_config('a', pg_advisory_lock(1)::text, true)", .advisoryLock),
    ("SELECT set_config('a', 'pg_advisory_lock', false)", [.advisoryLock, .setConfig]),
  ]

  @Test("are seen anywhere in a text", arguments: cases)
  func seen(sql: String, expected: SessionFunctions) {
    #expect(StatementRecognizer.recognize(.init(text: sql)).functions == expected)
    // At every place of the words in which a text is read.
    for count in 1...8 {
      let moved =
        String(repeating: " ", count: count) + sql + String(repeating: " ", count: 8 - count)
      #expect(StatementRecognizer.recognize(.init(text: moved)).functions == expected)
    }
  }

  @Test("whose arguments go on too long are taken for lasting ones")
  func longArguments() {
    let sql = "SELECT set_config('a', '\(String(repeating: "x", count: 600))', true)"
    #expect(StatementRecognizer.recognize(.init(text: sql)).functions == .setConfig)
  }

  @Test("say what they leave behind")
  func pins() {
    #expect(SessionFunctions([]).pin == nil)
    #expect(SessionFunctions.advisoryLock.pin == .advisoryLock)
    #expect(SessionFunctions.setConfig.pin == .sessionSetting)
    #expect(SessionFunctions([.advisoryLock, .setConfig]).pin == .advisoryLock)
  }
}
