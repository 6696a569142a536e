import Glibc
import ShardMap

/// Sockets of the doctor's own, apart from the data plane's.
///
/// Invariant that keeps the pointers safe: an address is written whole before it is given to the kernel, which reads no more of it than its
/// length says.
enum PlainSocket {
  struct Failure: Error { let errno: Int32 }

  /// A socket that is on its way to an address, and doesn't wait.
  static func connecting(to address: SocketAddress) -> Result<Int32, Failure> {
    let flags = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
    let descriptor = socket(family(of: address), flags, 0)
    guard descriptor >= 0 else { return .failure(Failure(errno: errno)) }
    let status = withPointer(to: address) { connect(descriptor, $0, $1) }
    guard status == 0 || errno == EINPROGRESS else {
      let code = errno
      close(descriptor)
      return .failure(Failure(errno: code))
    }
    return .success(descriptor)
  }

  /// Why nobody may listen at an address now; nil where one may.
  static func bindingFault(at address: SocketAddress) -> Int32? {
    let descriptor = socket(
      family(of: address), Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { return errno }
    defer { close(descriptor) }
    var on: Int32 = 1
    setsockopt(
      descriptor, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
    return withPointer(to: address) { bind(descriptor, $0, $1) } == 0 ? nil : errno
  }

  /// What became of a connection.
  static func error(of descriptor: Int32) -> Int32 {
    var code: Int32 = 0
    var count = socklen_t(MemoryLayout<Int32>.size)
    return getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &count) == 0 ? code : errno
  }

  private static func family(of address: SocketAddress) -> Int32 {
    address.family == .ipv4 ? AF_INET : AF_INET6
  }

  private static func withPointer<R>(
    to address: SocketAddress, _ body: (UnsafePointer<sockaddr>, socklen_t) -> R
  ) -> R {
    switch address.family {
    case .ipv4:
      var ipv4 = sockaddr_in()
      ipv4.sin_family = sa_family_t(AF_INET)
      ipv4.sin_port = address.port.bigEndian
      ipv4.sin_addr.s_addr = UInt32(truncatingIfNeeded: address.high >> 32).bigEndian
      return rebound(&ipv4, body)
    case .ipv6:
      var ipv6 = sockaddr_in6()
      ipv6.sin6_family = sa_family_t(AF_INET6)
      ipv6.sin6_port = address.port.bigEndian
      withUnsafeMutableBytes(of: &ipv6.sin6_addr) {
        $0.storeBytes(of: address.high.bigEndian, as: UInt64.self)
        $0.storeBytes(of: address.low.bigEndian, toByteOffset: 8, as: UInt64.self)
      }
      return rebound(&ipv6, body)
    }
  }

  private static func rebound<Address, R>(
    _ address: inout Address, _ body: (UnsafePointer<sockaddr>, socklen_t) -> R
  ) -> R {
    withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        body($0, socklen_t(MemoryLayout<Address>.size))
      }
    }
  }
}
