import ConfigurationFile
import DataPlane

extension RouterYAML {
  /// How the router is replaced by another process of it.
  struct Restart: Decodable {
    var socket: String
  }

  /// The keys of the section.
  static let restartKeys: [String: Set<String>] = ["restart": ["socket"]]

  /// Where processes hand over to each other, or what is wrong with it; nil where they don't.
  func checkedRestart() throws(FieldError) -> String? {
    guard let path = restart?.socket else { return nil }
    guard path.hasPrefix("/") else {
      throw FieldError("restart.socket", "must be an absolute path, as /run/shardway/restart")
    }
    guard path.utf8.count <= RestartSettings.longestPath else {
      throw FieldError(
        "restart.socket", "must be at most \(RestartSettings.longestPath) bytes long")
    }
    return path
  }
}
