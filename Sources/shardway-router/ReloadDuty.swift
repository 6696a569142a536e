import DataPlane
import Files
import Logging

/// What the main thread does about the configuration: it reads it again on SIGHUP and when its files have changed, and logs what has become of
/// that, whoever has wanted it.
struct ReloadDuty {
  /// From look to look at the files.
  static let lookInterval: Duration = .seconds(1)

  private let reloading: ConfigurationReloading
  private let keeper: ConfigurationKeeper
  private var settling: FileSettling
  private var nextLook: ContinuousClock.Instant
  private var version: UInt64 = 1

  init(_ reloading: ConfigurationReloading, _ keeper: ConfigurationKeeper) {
    self.reloading = reloading
    self.keeper = keeper
    settling = FileSettling(Self.identities(reloading.file))
    nextLook = .now + Self.lookInterval
  }

  /// The file as it was when it was good last.
  var file: RouterFile { reloading.file }

  /// Reads the configuration again because of a signal.
  mutating func hangUp(_ logger: Logger) { reload(because: "SIGHUP", logger) }

  /// Looks whether files have changed; true when another configuration has come into force since the last look.
  mutating func look(_ logger: Logger) -> Bool {
    if ContinuousClock.now >= nextLook {
      nextLook = .now + Self.lookInterval
      if reloading.file.watchesFiles, settling.look(Self.identities(reloading.file)) {
        reload(because: "its files have changed", logger)
      }
    }
    guard keeper.edition.version != version else { return false }
    version = keeper.edition.version
    settling.take(Self.identities(reloading.file))
    logger.notice("configuration \(version) in force")
    return true
  }

  private mutating func reload(because cause: String, _ logger: Logger) {
    settling.take(Self.identities(reloading.file))
    switch keeper.reload() {
    case nil: return
    case .refused(let why):
      logger.error(
        "configuration refused (\(cause)), version \(keeper.edition.version) stays in force: \(why)"
      )
    case .taken(let version, let notices):
      logger.notice("configuration \(version) taken (\(cause))")
      for notice in notices { logger.warning("\(notice)") }
    }
  }

  private static func identities(_ file: RouterFile) -> [FileStamp?] {
    ([file.path] + file.namedFiles).map { FileStamp(of: $0) }
  }
}
