import Testing
import Wire

@Suite("Statements that matter to a pooler")
struct StatementRecognizerTests {
  static let cases: [(String, String)] = [
    // Queries and all that does not matter.
    ("SELECT 1", "query"),
    ("select", "query"),
    ("SELECT/**/1", "query"),
    ("SELECT'a'", "query"),
    ("-- comment\nSELECT 1", "query"),
    ("--\r\n--\n/**/SELECT 1;", "query"),
    ("VALUES (1)", "query"),
    ("TABLE t", "query"),
    ("(SELECT 1)", "other"),
    ("WITH a AS (DELETE FROM t RETURNING 1) SELECT * FROM a", "other"),
    ("INSERT INTO t VALUES (1)", "other"),
    ("UPDATE t SET a = 1", "other"),
    ("ALTER ROLE r SET search_path = a", "other"),
    ("SELECTED", "other"),
    ("SELECT_", "other"),
    ("select1", "other"),
    ("setting", "other"),
    ("SETä x = 1", "other"),
    ("set$", "other"),
    ("\"set\" x = 1", "other"),
    ("NOTIFY a", "other"),
    ("SAVEPOINT a", "other"),
    ("RELEASE a", "other"),
    ("1", "other"),
    ("'SET a = 1'", "other"),
    ("äöü", "other"),
    ("DO $$ BEGIN END $$", "other"),
    ("EXECUTE a(1)", "other"),
    ("COPY t FROM STDIN", "other"),

    // Transactions.
    ("BEGIN", "begin "),
    ("begin;", "begin "),
    ("BEGIN WORK", "begin "),
    ("BEGIN TRANSACTION", "begin "),
    ("START TRANSACTION", "begin "),
    ("START/* */TRANSACTION;", "begin "),
    ("START SLAVE", "other"),
    ("START", "other"),
    ("BEGIN READ ONLY", "begin read only"),
    ("BEGIN READ WRITE", "begin read write"),
    ("BEGIN TRANSACTION READ ONLY", "begin read only"),
    ("BEGIN ISOLATION LEVEL READ COMMITTED", "begin "),
    ("BEGIN ISOLATION LEVEL READ COMMITTED, READ ONLY", "begin read only"),
    ("BEGIN READ ONLY ISOLATION LEVEL READ UNCOMMITTED", "begin read only"),
    ("BEGIN WORK ISOLATION LEVEL SERIALIZABLE, READ ONLY, DEFERRABLE", "begin read only"),
    ("START TRANSACTION NOT DEFERRABLE READ/**/WRITE", "begin read write"),
    ("BEGIN READ WRITE, READ ONLY", "begin read only"),
    ("BEGIN READ ONLY, READ WRITE", "begin read write"),
    ("BEGIN -- READ ONLY", "begin "),
    ("BEGIN READ", "begin "),
    ("COMMIT", "commit"),
    ("commit work;", "commit"),
    ("COMMIT TRANSACTION", "commit"),
    ("END", "commit"),
    ("END TRANSACTION AND NO CHAIN", "commit"),
    ("COMMIT AND CHAIN", "commit and chain"),
    ("COMMIT WORK AND CHAIN", "commit and chain"),
    ("COMMIT AND NO CHAIN", "commit"),
    ("COMMIT PREPARED 'a'", "other"),
    ("ROLLBACK", "rollback"),
    ("ABORT", "rollback"),
    ("ROLLBACK WORK AND NO CHAIN", "rollback"),
    ("ROLLBACK AND CHAIN", "rollback and chain"),
    ("ABORT TRANSACTION AND CHAIN", "rollback and chain"),
    ("ROLLBACK TO a", "other"),
    ("ROLLBACK TO SAVEPOINT a", "other"),
    ("ROLLBACK WORK TO a", "other"),
    ("ROLLBACK PREPARED 'a'", "other"),

    // What a session holds.
    ("DISCARD ALL", "discard all"),
    ("discard plans;", "discard plans"),
    ("DISCARD SEQUENCES", "discard sequences"),
    ("DISCARD TEMP", "discard temporary"),
    ("DISCARD TEMPORARY", "discard temporary"),
    ("DISCARD", "other"),
    ("DISCARD ALLES", "other"),
    ("PREPARE a AS SELECT 1", "prepare"),
    ("PREPARE a (int, text) AS SELECT $1, $2", "prepare"),
    ("PREPARE \"a\" AS SELECT 1", "prepare"),
    ("PREPARE transaction AS SELECT 1", "prepare"),
    ("PREPARE TRANSACTION 'a'", "other"),
    ("PREPARE TRANSACTION E'a'", "other"),
    ("PREPARE TRANSACTION $$a$$", "other"),
    ("DEALLOCATE a", "deallocate a"),
    ("DEALLOCATE S_1;", "deallocate s_1"),
    ("DEALLOCATE \"S_1\"", "deallocate S_1"),
    ("DEALLOCATE \"a\"\"b\"", "deallocate a\"b"),
    ("DEALLOCATE \"ALL\"", "deallocate ALL"),
    ("DEALLOCATE PREPARE a", "deallocate a"),
    ("DEALLOCATE PREPARE", "deallocate prepare"),
    ("DEALLOCATE prepare;", "deallocate prepare"),
    ("DEALLOCATE Ä1", "deallocate Ä1"),
    ("DEALLOCATE ALL", "deallocateAll"),
    ("DEALLOCATE PREPARE ALL", "deallocateAll"),
    ("DEALLOCATE", "other"),
    ("DEALLOCATED a", "other"),
    ("DEALLOCAT a", "other"),
    ("DECLARE c CURSOR FOR SELECT 1", "declare"),
    ("DECLARE c CURSOR WITH HOLD FOR SELECT 1", "declare with hold"),
    ("DECLARE c CURSOR WITHOUT HOLD FOR SELECT 1", "declare"),
    (
      "declare \"c\" binary insensitive no scroll cursor/**/with hold for table t",
      "declare with hold"
    ),
    ("DECLARE cursor CURSOR WITH HOLD FOR SELECT 1", "declare with hold"),
    ("DECLARE c CURSOR FOR SELECT 'WITH HOLD'", "declare"),
    ("DECLARE c", "other"),
    ("LISTEN a", "listen"),
    ("listen\"a\"", "listen"),
    ("UNLISTEN *", "unlisten"),
    ("CREATE TEMP TABLE t (a int)", "createTemporary"),
    ("CREATE TEMPORARY TABLE t AS SELECT 1", "createTemporary"),
    ("CREATE LOCAL TEMP TABLE t ()", "createTemporary"),
    ("CREATE GLOBAL TEMPORARY TABLE t ()", "createTemporary"),
    ("CREATE OR REPLACE TEMP VIEW v AS SELECT 1", "createTemporary"),
    ("create temp sequence s", "createTemporary"),
    ("CREATE TEMP RECURSIVE VIEW v (a) AS SELECT 1", "createTemporary"),
    ("CREATE TABLE pg_temp.t ()", "createTemporary"),
    ("CREATE TABLE IF NOT EXISTS \"pg_temp\" . t ()", "createTemporary"),
    ("CREATE FUNCTION PG_TEMP.f() RETURNS int LANGUAGE sql AS 'SELECT 1'", "createTemporary"),
    ("CREATE TABLE pg_temp_1x ()", "other"),
    ("CREATE TABLE temp ()", "other"),
    ("CREATE TABLE temporary ()", "other"),
    ("CREATE UNLOGGED TABLE t ()", "other"),
    ("CREATE", "other"),
    ("LOAD 'auto_explain'", "load"),
    ("load$$a$$", "other"),
    ("load $$a$$", "load"),
  ]

