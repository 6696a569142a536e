import Testing
import Wire

@testable import NullServer

/// What Shardway's router asks servers, and what others in its place ask.
@Suite struct RouterQuestionTests {
  static let probe = """
    SELECT s.replays, s.position, \
    current_setting('wal_block_size'), pg_size_bytes(current_setting('wal_segment_size')), \
    (SELECT system_identifier FROM pg_control_system()), \
    CASE WHEN s.replays THEN greatest(\
    (SELECT received_tli FROM pg_stat_wal_receiver), \
    (SELECT timeline_id FROM pg_control_checkpoint()), \
    (SELECT min_recovery_end_timeline FROM pg_control_recovery())) \
    ELSE ('x' || substr(pg_walfile_name(s.position), 1, 8))::bit(32)::int END, \
    current_setting('shardway.epoch', true) \
    FROM (SELECT r.replays, CASE WHEN r.replays THEN pg_last_wal_replay_lsn() \
    ELSE pg_current_wal_insert_lsn() END AS position \
    FROM (SELECT pg_is_in_recovery() AS replays) AS r) AS s
    """

  @Test func `a probe finds a primary`() throws {
    var run = SessionRun()
    let messages = try run.query(Self.probe)
    #expect(messages.summary == "T D C(SELECT 1) Z(I)")
    let values = try messages[1].values(7)
    #expect(
      values == ["f", "0/3000100", "8192", "16777216", "7000000000000000001", "1", nil])
  }

  @Test func `the floor of a session is a position`() throws {
    var run = SessionRun()
    let messages = try run.query(
      "SELECT (CASE WHEN pg_catalog.pg_is_in_recovery() THEN pg_catalog.pg_last_wal_replay_lsn()"
        + " ELSE pg_catalog.pg_current_wal_insert_lsn() END)::text AS \"shardway.floor\"")
    #expect(messages[0].text.contains("shardway.floor"))
    #expect(messages[1].value == "0/3000100")
  }

  @Test func `a row that the router has the server give is given`() throws {
    var run = SessionRun()
    let messages = try run.query(
      "SELECT 'a-1'::text AS \"instance\", NULL::text AS \"zone\", 'it''s'::text AS \"reason\"")
    #expect(messages.summary == "T D C(SELECT 1) Z(I)")
    let values = try messages[1].values(3)
    #expect(values == ["a-1", nil, "it's"])
  }

  @Test func `settings that follow a client are set together, and reported`() throws {
    var run = SessionRun()
    let messages = try run.query(
      "RESET \"a.b\"; SET \"application_name\" TO 'x'; SET \"TimeZone\" TO 'UTC'; "
        + "SELECT pg_catalog.set_config('search_path', 'a, b', false); ")
    #expect(messages.summary == "C(RESET) C(SET) C(SET) T D C(SELECT 1) S S Z(I)")
    let shown = try run.query("SHOW search_path")[1].value
    #expect(shown == "a, b")
  }

  @Test func `a statement without text is prepared and closed`() throws {
    var run = SessionRun()
    run.take(
      Requests.close("S", "shardway_0") + Requests.parse("", as: "shardway_0") + Requests.sync)
    let summary = try run.takeMessages().summary
    #expect(summary == "3 1 Z(I)")
    let gone = try run.query("DEALLOCATE shardway_0").summary
    #expect(gone == "C(DEALLOCATE) Z(I)")
  }
}

extension Message {
  /// The values of a row with so many columns.
  fileprivate func values(_ count: Int) throws -> [String?] {
    try DataRow.decode(body.span.bytes, columnCount: count).columns.map { column in
      column.map { String(decoding: body[$0], as: UTF8.self) }
    }
  }
}
