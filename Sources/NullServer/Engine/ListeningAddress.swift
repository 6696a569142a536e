import Glibc

/// An IPv4 address with a port, at which a server listens.
struct ListeningAddress {
  private var address = sockaddr_in()

  /// Nil when the text is no IPv4 address.
  init?(_ text: String, port: UInt16) {
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    guard inet_pton(AF_INET, text, &address.sin_addr) == 1 else { return nil }
  }

  /// Opens a socket that listens here together with others (`SO_REUSEPORT`): the kernel spreads clients over them. What it accepts inherits
  /// its options.
  ///
  /// - Returns: a descriptor, or a negated `errno`.
  func listen() -> Int32 {
    let descriptor = socket(
      AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), Int32(IPPROTO_TCP))
    guard descriptor >= 0 else { return -errno }
    Self.set(descriptor, SOL_SOCKET, SO_REUSEADDR)
    Self.set(descriptor, SOL_SOCKET, SO_REUSEPORT)
    Self.set(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY)
    Self.setPlainCongestionControl(descriptor)
    let isBound = withUnsafePointer(to: address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
    guard isBound, Glibc.listen(descriptor, NullServerLimits.backlog) == 0 else {
      let code = errno
      close(descriptor)
      return -code
    }
    return descriptor
  }

  /// Chooses Reno, which every kernel has: it costs the least, and paces nothing. BBR, a default here and there, spaces what is sent by timers.
  private static func setPlainCongestionControl(_ descriptor: Int32) {
    let name = "reno"
    setsockopt(
      descriptor, Int32(IPPROTO_TCP), TCP_CONGESTION, name, socklen_t(name.utf8.count))
  }

  /// The port that a socket is bound to.
  static func port(of descriptor: Int32) -> UInt16 {
    var address = sockaddr_in()
    var count = socklen_t(MemoryLayout<sockaddr_in>.size)
    withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        _ = getsockname(descriptor, $0, &count)
      }
    }
    return UInt16(bigEndian: address.sin_port)
  }

  /// Turns an option on; one that the kernel does not take is left as it is.
  private static func set(_ descriptor: Int32, _ level: Int32, _ option: Int32) {
    var value: Int32 = 1
    setsockopt(descriptor, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
  }
}
