internal import Glibc

/// What is done with folders as a whole.
public enum Folder {
  /// Makes a folder that no other has the path of, and that only its owner may enter.
  ///
  /// Whoever has it made removes it; ``FreshFolder`` does so by itself.
  ///
  /// - Parameters:
  ///   - name: what its name begins with; six random characters follow.
  ///   - parent: an existing folder.
  /// - Returns: its path.
  /// - Throws: why it can't be made.
  public static func makeFresh(
    _ name: String, in parent: String = "/tmp"
  ) throws(FolderError) -> String {
    // mkdtemp draws what stands in the place of six of these.
    let drawn = String(repeating: "X", count: 6)
    var path = Array("\(parent)/\(name)-\(drawn)".utf8CString)
    guard mkdtemp(&path) != nil else { throw FolderError(parent: parent, code: errno) }
    return path.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
  }

  /// The names in a folder, in no order; none where it can't be read.
  public static func names(in path: String) -> [String] {
    guard let listing = opendir(path) else { return [] }
    defer { closedir(listing) }
    var names: [String] = []
    while let entry = readdir(listing) {
      // Read where it stands and up to its end: the array of 256 bytes that `dirent` declares may
      // reach past the end of what readdir has read, and past the end of mapped memory.
      let start = UnsafeRawPointer(entry.pointer(to: \.d_name)!)
      let name = String(cString: start.assumingMemoryBound(to: CChar.self))
      if name != ".", name != ".." { names.append(name) }
    }
    return names
  }

  /// Removes a folder with all that is in it. Links are removed, not followed; what can't be removed stays.
  public static func remove(_ path: String) {
    for name in names(in: path) {
      let item = "\(path)/\(name)"
      if unlink(item) != 0, errno == EISDIR { remove(item) }
    }
    rmdir(path)
  }
}

/// A folder could not be made.
public struct FolderError: Error, Hashable, CustomStringConvertible {
  /// Where it should have been made.
  public let parent: String
  /// The `errno` that says why not.
  public let code: Int32

  /// Why not, in the system's words.
  public var reason: String { String(cString: strerror(code)) }

  /// What could not be made, why, and what to do.
  public var description: String {
    "cannot make a folder in \(parent): \(reason); name an existing folder in which this user may write"
  }
}
