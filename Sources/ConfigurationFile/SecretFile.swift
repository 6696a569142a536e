internal import FoundationEssentials

/// Files with secrets, which only their owner may read.
public enum SecretFile {
  /// The first line of a file with one secret.
  ///
  /// - Throws: `FieldError` of the field that names it, when it is missing or empty, or others than
  ///   its owner may read it.
  public static func content(_ path: String, _ field: String) throws(FieldError) -> [UInt8] {
    let secret = [UInt8](try whole(path, field).prefix { $0 != UInt8(ascii: "\n") })
    guard !secret.isEmpty else { throw FieldError(field, "\(path) is empty") }
    return secret
  }

  /// All of a file; the same errors, but that it may be empty.
  public static func whole(_ path: String, _ field: String) throws(FieldError) -> [UInt8] {
    let mode = (try? FileManager.default.attributesOfItem(atPath: path))?[.posixPermissions]
    guard let mode = mode as? Int, let data = FileManager.default.contents(atPath: path) else {
      throw FieldError(field, "\(path) can't be read")
    }
    guard mode & 0o077 == 0 else {
      throw FieldError(field, "\(path) can be read by others: chmod 600 it")
    }
    return [UInt8](data)
  }
}
