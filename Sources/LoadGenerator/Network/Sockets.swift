import Glibc

/// TCP sockets with the generator's options.
enum Sockets {
  /// A socket to connect; a negated `errno` on failure.
  static func open() -> Int32 {
    let descriptor = socket(
      AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), Int32(IPPROTO_TCP))
    guard descriptor >= 0 else { return -errno }
    var on: Int32 = 1
    setsockopt(
      descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
    return descriptor
  }

  /// Bounds how long `connect` and each send may wait.
  static func set(_ descriptor: Int32, sendTimeout nanoseconds: Int64) {
    var limit = timeval(
      tv_sec: Int(nanoseconds / 1_000_000_000), tv_usec: Int(nanoseconds / 1000 % 1_000_000))
    setsockopt(
      descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
  }

  /// Has the closing of a socket reset its connection.
  static func resetWhenClosed(_ descriptor: Int32) {
    var option = linger(l_onoff: 1, l_linger: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
  }

  /// The two ends of a connected socket; nil when the kernel does not tell.
  static func ends(of descriptor: Int32) -> (own: sockaddr_in, peer: sockaddr_in)? {
    guard let own = address({ getsockname(descriptor, $0, $1) }),
      let peer = address({ getpeername(descriptor, $0, $1) })
    else { return nil }
    return (own, peer)
  }

  private static func address(
    _ ask: (UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Int32
  ) -> sockaddr_in? {
    var address = sockaddr_in()
    var count = TargetAddress.size
    let isKnown = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { ask($0, &count) == 0 }
    }
    return isKnown ? address : nil
  }
}
