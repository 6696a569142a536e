import Glibc

/// The file that the workers' logs go to.
enum LogFile {
  /// Makes it, or empties it, and writes the first line; the descriptor is for appending.
  static func open(_ path: String) throws(LoadError) -> Int32 {
    let descriptor = Glibc.open(
      path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      throw .log(path: path, reason: String(cString: strerror(errno)))
    }
    let header = Array(TransactionLog.header.utf8)
    guard write(descriptor, header, header.count) == header.count else {
      let reason = String(cString: strerror(errno))
      close(descriptor)
      throw .log(path: path, reason: reason)
    }
    return descriptor
  }
}
