import Foundation

/// The socket on which a service manager listens to its services.
final class NotificationSocket {
  private let descriptor: Int32
  private let path: String
  private var lines: Set<String> = []

  init?(path: String) {
    self.path = path
    descriptor = socket(
      AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    let size = socklen_t(MemoryLayout<sockaddr_un>.size)
    let isBound = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, size) == 0 }
    }
    guard isBound else { return nil }
  }

  deinit {
    close(descriptor)
    unlink(path)
  }

  /// All lines that were sent so far.
  var all: Set<String> {
    var bytes = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = recv(descriptor, &bytes, bytes.count, 0)
      guard count > 0 else { return lines }
      for line in String(decoding: bytes[..<count], as: UTF8.self).split(separator: "\n") {
        lines.insert(String(line))
      }
    }
  }
}