  @Test("are recognized by their words, whatever stands between them", arguments: cases)
  func recognized(sql: String, expected: String) {
    #expect(StatementRecognizer.texts(sql) == [expected])
    let recognized = StatementRecognizer.recognize(.init(text: sql))
    #expect(!recognized.isMultiple)
    #expect(recognized.functions == [])
  }

  @Test(
    "of a text without a statement are none",
    arguments: ["", " ", ";", " ; ;\n", "-- a", "/* a */", "/* a", "--\n;/**/;", "\u{b}\u{c}"])
  func empty(sql: String) {
    let recognized = StatementRecognizer.recognize(.init(text: sql))
    #expect(recognized.first == .empty)
    #expect(!recognized.isMultiple)
    #expect(StatementRecognizer.texts(sql).isEmpty)
  }

  @Test("end with a text's first zero byte, as for the server", arguments: cases)
  func zeroByte(sql: String, expected: String) {
    let text = [UInt8](text: sql)
    let terminated = text + [0]
    let alone = StatementRecognizer.recognize(text)
    #expect(StatementRecognizer.recognize(terminated) == alone)
    let followed = terminated + .init(text: "; SET a = 1; pg_advisory_lock('")
    #expect(StatementRecognizer.recognize(followed) == alone)
    #expect(StatementRecognizer.statements(followed).count == 1)
  }

  static let pins: [(String, Pin?)] = [
    ("SET a = 1", .sessionSetting), ("SET LOCAL a = 1", nil), ("SET TRANSACTION READ ONLY", nil),
    ("RESET a", nil), ("PREPARE a AS SELECT 1", .sqlPrepare), ("DEALLOCATE a", nil),
    ("DECLARE c CURSOR WITH HOLD FOR SELECT 1", .heldCursor),
    ("DECLARE c CURSOR FOR SELECT 1", nil), ("LISTEN a", .listen), ("UNLISTEN a", nil),
    ("CREATE TEMP TABLE t ()", .temporaryTable), ("LOAD 'a'", .load), ("SELECT 1", nil),
    ("BEGIN", nil), ("DISCARD ALL", nil), ("", nil),
  ]

  @Test("say what they leave behind in the session", arguments: pins)
  func leftBehind(sql: String, pin: Pin?) {
    #expect(StatementRecognizer.recognize(.init(text: sql)).first.pin == pin)
  }
}
