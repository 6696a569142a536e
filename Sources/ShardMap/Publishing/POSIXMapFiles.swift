internal import CFiles
internal import Files
internal import Glibc

/// The file operations of publishing on a real file system.
///
/// A writer holds an exclusive `flock` on its temporary file for as long as it writes. The kernel
/// drops it with the process, however that ends, in whatever container it ran: so a file that can be
/// locked has no writer any more, and one that can't is never touched.
public struct POSIXMapFiles: MapFiles {
  private static let mark = ".writing-"
  private static let suffixDigits = 16

  /// The operations; there is no state.
  public init() {}

  /// Makes and locks a file whose name says what it is for.
  public func makeTemporary(beside path: String) throws(MapFileError) -> OpenMapFile {
    while true {
      let name = path + Self.mark + Self.hexadecimal(UInt64.random(in: 0...UInt64.max))
      let descriptor = Glibc.open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
      guard descriptor >= 0 else {
        if errno == EEXIST || errno == EINTR { continue }
        throw .system(path: path, operation: "create a temporary file beside", code: errno)
      }
      let file = OpenMapFile(path: name, descriptor: descriptor)
      let isTaken = flock(descriptor, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK
      // Somebody who sweeps up may have come between the two calls. (Where the file system has no
      // locks, nobody sweeps: a file that can't be locked stays.)
      if !isTaken, Self.hasName(descriptor) { return file }
      close(file)
    }
  }

  /// Removes the files of that kind that nobody has locked.
  public func removeLeftovers(beside path: String) {
    let (directory, name) = Self.split(path)
    for found in Folder.names(in: directory) where Self.isTemporary(found, of: name) {
      removeIfLeft(directory + "/" + found)
    }
  }

  private func removeIfLeft(_ path: String) {
    let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    guard descriptor >= 0 else { return }
    let file = OpenMapFile(path: path, descriptor: descriptor)
    if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { unlink(file) }
    close(file)
  }

  /// Copies within the kernel, which shares extents where the file system can; through memory where
  /// the kernel can't.
  public func copy(
    _ byteCount: Int, of source: OpenMapFile, to file: OpenMapFile
  ) throws(MapFileError) {
    var done = 0
    while done < byteCount {
      let copied = shardway_copy_range(
        source.descriptor, file.descriptor, Int64(done), byteCount - done)
      if copied < 0 {
        switch errno {
        case EINTR: continue
        // Not between these two files, or not on this kernel.
        case EXDEV, EINVAL, ENOSYS, EOPNOTSUPP, EPERM:
          try copyThroughMemory(done..<byteCount, of: source, to: file)
          return
        default: throw .system(path: file.path, operation: "write", code: errno)
        }
      }
      // The end of the file; or a file system that can't, and doesn't say so.
      guard copied > 0 else {
        try copyThroughMemory(done..<byteCount, of: source, to: file)
        return
      }
      done += copied
    }
  }

  private func copyThroughMemory(
    _ range: Range<Int>, of source: OpenMapFile, to file: OpenMapFile
  ) throws(MapFileError) {
    var offset = range.lowerBound
    while offset < range.upperBound {
      let wanted = min(1 << 20, range.upperBound - offset)
      var received = -1
      let piece = [UInt8](unsafeUninitializedCapacity: wanted) { buffer, count in
        repeat {
          received = pread(source.descriptor, buffer.baseAddress, wanted, off_t(offset))
        } while received < 0 && errno == EINTR
        count = max(0, received)
      }
      guard received >= 0 else {
        throw .system(path: source.path, operation: "read", code: errno)
      }
      guard received > 0 else {
        throw .damaged(path: source.path, .truncated(expected: range.upperBound, found: offset))
      }
      try write(piece, at: offset, to: file)
      offset += received
    }
  }

  /// Writes all bytes, in as many calls as it takes.
  public func write(
    _ bytes: [UInt8], at offset: Int, to file: OpenMapFile
  ) throws(MapFileError) {
    var done = 0
    while done < bytes.count {
      let written = bytes.withUnsafeBytes { buffer in
        pwrite(
          file.descriptor, buffer.baseAddress! + done, bytes.count - done, off_t(offset + done))
      }
      if written < 0, errno == EINTR { continue }
      guard written > 0 else {
        throw .system(path: file.path, operation: "write", code: errno)
      }
      done += written
    }
  }

  /// `ftruncate`.
  public func truncate(_ file: OpenMapFile, to byteCount: Int) throws(MapFileError) {
    try check(ftruncate(file.descriptor, off_t(byteCount)), file.path, "set the length of")
  }

  /// `fchmod`: the umask doesn't count.
  public func setMode(_ mode: UInt32, of file: OpenMapFile) throws(MapFileError) {
    try check(fchmod(file.descriptor, mode_t(mode)), file.path, "set the mode of")
  }

  /// `fsync`.
  public func synchronize(_ file: OpenMapFile) throws(MapFileError) {
    try check(fsync(file.descriptor), file.path, "synchronize")
  }

  /// `rename`, which replaces what was there in one step.
  public func rename(_ file: OpenMapFile, to path: String) throws(MapFileError) {
    try check(Glibc.rename(file.path, path), path, "replace")
  }

  /// `fsync` of the directory that holds the name.
  public func synchronizeDirectory(of path: String) throws(MapFileError) {
    let directory = Self.split(path).directory
    let descriptor = Glibc.open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    try check(descriptor, directory, "open")
    defer { Glibc.close(descriptor) }
    try check(fsync(descriptor), directory, "synchronize")
  }

  /// `close`, and the lock is gone.
  public func close(_ file: OpenMapFile) {
    Glibc.close(file.descriptor)
  }

  /// `unlink`; a failure is ignored, as the next writer tries again.
  public func unlink(_ file: OpenMapFile) {
    Glibc.unlink(file.path)
  }

  private func check(
    _ result: Int32, _ path: String, _ operation: String
  ) throws(MapFileError) {
    guard result >= 0 else { throw .system(path: path, operation: operation, code: errno) }
  }

  private static func hasName(_ descriptor: Int32) -> Bool {
    var status = stat()
    return fstat(descriptor, &status) == 0 && status.st_nlink > 0
  }

  private static func split(_ path: String) -> (directory: String, name: String) {
    guard let slash = path.lastIndex(of: "/") else { return (".", path) }
    let directory = slash == path.startIndex ? "/" : String(path[..<slash])
    return (directory, String(path[path.index(after: slash)...]))
  }

  private static func isTemporary(_ found: String, of name: String) -> Bool {
    guard found.hasPrefix(name + mark) else { return false }
    let suffix = found.utf8.dropFirst((name + mark).utf8.count)
    return suffix.count == suffixDigits
      && suffix.allSatisfy { "0123456789abcdef".utf8.contains($0) }
  }

  private static func hexadecimal(_ value: UInt64) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: suffixDigits - digits.count) + digits
  }
}
