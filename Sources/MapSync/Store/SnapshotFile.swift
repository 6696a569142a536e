internal import ShardMap

/// A snapshot on its way to the disk. Dropped before it was renamed, it leaves nothing.
final class SnapshotFile {
  let file: OpenMapFile
  /// Whether it has its name.
  var isInPlace = false
  private let files: any SyncFiles
  private var end = 0

  init(beside path: String, files: any SyncFiles) throws(MapFileError) {
    files.removeLeftovers(beside: path)
    file = try files.makeTemporary(beside: path)
    self.files = files
  }

  deinit {
    if !isInPlace { files.unlink(file) }
    files.close(file)
  }

  func append(_ bytes: [UInt8]) throws(MapFileError) {
    guard !bytes.isEmpty else { return }
    try files.write(bytes, at: end, to: file)
    end += bytes.count
  }

  func synchronize() throws(MapFileError) { try files.synchronize(file) }
}
