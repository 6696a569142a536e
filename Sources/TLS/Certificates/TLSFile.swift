import Glibc

/// Files of certificates and keys.
enum TLSFile {
  /// Why a file can't be used.
  enum Fault: Error, Equatable {
    /// The file can't be read, in words.
    case unreadable(String)
    /// Others than its owner may read it.
    case readableByOthers
  }

  /// All of a file of at most ``TLSLimits/fileBytes``.
  ///
  /// - Parameters:
  ///   - path: where it is.
  ///   - isSecret: whether it is refused if others than its owner may read it.
  /// - Returns: its bytes.
  /// - Throws: why it can't be used.
  static func read(_ path: String, isSecret: Bool = false) throws(Fault) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .unreadable(String(cString: strerror(errno))) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      throw .unreadable(String(cString: strerror(errno)))
    }
    guard status.st_mode & S_IFMT == S_IFREG else { throw .unreadable("it is no file") }
    if isSecret, status.st_mode & othersMay(path) != 0 { throw .readableByOthers }
    guard status.st_size <= TLSLimits.fileBytes else {
      throw .unreadable("it has more than \(TLSLimits.fileBytes) bytes")
    }
    return try content(of: descriptor)
  }

  /// The bits of a mode that a secret's file must not have.
  ///
  /// systemd hands credentials to a user by an access list, whose mask stands where the group's rights do, in a folder
  /// that nobody else can enter.
  private static func othersMay(_ path: String) -> mode_t {
    guard let folder = getenv("CREDENTIALS_DIRECTORY"), folder.pointee != 0,
      path.hasPrefix(String(cString: folder) + "/")
    else { return 0o077 }
    return 0o037
  }

  private static func content(of descriptor: Int32) throws(Fault) -> [UInt8] {
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 16_384)
    while bytes.count <= TLSLimits.fileBytes {
      let count = Glibc.read(descriptor, &piece, piece.count)
      if count == 0 { return bytes }
      if count > 0 {
        bytes.append(contentsOf: piece[..<count])
      } else if errno != EINTR {
        throw .unreadable(String(cString: strerror(errno)))
      }
    }
    throw .unreadable("it has more than \(TLSLimits.fileBytes) bytes")
  }
}
