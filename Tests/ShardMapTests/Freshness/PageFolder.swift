import Files
import Glibc
import ShardMap

/// A folder for a page, removed with its content.
final class PageFolder {
  private let folder: FreshFolder

  init() throws { folder = try FreshFolder("shardmap-page") }

  var page: String { folder["map.page"] }

  /// Makes the page's file of these bytes.
  func write(_ bytes: [UInt8]) {
    let descriptor = open(page, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    bytes.withUnsafeBytes { _ = Glibc.write(descriptor, $0.baseAddress, $0.count) }
    close(descriptor)
  }

  /// Overwrites bytes of the page behind everybody's back, as a writer that died left them.
  func poke(_ bytes: [UInt8], at offset: Int) {
    let descriptor = open(page, O_WRONLY)
    bytes.withUnsafeBytes { _ = pwrite(descriptor, $0.baseAddress, $0.count, off_t(offset)) }
    close(descriptor)
  }

  /// Reads bytes of the page.
  func peek(_ count: Int, at offset: Int) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    let descriptor = open(page, O_RDONLY)
    bytes.withUnsafeMutableBytes { _ = pread(descriptor, $0.baseAddress, count, off_t(offset)) }
    close(descriptor)
    return bytes
  }

  var mode: UInt32 {
    var status = stat()
    stat(page, &status)
    return UInt32(status.st_mode) & 0o777
  }
}

extension SidecarStatement {
  /// A statement whose every field follows from its version, so that a mixture of two shows.
  static func sample(_ version: UInt64) -> SidecarStatement {
    SidecarStatement(
      mapVersion: version,
      root: MapRoot(bytes: (0..<32).map { UInt8(truncatingIfNeeded: version &+ UInt64($0)) })
        ?? .none,
      confirmedAtBootNanoseconds: Int64(version) * 3,
      confirmedAtWallMilliseconds: -Int64(version),
      bootID: BootID(high: version &* 5, low: version &* 7),
      condition: SidecarCondition.allCases[Int(version % 4)],
      refreshAnswered: UInt32(truncatingIfNeeded: version &* 11),
      writerPID: Int32(version % 30_000),
      lastErrorCode: version % 2 == 0 ? "" : "code-\(version)")
  }
}
