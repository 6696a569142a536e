internal import FoundationEssentials
internal import Glibc

/// Files with secrets, which only their owner may read.
///
/// Besides a path, `credential:NAME` names one: a file that the service manager has put into the folder `$CREDENTIALS_DIRECTORY`, which only
/// this service can read (systemd's `LoadCredential=`).
public enum SecretFile {
  private static let credentialPrefix = "credential:"

  /// Where the service manager has put this service's credentials; nil where it has put none.
  public static var credentialsFolder: String? {
    getenv("CREDENTIALS_DIRECTORY").map { String(cString: $0) }
  }

  /// The first line of a file with one secret.
  ///
  /// - Throws: `FieldError` of the field that names it, when it is missing or empty, or others than
  ///   its owner may read it.
  public static func content(
    _ path: String, _ field: String, credentials: String? = credentialsFolder
  ) throws(FieldError) -> [UInt8] {
    let secret = [UInt8](
      try whole(path, field, credentials: credentials).prefix { $0 != UInt8(ascii: "\n") })
    guard !secret.isEmpty else { throw FieldError(field, "\(path) is empty") }
    return secret
  }

  /// All of a file; the same errors, but that it may be empty.
  public static func whole(
    _ path: String, _ field: String, credentials: String? = credentialsFolder
  ) throws(FieldError) -> [UInt8] {
    if let name = credentialName(path) { return try credential(name, field, in: credentials) }
    // Of what a link leads to: a link itself has no mode.
    var status = stat()
    guard stat(path, &status) == 0, let data = FileManager.default.contents(atPath: path) else {
      throw FieldError(field, "\(path) can't be read")
    }
    guard status.st_mode & 0o077 == 0 else {
      throw FieldError(field, "\(path) can be read by others: chmod 600 it")
    }
    return [UInt8](data)
  }

  /// Where the file is, for who looks whether it has changed; nil for a credential where none were passed.
  public static func location(
    of path: String, credentials: String? = credentialsFolder
  ) -> String? {
    guard let name = credentialName(path) else { return path }
    return credentials.map { "\($0)/\(name)" }
  }

  /// The name of the credential that is meant; nil for a file's path.
  private static func credentialName(_ path: String) -> String? {
    path.hasPrefix(credentialPrefix) ? String(path.dropFirst(credentialPrefix.count)) : nil
  }

  /// Access to the folder is the manager's business: the mode of what is in it says nothing.
  private static func credential(
    _ name: String, _ field: String, in folder: String?
  ) throws(FieldError) -> [UInt8] {
    guard let folder else {
      throw FieldError(
        field, "no credentials were passed: start it by a service manager, or name a file's path")
    }
    guard !name.isEmpty, !name.contains("/"),
      let data = FileManager.default.contents(atPath: "\(folder)/\(name)")
    else {
      throw FieldError(field, "there is no credential \"\(name)\"; see LoadCredential= of the unit")
    }
    return [UInt8](data)
  }
}
