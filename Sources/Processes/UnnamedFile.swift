internal import Foundation

/// A file without a name that a process reads its input from or writes its output to.
///
/// Unlike a pipe it never fills up, so nobody has to read it while the process runs.
public final class UnnamedFile: Sendable {
  /// It, open to be read and written; closed with the object.
  public let descriptor: Int32

  /// An empty one.
  public init() {
    let path = "\(NSTemporaryDirectory())/shardway-\(UUID().uuidString)"
    descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    precondition(descriptor >= 0, "can't write \(path): \(String(cString: strerror(errno)))")
    unlink(path)
  }

  /// A file that holds `text`, to be read from its start.
  public convenience init(text: String) {
    self.init()
    var remaining = Array(text.utf8)[...]
    while !remaining.isEmpty {
      let count = remaining.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
      precondition(count > 0, "write to a temporary file: \(String(cString: strerror(errno)))")
      remaining = remaining.dropFirst(count)
    }
    lseek(descriptor, 0, SEEK_SET)
  }

  deinit { close(descriptor) }

  /// What has been written so far; bytes that are not UTF-8 become replacement characters.
  public var text: String {
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 65_536)
    // `pread` leaves the offset, which the writing process shares, where it is.
    while true {
      let count = piece.withUnsafeMutableBytes {
        pread(descriptor, $0.baseAddress, $0.count, off_t(bytes.count))
      }
      if count <= 0 { return String(decoding: bytes, as: UTF8.self) }
      bytes += piece[..<count]
    }
  }
}
