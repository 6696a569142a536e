internal import ShardMap

/// `last-good.deltas`: deltas as they were received, one behind the other, each on the disk before
/// the map that it leads to is published.
///
/// An entry is its length and its CRC-32C, four bytes each, little-endian, and the delta. A process
/// that was killed leaves a torn entry at the end; it is cut off when the log is opened.
final class DeltaLog {
  static let headerBytes = 8
  private let file: OpenMapFile
  private let files: any SyncFiles
  /// Bytes of whole entries; what stands behind them is nothing.
  private(set) var end = 0
  /// Whether something may stand behind ``end`` that could not be cut off.
  private var hasTail = false

  /// Opens the log, or makes an empty one. Entries are read with ``next(limit:)`` before anything is
  /// appended.
  init(path: String, files: any SyncFiles) throws(MapFileError) {
    guard let file = try files.open(path, creating: true) else {
      throw .notARegularFile(path: path)
    }
    self.file = file
    self.files = files
  }

  deinit { files.close(file) }

  /// The next whole entry, or nil at the end of what is sound.
  func next(limit: Int) throws(MapFileError) -> [UInt8]? {
    let header = try files.read(Self.headerBytes, at: end, of: file)
    guard header.count == Self.headerBytes else { return nil }
    let count = Int(Self.number(header[0..<4]))
    guard count <= limit else { return nil }
    let body = try files.read(count, at: end + Self.headerBytes, of: file)
    guard body.count == count, CRC32C.of(header[0..<4] + body) == Self.number(header[4..<8]) else {
      return nil
    }
    end += Self.headerBytes + count
    return body
  }

  /// Cuts off what stands behind `end`; whether there was anything.
  @discardableResult
  func cut(to end: Int) throws(MapFileError) -> Bool {
    self.end = end
    hasTail = true
    let isLonger = try files.byteCount(of: file) > end
    if isLonger {
      try files.truncate(file, to: end)
      try files.synchronize(file)
    }
    hasTail = false
    return isLonger
  }

  /// Appends an entry and waits until it is on the disk.
  func append(_ body: [UInt8]) throws(MapFileError) {
    if hasTail { try cut(to: end) }
    hasTail = true
    let length = Self.bytes(UInt32(truncatingIfNeeded: body.count))
    let entry = length + Self.bytes(CRC32C.of(length + body)) + body
    try files.write(entry, at: end, to: file)
    try files.synchronize(file)
    hasTail = false
    end += entry.count
  }

  private static func number(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    bytes.reversed().reduce(0) { $0 << 8 | UInt32($1) }
  }

  private static func bytes(_ number: UInt32) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
  }
}
