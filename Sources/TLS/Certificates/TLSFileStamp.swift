import Glibc

/// What tells whether a file was written or replaced since the last look.
public struct TLSFileStamp: Sendable, Equatable {
  private let device: UInt64
  private let inode: UInt64
  private let bytes: Int64
  private let seconds: Int
  private let nanoseconds: Int

  /// The file at a path now, where links lead; nil when there is none. One system call.
  public init?(path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    device = UInt64(status.st_dev)
    inode = UInt64(status.st_ino)
    bytes = Int64(status.st_size)
    seconds = status.st_mtim.tv_sec
    nanoseconds = status.st_mtim.tv_nsec
  }
}
