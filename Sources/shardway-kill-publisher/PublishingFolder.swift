import Glibc

/// What went wrong with the test itself.
struct CampaignError: Error, CustomStringConvertible {
  let description: String

  init(_ operation: String, _ path: String) {
    description = "cannot \(operation) \(path): \(String(cString: strerror(errno)))"
  }

  init(_ description: String) {
    self.description = description
  }
}

/// The folder with the map that is published and the page on which the publisher says what it does.
struct PublishingFolder {
  let path: String

  var map: String { path + "/map.swmap" }
  var steps: String { path + "/steps" }

  static func make(in directory: String) throws -> PublishingFolder {
    var template = Array((directory + "/shardway-kill-publisher.XXXXXX").utf8CString)
    guard mkdtemp(&template) != nil else { throw CampaignError("make a folder in", directory) }
    return PublishingFolder(
      path: String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self))
  }

  /// Names of the files in it.
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
    return names
  }

  func remove() {
    for name in names { unlink(path + "/" + name) }
    rmdir(path)
  }
}
