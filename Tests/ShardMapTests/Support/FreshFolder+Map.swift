import Files
import Glibc
import Testing

extension FreshFolder {
  /// Path of the map in it.
  var map: String { self["map.swmap"] }

  /// Makes an empty file in it.
  func make(_ name: String) throws {
    let descriptor = open(self[name], O_CREAT | O_WRONLY, 0o600)
    try #require(descriptor >= 0)
    close(descriptor)
  }
}
