import Testing

@testable import NullServer

@Suite struct SimpleQueryTests {
  @Test(arguments: [
    ("SELECT 1", "T D C(SELECT 1) Z(I)"),
    ("SELECT abalance FROM pgbench_accounts WHERE aid = 12;", "T D C(SELECT 1) Z(I)"),
    ("/* a */ select -- b\n 5", "T D C(SELECT 1) Z(I)"),
    ("", "I Z(I)"),
    (" ; -- nothing", "I Z(I)"),
    ("VALUES (1)", "T D C(SELECT 1) Z(I)"),
    ("BEGIN", "C(BEGIN) Z(T)"),
    ("START TRANSACTION READ ONLY", "C(BEGIN) Z(T)"),
    ("COMMIT", "C(COMMIT) Z(I)"),
    ("END", "C(COMMIT) Z(I)"),
    ("ROLLBACK", "C(ROLLBACK) Z(I)"),
    ("BEGIN; SELECT 1; COMMIT", "C(BEGIN) T D C(SELECT 1) C(COMMIT) Z(I)"),
    ("BEGIN; SELECT ';'; UPDATE t SET a = 1", "C(BEGIN) T D C(SELECT 1) C(UPDATE 1) Z(T)"),
    ("INSERT INTO t VALUES (1)", "C(INSERT 0 1) Z(I)"),
    ("INSERT INTO t VALUES ('returning')", "C(INSERT 0 1) Z(I)"),
    ("INSERT INTO t VALUES (1) RETURNING id", "T D C(INSERT 0 1) Z(I)"),
    ("UPDATE t SET value = value + 1 WHERE id = 3 RETURNING value", "T D C(UPDATE 1) Z(I)"),
    ("DELETE FROM t", "C(DELETE 1) Z(I)"),
    ("SET search_path = a", "C(SET) Z(I)"),
    ("SET TRANSACTION READ ONLY", "C(SET) Z(I)"),
    ("RESET ALL", "C(RESET) Z(I)"),
    ("SHOW server_version", "T D C(SHOW) Z(I)"),
    ("SHOW nonsense", "E(42704) Z(I)"),
    ("DISCARD ALL", "C(DISCARD ALL) Z(I)"),
    ("DEALLOCATE ALL", "C(DEALLOCATE ALL) Z(I)"),
    ("DEALLOCATE a", "E(26000) Z(I)"),
    ("CREATE TABLE a (b int)", "C(CREATE TABLE) Z(I)"),
    ("create or replace function f() returns int", "C(CREATE FUNCTION) Z(I)"),
    ("TRUNCATE a", "C(TRUNCATE TABLE) Z(I)"),
    ("COPY a FROM STDIN", "E(0A000) Z(I)"),
    ("nonsense", "E(42601) Z(I)"),
    ("SELECT 1; nonsense; SELECT 2", "T D C(SELECT 1) E(42601) Z(I)"),
    ("BEGIN; nonsense", "C(BEGIN) E(42601) Z(E)"),
    ("LISTEN a; UNLISTEN *", "C(LISTEN) C(UNLISTEN) Z(I)"),
    ("SAVEPOINT a", "C(SAVEPOINT) Z(I)"),
    (
      "PREPARE a AS SELECT 7; EXECUTE a; DEALLOCATE a",
      "C(PREPARE) T D C(SELECT 1) C(DEALLOCATE) Z(I)"
    ),
    ("PREPARE a AS EXECUTE a; EXECUTE a", "C(PREPARE) E(26000) Z(I)"),
    ("SELECT pg_catalog.set_config('a.b', 'c', false)", "T D C(SELECT 1) Z(I)"),
  ])
  func `statements are answered by their kind`(text: String, expected: String) throws {
    var run = SessionRun()
    let summary = try run.query(text).summary
    #expect(summary == expected)
  }

