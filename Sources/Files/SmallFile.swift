internal import Glibc

/// Files that are read as a whole, such as those of `/proc`.
public enum SmallFile {
  /// Bytes that are read of a file where nobody says how many: all of any that `/proc` has of a process or a setting.
  public static let standardLimit = 4096

  /// The first bytes of a file, `limit` at most, which is 1 or more; nil when it can't be read.
  public static func bytes(at path: String, upTo limit: Int = standardLimit) -> [UInt8]? {
    // Of a pipe or a device in the file's place nothing is waited for.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: limit)
    var filled = 0
    while filled < limit {
      // Inside the array: `filled` is below its count.
      let count = bytes.withUnsafeMutableBytes {
        read(descriptor, $0.baseAddress! + filled, limit - filled)
      }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { return nil }
      guard count > 0 else { break }
      filled += count
    }
    return Array(bytes[..<filled])
  }

  /// The text of a file, cut at ``standardLimit``; nil when it can't be read.
  public static func text(at path: String) -> String? {
    bytes(at: path).map { String(decoding: $0, as: UTF8.self) }
  }
}
