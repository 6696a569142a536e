import FoundationEssentials
import Glibc

/// The folders that the sidecar writes in, and the lock that keeps a second one out.
final class StateFolder: Sendable {
  /// Why the folders can't be used.
  struct Fault: Error, CustomStringConvertible { let description: String }

  private let descriptor: Int32

  /// Makes what is missing and takes the lock, which the kernel drops with the process.
  init(_ paths: SidecarPaths) throws {
    let parents = [paths.map, paths.page, paths.status].map { path in
      path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    }
    for folder in parents + [paths.state] where !folder.isEmpty {
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

  deinit { Glibc.close(descriptor) }

  /// Whether a sidecar runs that uses the folder.
  static func isInUse(_ state: String) -> Bool {
    let descriptor = Glibc.open(state + "/sidecar.lock", O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return false }
    defer { Glibc.close(descriptor) }
    return flock(descriptor, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK
  }
}