  @Test(arguments: [
    ("SELECT 1", "1"), ("SELECT -12", "-12"), ("SELECT '12'", "12"),
    ("SELECT 12345678901", "12345678901"), ("SELECT a FROM b", "1"), ("SELECT 1 FROM b", "1"),
    ("SELECT 'it''s'::text AS \"A\"", "it's"), ("SELECT true", "t"),
    ("SELECT pg_is_in_recovery()", "f"), ("SELECT pg_catalog.pg_is_in_recovery() AS x", "f"),
    ("SELECT current_setting('TimeZone')", "Etc/UTC"),
    ("SELECT set_config('TimeZone', 'x', false)", "x"), ("SHOW TIME ZONE", "Etc/UTC"),
    ("SELECT pg_current_wal_lsn()", "0/3000100"), ("SELECT count(*) FROM a", "1"),
    ("SELECT repeat('x', 3)", "xxx"), ("SELECT pg_catalog.repeat('x'::text, 3)", "xxx"),
    ("SELECT repeat('x', 0)", ""),
  ])
  func `rows hold what is asked for`(text: String, value: String) throws {
    var run = SessionRun()
    let row = try run.query(text).first { $0.type == "D" }
    #expect(row?.value == value)
  }

  @Test(arguments: [
    ("SELECT a, b, c FROM d", 3), ("SELECT a, f(b, c) FROM d, e", 2), ("SELECT 1, 'a', NULL", 3),
    ("SELECT * FROM a", 1),
  ])
  func `there is a column for each that is asked for`(text: String, count: UInt8) throws {
    var run = SessionRun()
    let row = try run.query(text).first { $0.type == "D" }
    #expect(row?.body[1] == count)
  }

  @Test(arguments: [0, 1, 64, 4_096, 4_097, 1 << 20, (1 << 20) + 1, 64 << 20])
  func `repeat gives rows of any size`(count: Int) throws {
    var run = SessionRun()
    let messages = try run.query("SELECT repeat('x', \(count))")
    let row = messages[1]
    #expect(messages.summary == "T D C(SELECT 1) Z(I)")
    #expect(row.body.count == 6 + count)
    let isFull = row.body[6...].allSatisfy { $0 == UInt8(ascii: "x") }
    #expect(isFull)
  }

  @Test func `a row that is too long is refused`() throws {
    var run = SessionRun()
    let summary = try run.query("SELECT repeat('x', \(NullServerLimits.rowBytes + 1))").summary
    #expect(summary == "E(54000) Z(I)")
  }

  @Test func `a failed transaction takes nothing but its end`() throws {
    var run = SessionRun()
    let steps = [
      ("BEGIN", "C(BEGIN) Z(T)"), ("nonsense", "E(42601) Z(E)"), ("SELECT 1", "E(25P02) Z(E)"),
      ("ROLLBACK TO a", "C(ROLLBACK) Z(T)"), ("nonsense", "E(42601) Z(E)"),
      ("COMMIT", "C(ROLLBACK) Z(I)"), ("SELECT 1", "T D C(SELECT 1) Z(I)"),
      ("BEGIN", "C(BEGIN) Z(T)"), ("COMMIT AND CHAIN", "C(COMMIT) Z(T)"),
      ("ROLLBACK AND CHAIN", "C(ROLLBACK) Z(T)"), ("ABORT", "C(ROLLBACK) Z(I)"),
    ]
    for (text, expected) in steps {
      let summary = try run.query(text).summary
      #expect(summary == expected, "\(text)")
    }
  }

  @Test func `settings that PostgreSQL reports are reported when they change`() throws {
    var run = SessionRun()
    let steps = [
      ("SET application_name = 'a'", "C(SET) S Z(I)"),
      ("SET application_name = 'a'", "C(SET) Z(I)"),
      ("SET search_path = a", "C(SET) Z(I)"),
      ("SET LOCAL TimeZone = 'b'", "C(SET) Z(I)"),
      ("SET datestyle TO 'German'", "C(SET) S Z(I)"),
      ("RESET datestyle", "C(RESET) S Z(I)"),
      ("DISCARD ALL", "C(DISCARD ALL) S Z(I)"),
    ]
    for (text, expected) in steps {
      let summary = try run.query(text).summary
      #expect(summary == expected, "\(text)")
    }
    let shown = try run.query("SET a.b = 'c'; SHOW a.b").first { $0.type == "D" }
    #expect(shown?.value == "c")
  }

  @Test func `an error that a block raises is the client's`() throws {
    var run = SessionRun()
    let messages = try run.query(
      "DO $shardway$ BEGIN RAISE EXCEPTION USING ERRCODE = '55000', MESSAGE = 'it''s so', "
        + "HINT = 'Ask.'; END $shardway$")
    #expect(messages.summary == "E(55000) Z(I)")
    #expect(messages[0].text.contains("it's so"))
    let done = try run.query("DO $$ BEGIN NULL; END $$").summary
    #expect(done == "C(DO) Z(I)")
  }
}
