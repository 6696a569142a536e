internal import Glibc

extension MapFileError: CustomStringConvertible {
  /// What happened, to which file, why, and what to do.
  public var description: String {
    switch self {
    case .system(let path, let operation, let code):
      "cannot \(operation) \(path): \(String(cString: strerror(code)))"
    case .notARegularFile(let path):
      "cannot open \(path): it is not a regular file; name a file made by `shardway map compile`"
    case .damaged(let path, .unsupportedVersion(let found, let supported)):
      "cannot use \(path): \(MapDamage.unsupportedVersion(found: found, supported: supported)); "
        + "compile the document again with this version's `shardway map compile`"
    case .damaged(let path, let damage):
      "cannot use \(path): \(damage); compile the document again with `shardway map compile`"
    }
  }
}
