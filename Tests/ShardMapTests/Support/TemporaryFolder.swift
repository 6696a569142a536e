import Glibc
import Testing

/// A folder of its own that is removed with its files when it goes out of use.
final class TemporaryFolder {
  let path: String

  init() throws {
    var template = Array("/tmp/shardmap-folder.XXXXXX".utf8CString)
    try #require(mkdtemp(&template) != nil)
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// Path of the map in it.
  var map: String { path + "/map.swmap" }

  /// Names in it, sorted.
  var names: [String] {
    guard let listing = opendir(path) else { return [] }
    defer { closedir(listing) }
    var names: [String] = []
    while let entry = readdir(listing) {
      // In place: the 256 bytes that `dirent` declares may not all be there.
      let start = UnsafeRawPointer(entry.pointer(to: \.d_name)!)
      let name = String(cString: start.assumingMemoryBound(to: CChar.self))
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  func make(_ name: String) throws {
    let descriptor = open(path + "/" + name, O_CREAT | O_WRONLY, 0o600)
    try #require(descriptor >= 0)
    close(descriptor)
  }

  deinit {
    for name in names { unlink(path + "/" + name) }
    rmdir(path)
  }
}
