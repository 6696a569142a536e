import Glibc

/// What tells one file from another, and from itself before a change.
public struct FileStamp: Sendable, Equatable {
  private var device: UInt
  private var inode: UInt
  private var bytes: Int
  private var modified: Int
  private var modifiedNanoseconds: Int

  /// The file at a path now; nil where there is none. One `stat`.
  public init?(of path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    device = UInt(status.st_dev)
    inode = UInt(status.st_ino)
    bytes = Int(status.st_size)
    modified = status.st_mtim.tv_sec
    modifiedNanoseconds = status.st_mtim.tv_nsec
  }
}
