import Files
import Foundation

/// A folder that goes with the object.
final class TemporaryFolder: Sendable {
  private let folder: FreshFolder
  var path: String { folder.path }

  init() throws { folder = try FreshFolder("shardway-scenario") }

  /// Writes a file that others may read or not.
  func write(_ text: String, to name: String, mode: Int = 0o644) throws -> String {
    let file = path + "/" + name
    try Data(text.utf8).write(to: URL(fileURLWithPath: file))
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file)
    return file
  }
}
