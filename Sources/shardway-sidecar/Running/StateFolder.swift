import FoundationEssentials
import Glibc

/// The folders that the sidecar writes in, and the lock that keeps a second one out.
final class StateFolder: Sendable {
  /// Why the folders can't be used.
  struct Fault: Error, CustomStringConvertible { let description: String }

  private let descriptor: Int32

  /// Makes what is missing and takes the lock, which the kernel drops with the process.
  init(_ paths: SidecarPaths) throws {
    for folder in Self.folders(paths) {
      do {
        try FileManager.default.createDirectory(
          atPath: folder, withIntermediateDirectories: true)
      } catch {
        throw Fault(description: "the folder \(folder) can't be made: \(error)")
      }
    }
    let path = paths.state + "/sidecar.lock"
    descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o640)
    guard descriptor >= 0 else {
      throw Fault(description: "\(path) can't be opened: \(String(cString: strerror(errno)))")
    }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      throw Fault(description: "another sidecar uses \(paths.state): give each one a folder")
    }
  }

  deinit {
    // Said, and not left to closing: a process that is just being started may have a copy.
    flock(descriptor, LOCK_UN)
    Glibc.close(descriptor)
  }

  /// Those that files are written in.
  private static func folders(_ paths: SidecarPaths) -> [String] {
    let parents = [paths.map, paths.page, paths.status].map { path in
      path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    }
    return (parents + [paths.state]).map { $0.isEmpty ? "/" : $0 }
  }

  /// Looks whether the folders are there or can be made, and this user may write in them; makes nothing.
  static func check(_ paths: SidecarPaths) throws(Fault) {
    for folder in folders(paths) {
      let there = nearest(to: folder)
      var status = stat()
      guard stat(there, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
        throw Fault(description: "the folder \(folder) can't be made: \(there) is no folder")
      }
      guard access(there, W_OK | X_OK) == 0 else {
        let reason = String(cString: strerror(errno))
        throw Fault(
          description: there == folder
            ? "the folder \(folder) can't be written in: \(reason); give it to this user"
            : "the folder \(folder) can't be made in \(there): \(reason); make it, for this user")
      }
    }
  }

  /// The folder, or what is nearest above it of what is there.
  private static func nearest(to folder: String) -> String {
    var path = folder
    while access(path, F_OK) != 0 {
      guard let slash = path.lastIndex(of: "/") else { return "." }
      guard slash > path.startIndex else { return "/" }
      path = String(path[..<slash])
    }
    return path
  }

  /// Whether a sidecar runs that uses the folder.
  static func isInUse(_ state: String) -> Bool {
    let descriptor = Glibc.open(state + "/sidecar.lock", O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return false }
    defer { Glibc.close(descriptor) }
    guard flock(descriptor, LOCK_SH | LOCK_NB) == 0 else { return errno == EWOULDBLOCK }
    flock(descriptor, LOCK_UN)
    return false
  }
}
