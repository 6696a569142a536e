import ConfigurationFile
import Glibc
import Testing

@testable import shardway_router

extension RouterFile {
  /// The three lines without which there is no configuration; sections may follow.
  static let leastText = """
    map: /tmp/map.swmap
    listeners:
      - { address: "127.0.0.1:6432", protocol: postgres }

    """

  /// Loads the least that there is, with sections, by way of a file that is gone afterwards.
  static func load(sections: String) throws -> RouterFile {
    try load(text: leastText + sections)
  }

  /// Loads a text, by way of a file that is gone afterwards.
  static func load(
    text: String, _ override: PoolOverride = PoolOverride()
  ) throws -> RouterFile {
    let folder = try TemporaryFolder()
    return try withExtendedLifetime(folder) {
      try load(folder.write(Array(text.utf8), to: "router.yaml"), override)
    }
  }

  /// Loads a text in which `SECRET` stands for the path of a file with this content.
  static func load(text: String, secret: String, mode: mode_t = 0o600) throws -> RouterFile {
    let folder = try TemporaryFolder()
    return try withExtendedLifetime(folder) {
      let path = try folder.write(Array(secret.utf8), to: "secret")
      try #require(chmod(path, mode) == 0)
      return try load(text: text.replacing("SECRET", with: path))
    }
  }
}
