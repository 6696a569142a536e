/// Names of what travels.
public enum ExchangeFormat {
  /// The `format` of a snapshot's first line.
  public static let snapshot = "shardway.snapshot/1"
  /// The `format` of a delta's first line.
  public static let delta = "shardway.delta/1"
  /// The media type of a snapshot.
  public static let snapshotMediaType = "application/vnd.shardway.snapshot+jsonl"
  /// The media type of a delta.
  public static let deltaMediaType = "application/vnd.shardway.delta+jsonl"

  /// The first line's fields, once it is canonical JSON.
  static func header(_ line: [UInt8]) throws(ExchangeError) -> JSONView {
    do throws(JSONFault) {
      try CanonicalScanner.check(line)
    } catch {
      throw .malformed(line: 1, reason: error.text)
    }
    return JSONView(checked: line)
  }
}
