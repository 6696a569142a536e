/// What is wrong with the bytes of a compiled map.
public enum MapDamage: Error, Hashable, Sendable {
  /// A part of the file that has a checksum of its own.
  public enum Part: String, Sendable {
    case header, catalog, tenants
  }

  /// The file is shorter or longer than its header says, in bytes.
  case truncated(expected: Int, found: Int)
  /// It doesn't begin as a compiled map does.
  case notAMap
  /// It was made for another version of the format.
  case unsupportedVersion(found: UInt32, supported: UInt32)
  /// The bytes of a part are not the ones that were written.
  case checksum(Part)
  /// A count is over its limit in ``MapLimits``.
  case overLimit(String, Int, limit: Int)
  /// A record of the catalog points at something that doesn't exist, or has a value without
  /// meaning.
  case badRecord(MapLayout.Section, index: Int, field: String)
}

extension MapDamage: CustomStringConvertible {
  /// What is wrong, as the second half of a sentence.
  public var description: String {
    switch self {
    case .truncated(let expected, let found):
      "it is \(found) bytes long and should be \(expected)"
    case .notAMap:
      "it does not begin as a compiled map does"
    case .unsupportedVersion(let found, let supported):
      "its format is version \(found), and this program reads version \(supported)"
    case .checksum(let part):
      "the checksum of its \(part.rawValue) does not match"
    case .overLimit(let name, let value, let limit):
      "it declares \(value) for \(name), and the limit is \(limit)"
    case .badRecord(let section, let index, let field):
      "record \(index) of its \(section) has no valid \(field)"
    }
  }
}

/// Why a map file could not be opened, verified or written. The text names the file and what to do.
public enum MapFileError: Error, Hashable, Sendable {
  /// A system call on the path failed with this `errno`.
  case system(path: String, operation: String, code: Int32)
  /// The path is a directory, a device or the like.
  case notARegularFile(path: String)
  /// The file is no sound compiled map.
  case damaged(path: String, MapDamage)
}
