internal import Files
public import ShardMap

/// Watches the file of the compiled map: who publishes a map renames a new file over the old one.
///
/// Look several times a second: a look is one `stat`. A new file is opened and its checksum verified before anybody uses it.
public struct MapWatcher {
  /// What a look has found.
  public enum Finding {
    /// A newer map, whole and sound.
    case newer(CompiledMap)
    /// A file that can't be used; the map in force stays.
    case refused(MapRefusal)
  }

  private let path: String
  private var seen: FileStamp?
  private var newest: CompiledMap

  /// Opens and verifies the first map.
  public static func opening(_ path: String) throws(MapFileError) -> (MapWatcher, CompiledMap) {
    let identity = FileStamp(of: path)
    let map = try CompiledMap.open(path: path)
    try map.verify()
    return (MapWatcher(path: path, seen: identity, newest: map), map)
  }

  private init(path: String, seen: FileStamp?, newest: CompiledMap) {
    self.path = path
    self.seen = seen
    self.newest = newest
  }

  /// Looks whether the file is another one now; nil when it is not, or when it is away for the moment.
  public mutating func look() -> Finding? {
    guard let identity = FileStamp(of: path), identity != seen else { return nil }
    seen = identity
    do throws(MapFileError) {
      let map = try CompiledMap.open(path: path)
      try map.verify()
      guard map.header.mapVersion >= newest.header.mapVersion else {
        return .refused(
          .older(version: map.header.mapVersion, current: newest.header.mapVersion))
      }
      newest = map
      return .newer(map)
    } catch {
      return .refused(.unusable(error))
    }
  }
}

/// Why a map file was not taken.
public enum MapRefusal: Error, CustomStringConvertible {
  /// It can't be opened, or is damaged.
  case unusable(MapFileError)
  /// Its version is below that of the map in force. A rollback is a newer map with old content.
  case older(version: UInt64, current: UInt64)

  /// The stable code, for status reports.
  public var code: String {
    switch self {
    case .unusable: "unusable-file"
    case .older: "older-version"
    }
  }

  /// The version that was refused; 0 when the file doesn't tell.
  public var refusedVersion: UInt64 {
    switch self {
    case .unusable: 0
    case .older(let version, _): version
    }
  }

  /// One sentence for the operator.
  public var description: String {
    switch self {
    case .unusable(let error): "\(error)"
    case .older(let version, let current):
      "its version \(version) is older than \(current), which is in force; a rollback is a newer map with old content"
    }
  }
}
