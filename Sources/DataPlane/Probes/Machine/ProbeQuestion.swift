import Routing
import Wire

/// The one question that probes ask: what an instance is, and how far it has come. It works on primaries and replicas from PostgreSQL 12 on,
/// for any role; what the server allows only on one of the two stands behind CASE.
enum ProbeQuestion {
  /// The setting in which a fleet may publish an instance's epoch.
  static let epochSetting = "shardway.epoch"

  /// Whether the server replays is asked once, before all else, so that a promotion in between can't mix two answers: what it had replayed
  /// stays true.
  ///
  /// The primary's position is that of *insertion*. `pg_current_wal_lsn` is behind it by what was committed with `synchronous_commit =
  /// off` and not written yet: the proof of a replica would miss that.
  ///
  /// A replica's timeline is read after its position, and is the newest that it has adopted. Of the three places that tell one, the view
  /// is right at once after a failover, and shows it to members of `pg_read_all_stats` only; the control file follows with the next
  /// restart point.
  static let text = """
    SELECT s.replays, s.position, \
    current_setting('wal_block_size'), pg_size_bytes(current_setting('wal_segment_size')), \
    (SELECT system_identifier FROM pg_control_system()), \
    CASE WHEN s.replays THEN greatest(\
    (SELECT received_tli FROM pg_stat_wal_receiver), \
    (SELECT timeline_id FROM pg_control_checkpoint()), \
    (SELECT min_recovery_end_timeline FROM pg_control_recovery())) \
    ELSE ('x' || substr(pg_walfile_name(s.position), 1, 8))::bit(32)::int END, \
    current_setting('\(epochSetting)', true) \
    FROM (SELECT r.replays, CASE WHEN r.replays THEN pg_last_wal_replay_lsn() \
    ELSE pg_current_wal_insert_lsn() END AS position \
    FROM (SELECT pg_is_in_recovery() AS replays) AS r) AS s
    """

  /// The whole Query message.
  static let message = MessageEncoder.encode(
    type: FrontendMessageType.query, body: Array(text.utf8) + [0])
}

/// The columns of the answer, in order.
public enum ProbeColumn: Int, CaseIterable, Sendable {
  case replays, position, blockBytes, segmentBytes, system, timeline, epoch
}

extension ProbeAnswer {
  /// Reads the row that answers the question.
  init(row body: RawSpan) throws(ProbeFault) {
    let fields = try AnswerFields(body)
    let replays = try fields.flag(.replays)
    role = replays ? .replica : .primary
    let position = try fields.position(.position)
    self.position =
      replays
      ? position
      : position.withoutPageHeader(
        blockBytes: try fields.number(.blockBytes), segmentBytes: try fields.number(.segmentBytes))
    lineage = LogLineage(
      system: try fields.number(.system), timeline: try fields.number(.timeline))
    // A setting that was made up and reset is there, and empty.
    epoch = fields.isEmpty(.epoch) ? nil : try fields.number(.epoch)
  }
}

/// The columns of the answer as text.
private struct AnswerFields {
  private let columns: [[UInt8]?]

  init(_ body: RawSpan) throws(ProbeFault) {
    do throws(MessageBodyError) {
      let row = try DataRow.decode(body, columnCount: ProbeColumn.allCases.count)
      columns = row.columns.map { column in column.map { body.copy(of: $0) } }
    } catch {
      throw .body(error)
    }
  }

  func isEmpty(_ column: ProbeColumn) -> Bool {
    columns[column.rawValue]?.isEmpty ?? true
  }

  func flag(_ column: ProbeColumn) throws(ProbeFault) -> Bool {
    switch columns[column.rawValue] {
    case [UInt8(ascii: "t")]: true
    case [UInt8(ascii: "f")]: false
    default: throw .column(column)
    }
  }

  func position(_ column: ProbeColumn) throws(ProbeFault) -> LogPosition {
    guard let text = columns[column.rawValue], let position = LogPosition(parsing: text) else {
      throw .column(column)
    }
    return position
  }

  /// A number as PostgreSQL writes it: digits, and a sign where it is below zero.
  func number<Number: FixedWidthInteger>(
    _ column: ProbeColumn
  ) throws(ProbeFault) -> Number {
    guard let text = columns[column.rawValue], text.first != UInt8(ascii: "+"),
      let number = Number(String(decoding: text, as: UTF8.self))
    else { throw .column(column) }
    return number
  }
}

extension LogPosition {
  /// Bytes of the header of a page of the log, and of that of a segment's first page (`SizeOfXLogShortPHD`, `SizeOfXLogLongPHD`).
  private static let (pageHeaderBytes, segmentHeaderBytes): (UInt64, UInt64) = (24, 40)

  /// The same place as a replica tells it. A primary whose last record ended with a page, or that has switched to another segment, tells where
  /// it will insert the next record, behind the page's header; a replica has replayed up to the page. Without this, the replica of an idle
  /// primary would seem to lack a record.
  func withoutPageHeader(blockBytes: UInt64, segmentBytes: UInt64) -> LogPosition {
    guard blockBytes > Self.segmentHeaderBytes, segmentBytes >= blockBytes else { return self }
    if rawValue % segmentBytes == Self.segmentHeaderBytes {
      return LogPosition(rawValue: rawValue - Self.segmentHeaderBytes)
    }
    if rawValue % segmentBytes > blockBytes, rawValue % blockBytes == Self.pageHeaderBytes {
      return LogPosition(rawValue: rawValue - Self.pageHeaderBytes)
    }
    return self
  }
}
