import Glibc

/// A machine's disk: a folder in memory where there is one, gone with the run.
final class HostFolder {
  let path: String

  var map: String { path + "/map.swmap" }
  var page: String { path + "/map.page" }
  var state: String { path + "/state" }

  init() {
    let parent = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp"
    var template = Array("\(parent)/shardway-simulation-XXXXXX".utf8CString)
    guard let made = mkdtemp(&template) else {
      preconditionFailure("no folder can be made in \(parent)")
    }
    path = String(cString: made)
    precondition(mkdir(state, 0o700) == 0, "no folder can be made in \(path)")
  }

  deinit {
    for folder in [state, path] {
      for name in Self.names(in: folder) { unlink(folder + "/" + name) }
      rmdir(folder)
    }
  }

  private static func names(in folder: String) -> [String] {
    guard let listing = opendir(folder) else { return [] }
    defer { closedir(listing) }
    var names: [String] = []
    while let entry = readdir(listing) {
      // In place: the 256 bytes that `dirent` declares may not all be there.
      let start = UnsafeRawPointer(entry.pointer(to: \.d_name)!)
      names.append(String(cString: start.assumingMemoryBound(to: CChar.self)))
    }
    return names.filter { $0 != "." && $0 != ".." }
  }
}
