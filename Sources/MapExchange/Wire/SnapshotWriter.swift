/// Writes a snapshot as a stream: a seal and then every record, in the order of their keys.
///
/// It holds one record and zstd's window, however many records there are. Take the output from time
/// to time, and at the end.
public struct SnapshotWriter: ~Copyable, Sendable {
  private let count: Int
  private var written = 0
  private var last: ResourceKey?
  private var compressor = ZstdCompressor()

  /// A snapshot of `count` records.
  public init(seal: MapSeal, count: Int) {
    self.count = count
    var json = JSONWriter()
    json.beginObject()
    json.field("count", count)
    json.field("format", ExchangeFormat.snapshot)
    json.name("seal")
    seal.write(&json)
    json.endObject()
    compressor.append(json.bytes + [UInt8(ascii: "\n")])
  }

  /// Adds the next record.
  ///
  /// - Throws: ``ExchangeError/malformed(line:reason:)`` when its key isn't above the last one's, or
  ///   all records are there.
  public mutating func append(_ record: MapRecord) throws(ExchangeError) {
    if let last, !(last < record.key) {
      throw .malformed(
        line: written + 2, reason: "\(record.key) is there twice or follows \(last) out of order")
    }
    guard written < count else {
      throw .malformed(line: written + 2, reason: "there are more than the \(count) records named")
    }
    last = record.key
    written += 1
    compressor.append(record.bytes + [UInt8(ascii: "\n")])
  }

  /// Compressed bytes that wait to be taken.
  public var outputCount: Int { compressor.output.count }

  /// Takes what is compressed so far.
  public mutating func takeOutput() -> [UInt8] { compressor.takeOutput() }

  /// Ends the snapshot and takes the rest.
  ///
  /// - Throws: ``ExchangeError/malformed(line:reason:)`` when records are missing.
  public mutating func finish() throws(ExchangeError) -> [UInt8] {
    guard written == count else {
      throw .malformed(line: 1, reason: "there are \(written) records of \(count)")
    }
    compressor.finish()
    return compressor.takeOutput()
  }
}
