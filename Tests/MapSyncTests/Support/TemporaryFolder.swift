import Files
import Foundation

/// A folder that goes with the object.
final class TemporaryFolder: Sendable {
  private let folder: FreshFolder
  var path: String { folder.path }

  init() throws { folder = try FreshFolder("shardway-sync") }

  func file(_ name: String) -> String { folder[name] }

  /// Writes a file, its owner's alone unless `mode` says otherwise: it may hold a secret.
  func write(_ bytes: [UInt8], to name: String, mode: Int = 0o600) throws -> String {
    try Data(bytes).write(to: URL(fileURLWithPath: file(name)))
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file(name))
    return file(name)
  }

  func read(_ name: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(fileURLWithPath: file(name))))
  }

  func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: file(name)) }

  func copy(to other: TemporaryFolder) throws {
    for name in try FileManager.default.contentsOfDirectory(atPath: path) {
      try FileManager.default.copyItem(atPath: file(name), toPath: other.file(name))
    }
  }
}
