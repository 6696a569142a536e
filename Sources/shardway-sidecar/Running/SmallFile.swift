import Glibc
import MapSync
import ShardMap

/// Files of a few kilobytes that are replaced as a whole.
enum SmallFile {
  /// Replaces a file by renaming. It is not waited for until it is on the disk.
  static func replace(_ path: String, with bytes: [UInt8]) throws(MapFileError) {
    let files = POSIXMapFiles()
    files.removeLeftovers(beside: path)
    let file = try files.makeTemporary(beside: path)
    defer { files.close(file) }
    do throws(MapFileError) {
      try files.write(bytes, at: 0, to: file)
      try files.setMode(0o644, of: file)
      try files.rename(file, to: path)
    } catch {
      files.unlink(file)
      throw error
    }
  }

  /// The file's bytes; nil when it can't be read or is too large.
  static func read(_ path: String, limit: Int = 64 << 10) -> [UInt8]? {
    let files = POSIXMapFiles()
    let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    let file = OpenMapFile(path: path, descriptor: descriptor)
    defer { files.close(file) }
    let bytes = try? files.read(limit + 1, at: 0, of: file)
    return bytes.flatMap { $0.count <= limit ? $0 : nil }
  }
}

/// This process's number.
enum ProcessID {
  static let own = getpid()

  /// Whether a process of this number runs.
  static func isAlive(_ pid: Int32) -> Bool { pid > 0 && (kill(pid, 0) == 0 || errno == EPERM) }
}
