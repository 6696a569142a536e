internal import Glibc

/// Why a freshness page could not be opened or made. The text names the file and what to do.
public enum FreshnessPageError: Error, Hashable, Sendable {
  /// A system call on the path failed with this `errno`.
  case system(path: String, operation: String, code: Int32)
  /// The file is no freshness page, for this reason.
  case damaged(path: String, reason: Damage)

  /// What is wrong with a file.
  public enum Damage: Hashable, Sendable {
    /// It is a directory, a device or the like.
    case notARegularFile
    /// Its length in bytes is another one than a page's.
    case wrongSize(Int)
    /// It doesn't begin as a freshness page does.
    case notAPage
    /// It is of another version of the layout.
    case unsupportedVersion(UInt64)
  }
}

extension FreshnessPageError {
  /// Why a page's file could not be written.
  init(_ error: MapFileError) {
    switch error {
    case .system(let path, let operation, let code):
      self = .system(path: path, operation: operation, code: code)
    case .notARegularFile(let path): self = .damaged(path: path, reason: .notARegularFile)
    // Of maps alone.
    case .damaged(let path, _): self = .damaged(path: path, reason: .notAPage)
    }
  }
}

extension FreshnessPageError: CustomStringConvertible {
  /// What happened, to which file, why, and what to do.
  public var description: String {
    switch self {
    case .system(let path, let operation, EACCES):
      "cannot \(operation) \(path): \(String(cString: strerror(EACCES))); routers write into the page, "
        + "so let them run in the sidecar's group"
    case .system(let path, let operation, let code):
      "cannot \(operation) \(path): \(String(cString: strerror(code)))"
    case .damaged(let path, .notARegularFile):
      "cannot use \(path) as freshness page: it is not a regular file"
    case .damaged(let path, .wrongSize(let bytes)):
      "cannot use \(path) as freshness page: it is \(bytes) bytes long and should be \(PageLayout.byteCount); "
        + "the sidecar makes a new one when it starts"
    case .damaged(let path, .notAPage):
      "cannot use \(path) as freshness page: it does not begin as one; the sidecar makes a new one when it starts"
    case .damaged(let path, .unsupportedVersion(let version)):
      "cannot use \(path) as freshness page: its layout is version \(version), and this program knows version "
        + "\(PageLayout.version); run sidecar and router of one release"
    }
  }
}
