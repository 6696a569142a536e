/// A file on its way to replace another one. Dropped before ``finish(_:)``, it leaves nothing.
final class MapReplacement {
  private let path: String
  private let files: any MapFiles
  private let file: OpenMapFile
  private var isInPlace = false

  /// Sweeps up behind killed writers, so that a disk doesn't fill with what they left, and begins.
  init(of path: String, files: any MapFiles) throws(MapFileError) {
    files.removeLeftovers(beside: path)
    file = try files.makeTemporary(beside: path)
    self.path = path
    self.files = files
  }

  deinit {
    // The mark goes last: nobody may take the file for a leftover while its name is there.
    if !isInPlace { files.unlink(file) }
    files.close(file)
  }

  func copy(_ byteCount: Int, of source: OpenMapFile) throws(MapFileError) {
    try files.copy(byteCount, of: source, to: file)
  }

  func write(_ bytes: [UInt8], at offset: Int) throws(MapFileError) {
    try files.write(bytes, at: offset, to: file)
  }

  func truncate(to byteCount: Int) throws(MapFileError) {
    try files.truncate(file, to: byteCount)
  }

  /// Puts the file in its place.
  func finish(_ durability: MapDurability) throws(MapFileError) {
    // Routers and operators run as other users, and a map holds no secret.
    try files.setMode(0o644, of: file)
    if durability == .beforeUse { try files.synchronize(file) }
    try files.rename(file, to: path)
    isInPlace = true
    // Without this, the rename itself may be lost in a power failure.
    if durability == .beforeUse { try files.synchronizeDirectory(of: path) }
  }
}
