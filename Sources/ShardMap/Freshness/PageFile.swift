internal import Glibc

/// Which file it is: two opens of one path give the same identity unless it was replaced.
public struct FileIdentity: Hashable, Sendable {
  let device: UInt64
  let inode: UInt64

  /// The file at a path now; nil when there is none.
  public init?(path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    self.init(status)
  }

  init(_ status: stat) {
    device = UInt64(status.st_dev)
    inode = UInt64(status.st_ino)
  }
}

/// The file of a freshness page, open for reading and writing.
struct PageFile: ~Copyable {
  static let noSuchFile = ENOENT

  let descriptor: Int32
  let identity: FileIdentity

  /// Opens a file that has the kind and the size of a page.
  init(path: String) throws(FreshnessPageError) {
    let descriptor = Glibc.open(path, O_RDWR | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      throw errno == EISDIR
        ? .damaged(path: path, reason: .notARegularFile)
        : .system(path: path, operation: "open", code: errno)
    }
    var status = stat()
    let isKnown = fstat(descriptor, &status) == 0
    if let error = Self.fault(status, isKnown: isKnown, path: path) {
      Glibc.close(descriptor)
      throw error
    }
    self.descriptor = descriptor
    identity = FileIdentity(status)
  }

  deinit { Glibc.close(descriptor) }

  private static func fault(
    _ status: stat, isKnown: Bool, path: String
  ) -> FreshnessPageError? {
    guard isKnown else { return .system(path: path, operation: "read the size of", code: errno) }
    guard status.st_mode & S_IFMT == S_IFREG else {
      return .damaged(path: path, reason: .notARegularFile)
    }
    guard status.st_size == PageLayout.byteCount else {
      return .damaged(path: path, reason: .wrongSize(Int(status.st_size)))
    }
    return nil
  }

  /// Puts an empty page in place: written and synchronized beside it, then renamed.
  static func make(at path: String) throws(FreshnessPageError) {
    do throws(MapFileError) {
      // Routers write into the page, too, from the same group.
      try POSIXMapFiles().replace(path, with: PageHeader.emptyPage, mode: 0o664, .beforeUse)
    } catch {
      throw FreshnessPageError(error)
    }
  }
}

/// The first words of a page, which never change.
enum PageHeader {
  private static let words = [PageLayout.magic, PageLayout.version]

  /// A page in which nobody has said anything.
  static var emptyPage: [UInt8] {
    let header = words + [PageMemory.checksum(of: words)]
    let bytes = header.flatMap { word in
      (0..<8).map { UInt8(truncatingIfNeeded: word >> UInt64(8 * $0)) }
    }
    return bytes + Array(repeating: 0, count: PageLayout.byteCount - bytes.count)
  }

  /// What is wrong with the header of a page.
  static func damage(in memory: PageMemory) -> FreshnessPageError.Damage? {
    guard memory.load(0) == PageLayout.magic else { return .notAPage }
    let found = [memory.load(0), memory.load(8)]
    guard memory.load(16) == PageMemory.checksum(of: found) else { return .notAPage }
    guard found[1] == PageLayout.version else { return .unsupportedVersion(found[1]) }
    return nil
  }
}
