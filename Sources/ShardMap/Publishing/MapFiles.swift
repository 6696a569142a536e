/// A file that is open for copying from, or on its way to become a map.
public struct OpenMapFile: Hashable, Sendable {
  /// Its path, for errors and for renaming.
  public let path: String
  /// Open until ``MapFiles/close(_:)``, when it is one of ``MapFiles/makeTemporary(beside:)``.
  public let descriptor: Int32

  /// A file that somebody has opened.
  public init(path: String, descriptor: Int32) {
    self.path = path
    self.descriptor = descriptor
  }
}

/// Every file operation of publishing a map, so that tests and the simulation can stop or fail at
/// any of them.
///
/// Between ``makeTemporary(beside:)`` and ``rename(_:to:)`` only the temporary file is touched, so
/// that whatever fails, and wherever the process is killed, the published path names the old map or
/// the new one, whole.
public protocol MapFiles: Sendable {
  /// Removes what writers that were killed have left beside a path. What can't be removed stays:
  /// it is in nobody's way.
  func removeLeftovers(beside path: String)

  /// Makes an empty file beside a path, private to its owner and marked as being written.
  func makeTemporary(beside path: String) throws(MapFileError) -> OpenMapFile

  /// Copies the first bytes of one file to another; where the file system can, without moving a
  /// byte.
  func copy(
    _ byteCount: Int, of source: OpenMapFile, to file: OpenMapFile
  ) throws(MapFileError)

  /// Writes all bytes at an offset.
  func write(_ bytes: [UInt8], at offset: Int, to file: OpenMapFile) throws(MapFileError)

  /// Gives the file a length.
  func truncate(_ file: OpenMapFile, to byteCount: Int) throws(MapFileError)

  /// Sets the permission bits.
  func setMode(_ mode: UInt32, of file: OpenMapFile) throws(MapFileError)

  /// Waits until the file's bytes are on the disk.
  func synchronize(_ file: OpenMapFile) throws(MapFileError)

  /// Puts the file in the place of another one, in one step.
  func rename(_ file: OpenMapFile, to path: String) throws(MapFileError)

  /// Waits until the name at a path is on the disk.
  func synchronizeDirectory(of path: String) throws(MapFileError)

  /// Gives up the descriptor, and with it the mark.
  func close(_ file: OpenMapFile)

  /// Removes the file by its path.
  func unlink(_ file: OpenMapFile)
}

/// When a published map is safe from a loss of power.
public enum MapDurability: Sendable {
  /// Before it gets its name. What a reader finds at the path is always on the disk.
  case beforeUse

  /// When the system writes it, or somebody calls ``synchronizeMap(at:files:)``. A reader sees the
  /// map sooner, and maps that are replaced soon after are never written at all.
  ///
  /// A power failure may then leave a file of the right length with other bytes in it. That is found
  /// out: the header and the catalog have checksums, every 64 KiB of the tenants has one, and a
  /// router verifies them all before it uses a map. It is *not* repaired by itself, so this is only
  /// for a writer that has what the map was made from on the disk and publishes again after a start.
  case deferred
}
