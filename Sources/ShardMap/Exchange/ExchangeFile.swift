public import Files
internal import Glibc

/// The two small files of a router beside the freshness page, each written by one side and read by the
/// other, replaced as a whole.
public struct ExchangeFile: Hashable, Sendable {
  /// Who tells whom.
  public enum Direction: String, Sendable, CaseIterable {
    /// A ``RouterReport``, from the router to the sidecar.
    case report
    /// ``GrantedShares``, from the sidecar to the router.
    case shares
  }

  /// Where it is.
  public let path: String

  private static let mark = ".router-"
  private static let idDigits = 16

  /// A router's file beside a page.
  public init(page: String, routerID: UInt64, _ direction: Direction) {
    let digits = String(routerID, radix: 16)
    path =
      page + Self.mark + String(repeating: "0", count: Self.idDigits - digits.count) + digits
      + "." + direction.rawValue
  }

  /// Replaces the file by renaming. It is not waited for until it is on the disk.
  public func replace(with bytes: [UInt8]) throws(MapFileError) {
    try POSIXMapFiles().replace(path, with: bytes)
  }

  /// The file's bytes, one more than ``RouterExchangeLimits/fileBytes`` at most; nil when it can't be
  /// read.
  public func read() -> [UInt8]? {
    SmallFile.bytes(at: path, upTo: RouterExchangeLimits.fileBytes + 1)
  }

  /// Which writing of the file is there now; nil when there is none.
  public var stamp: FileStamp? { FileStamp(of: path) }

  /// Removes it; nothing happens when it isn't there.
  public func remove() { unlink(path) }

  /// Removes the files beside a page of all routers but some.
  ///
  /// - Parameters:
  ///   - page: the page.
  ///   - routers: whose files stay; asked once the files are found, to spare those who come then.
  public static func removeAll(besidePage page: String, except routers: () -> Set<UInt64>) {
    let slash = page.lastIndex(of: "/")
    let folder = slash.map { $0 == page.startIndex ? "/" : String(page[..<$0]) } ?? "."
    let name = slash.map { String(page[page.index(after: $0)...]) } ?? page
    let names = Folder.names(in: folder)
    let routers = routers()
    for found in names {
      guard let router = router(of: found, besidePage: name), !routers.contains(router) else {
        continue
      }
      unlink(folder + "/" + found)
    }
  }

  private static func router(of found: String, besidePage name: String) -> UInt64? {
    guard found.hasPrefix(name + mark) else { return nil }
    let rest = found.dropFirst((name + mark).count)
    guard Direction.allCases.contains(where: { rest.dropFirst(idDigits) == ".\($0.rawValue)" })
    else { return nil }
    return UInt64(rest.prefix(idDigits), radix: 16)
  }
}
