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

  /// Puts the file in its place, with these permission bits: by default as a map, which holds no secret,
  /// for routers and operators run as other users.
  func finish(_ durability: MapDurability, mode: UInt32 = 0o644) throws(MapFileError) {
    try files.setMode(mode, of: file)
    if durability == .beforeUse { try files.synchronize(file) }
    try files.rename(file, to: path)
    isInPlace = true
    // Without this, the rename itself may be lost in a power failure.
    if durability == .beforeUse { try files.synchronizeDirectory(of: path) }
  }
}

extension MapFiles {
  /// Replaces a small file as a whole, by renaming: who reads it sees the old bytes or the new ones.
  ///
  /// - Parameters:
  ///   - path: where the file is, or will be.
  ///   - bytes: what it will hold.
  ///   - mode: its permission bits; by default all may read it, and the folder says who may look.
  ///   - durability: whether it is waited for until it is on the disk.
  /// - Throws: what the disk refuses; then the file is as it was.
  public func replace(
    _ path: String, with bytes: [UInt8], mode: UInt32 = 0o644,
    _ durability: MapDurability = .deferred
  ) throws(MapFileError) {
    let replacement = try MapReplacement(of: path, files: self)
    try replacement.write(bytes, at: 0)
    try replacement.finish(durability, mode: mode)
  }
}
